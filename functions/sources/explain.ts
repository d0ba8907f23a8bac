import type { Change } from '../domain/change.ts';
import { InvalidInput } from '../domain/errors.ts';
import { type StepTemplate, treatmentOf } from '../domain/treatment.ts';
import type { EventEnvelope } from './event-source.ts';
import { sources } from './index.ts';
import { ruleNameOf } from './rule-name.ts';
import { sourceOf } from './source-of.ts';

/** What an event would do, without looking anything up: `steps` are templates per credential kind. */
export interface Explanation {
  readonly source: string | null;
  /** Name of the EventBridge rule that lets the event in. */
  readonly rule: string | null;
  readonly changes: readonly Change[];
  readonly steps: readonly StepTemplate[];
  /** Why there are no changes. */
  readonly reason?: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An Okta System Log event as the API and files hold it: the `detail` of what EventBridge delivers. */
const isBareOktaEvent = (event: Record<string, unknown>) =>
  ['uuid', 'eventType', 'published'].every((field) => typeof event[field] === 'string');

/** One entry of a PutEvents request, as `aws events put-events --entries` takes it. */
const ofEntry = ({ Source, DetailType, Detail }: Record<string, unknown>): Record<string, unknown> => {
  try {
    return { source: Source, 'detail-type': DetailType, detail: JSON.parse(String(Detail)) };
  } catch {
    throw new InvalidInput('Detail', 'is not JSON');
  }
};

const envelopeOf = (input: unknown): EventEnvelope => {
  const one = Array.isArray(input) && input.length === 1 ? input[0] : input;
  if (!isObject(one))
    throw new InvalidInput('event', 'is not a JSON object, nor a list of one PutEvents entry');
  const event = 'DetailType' in one ? ofEntry(one) : one;
  if (isBareOktaEvent(event)) {
    const time = String(event.published);
    return { id: String(event.uuid), source: 'cutoff.okta', 'detail-type': 'SystemLog', time, detail: event };
  }
  const missing = ['source', 'detail-type', 'detail'].find((field) => event[field] === undefined);
  if (missing) throw new InvalidInput(missing, 'is missing: this is not an event as EventBridge delivers it');
  return event as unknown as EventEnvelope;
};

const nothing = (reason: string) => ({ changes: [], steps: [], reason });

/** Pure. Throws `InvalidInput` for what is not an event at all. */
export const explain = (event: unknown): Explanation => {
  const envelope = envelopeOf(event);
  const source = sourceOf(envelope, sources);
  if (!source) return { source: null, rule: null, ...nothing('no source of Cutoff listens to this event') };
  const found = { source: source.name, rule: ruleNameOf(source) };
  try {
    const { changes, reason } = source.normalise(envelope);
    if (changes.length === 0) return { ...found, ...nothing(reason ?? 'it changes nothing') };
    const steps = changes.flatMap(treatmentOf);
    const recordedOnly = { reason: 'recorded only: nothing is restored without an operator' };
    return { ...found, changes, steps: [...new Set(steps)], ...(steps.length === 0 && recordedOnly) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { ...found, ...nothing(`refused, and kept in the dead-letter queue: ${error.message}`) };
  }
};
