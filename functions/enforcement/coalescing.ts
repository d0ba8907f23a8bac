/**
 * One run at a time. Whoever calls while one is under way shares the next one with all others who wait: never the one
 * that is under way, which may have done its work before what the caller wants it for. A failure is shared too.
 */
export const coalescing = (run: () => Promise<void>): (() => Promise<void>) => {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    next = undefined;
    current = run().finally(() => {
      if (!next) current = undefined;
    });
    return current;
  };
  return () => {
    if (!current) return begin();
    next ??= current.then(begin, begin);
    return next;
  };
};
