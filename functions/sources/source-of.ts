import type { EventEnvelope, EventSource } from './event-source.ts';

const fits = (expected: string | { readonly prefix: string }, actual: string): boolean =>
  typeof expected === 'string' ? actual === expected : actual.startsWith(expected.prefix);

/** The source whose rule lets this envelope through, judged by `source` and `detail-type`. */
export const sourceOf = (
  envelope: Pick<EventEnvelope, 'source' | 'detail-type'>,
  sources: readonly EventSource[],
): EventSource | undefined =>
  sources.find(
    ({ pattern }) =>
      pattern.source.some((expected) => fits(expected, envelope.source)) &&
      (pattern['detail-type']?.includes(envelope['detail-type']) ?? true),
  );
