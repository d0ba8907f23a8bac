import fc from 'fast-check';
import { expect } from 'vitest';
import { CutoffError } from '../../functions/domain/errors.ts';
import { type Subject, subjectSchema } from '../../functions/domain/subject.ts';
import type { EventEnvelope, EventSource } from '../../functions/sources/event-source.ts';

/** Inputs a test run tries; the figures of a long run come from `CUTOFF_FUZZ_RUNS=100000 npx vitest run …`. */
export const fuzzRuns = Number(process.env.CUTOFF_FUZZ_RUNS ?? 1000);

/** What JSON text can hold: names such as `__proto__`, long strings, deep nesting. */
const odd = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '', ' ', '\u0000', '🔑', 'ＡＤＡ@acme.example'),
  fc.string({ maxLength: 40 }),
  fc.constant('x'.repeat(100_000)),
);
const leaf = fc.oneof(odd, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(odd, tie('value'), { maxKeys: 4 }),
  ),
})).value;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Every place in a value, as the path to it. */
const pathsIn = (value: unknown, path: string[] = []): string[][] =>
  isObject(value)
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))]
    : [path];

/** A copy with something else, or nothing, at that path. */
const withAt = (value: unknown, [key, ...rest]: string[], put: { value: unknown } | undefined): unknown => {
  if (key === undefined) return put?.value;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const target = copy as Record<string, unknown>;
  const inner = withAt(target[key], rest, put);
  if (inner === undefined) delete target[key];
  else target[key] = inner;
  return copy;
};

/** An event of the source with one or two fields missing or replaced: what fits the pattern and cannot be read. */
export const nearMisses = (events: readonly EventEnvelope[]): fc.Arbitrary<EventEnvelope> => {
  const damaged = (event: EventEnvelope): fc.Arbitrary<EventEnvelope> =>
    fc
      .tuple(fc.constantFrom(...pathsIn(event.detail)), fc.option(anyJson.map((value) => ({ value }))))
      .map(([path, put]) => ({ ...event, detail: withAt(event.detail, path, put ?? undefined) }));
  return fc.constantFrom(...events).chain((event) => fc.oneof(damaged(event), damaged(event).chain(damaged)));
};

const namesOf = (subject: Subject): string[] =>
  Object.entries(subject).flatMap(([field, value]) => (field === 'format' ? [] : [String(value)]));

/** Every text in the event, as `subjectSchema` would spell it. */
const textIn = (event: EventEnvelope): string => JSON.stringify(event).normalize('NFC').toLowerCase();

/**
 * Whatever arrives: `normalise` answers or throws a typed error, its subjects are valid, and each is named by the event
 * in words (`named` says what a source derives from other words, such as an ARN made of a user name).
 */
export const neverMisbehaves = (
  source: EventSource,
  events: readonly EventEnvelope[],
  named: (name: string, text: string) => boolean = () => false,
): void => {
  const envelope = events[0];
  if (!envelope) throw new Error(`${source.name} has no fixtures`);
  const anything = anyJson.map((detail) => ({ ...envelope, detail }));
  fc.assert(
    fc.property(fc.oneof(nearMisses(events), anything), (event) => {
      try {
        const text = textIn(event);
        for (const { subject, aliases, occurredAt, eventId } of source.normalise(event).changes) {
          expect(Number.isNaN(Date.parse(occurredAt))).toBe(false);
          expect(eventId.length).toBeLessThanOrEqual(512);
          for (const one of [subject, ...aliases]) {
            expect(subjectSchema.safeParse(one).success).toBe(true);
            for (const name of namesOf(one)) {
              const quoted = JSON.stringify(name).slice(1, -1).toLowerCase();
              expect(text.includes(quoted) || named(name, text)).toBe(true);
            }
          }
        }
      } catch (error) {
        if (!(error instanceof CutoffError)) throw error;
      }
    }),
    { numRuns: fuzzRuns },
  );
};
