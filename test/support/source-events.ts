import type { EventEnvelope, EventPattern, EventSource } from '../../functions/sources/event-source.ts';
import { expectationsOf, fixturesOf, readFixture } from '../fixtures/events/expectations.ts';
import { refusedField } from './refused-field.ts';

type Fields = Readonly<Record<string, unknown>>;

export const detailOf = (event: EventEnvelope): Record<string, unknown> =>
  event.detail as Record<string, unknown>;

/** The event with some fields of its detail replaced. */
export const varied = (event: EventEnvelope, detail: Fields): EventEnvelope => ({
  ...event,
  detail: { ...detailOf(event), ...detail },
});

/** The field that an event is refused for, or `accepted`. */
export const fieldOf = (source: EventSource, event: EventEnvelope): unknown =>
  refusedField(() => source.normalise(event));

export const allFixtures = async (source: EventSource): Promise<EventEnvelope[]> =>
  Promise.all((await fixturesOf(source.name)).map((name) => readFixture(source.name, name)));

const fits = (expected: unknown, actual: unknown): boolean => {
  if (Array.isArray(expected)) return expected.includes(actual);
  return Object.entries(expected as Fields).every(([name, inner]) => fits(inner, (actual as Fields)?.[name]));
};

/** EventBridge's matching of exact values ("Comparison operators", EventBridge User Guide). */
const letsIn = (pattern: EventPattern, event: EventEnvelope): boolean => fits(pattern, event);

/** Names of the fixtures that mean something and that the source's own rule would not deliver. */
export const notDelivered = async (source: EventSource): Promise<string[]> => {
  const expected = await expectationsOf(source.name);
  const names = Object.keys(expected).filter((name) => typeof expected[name] !== 'string');
  const events = await Promise.all(names.map((name) => readFixture(source.name, name)));
  return names.filter((_, index) => !letsIn(source.pattern, events[index] as EventEnvelope));
};
