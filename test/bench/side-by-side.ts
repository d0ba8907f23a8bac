/** Does the work for each, so many at a time; answers stand where their items did. */
export const sideBySide = async <T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> => {
  const answers: R[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [at, item] of rest) answers[at] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers;
};
