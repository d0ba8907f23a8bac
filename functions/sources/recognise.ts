import { InvalidInput } from '../domain/errors.ts';
import { isObject } from '../shared/json.ts';
import type { EventEnvelope } from './event-source.ts';
import { sources } from './index.ts';

type Fields = Readonly<Record<string, unknown>>;

const jsonIn = (text: unknown, field: string): unknown => {
  try {
    return JSON.parse(String(text));
  } catch {
    throw new InvalidInput(field, 'is not JSON');
  }
};

/** An entry of a PutEvents request, as `aws events put-events --entries` takes it. */
const ofEntry = ({ Source, DetailType, Detail, Time }: Fields): EventEnvelope => ({
  id: 'of-an-entry',
  source: String(Source),
  'detail-type': String(DetailType),
  time: String(Time ?? new Date(0).toISOString()),
  detail: jsonIn(Detail, 'Detail'),
});

const isEnvelope = (value: Fields): boolean =>
  ['source', 'detail-type', 'detail'].every((field) => value[field] !== undefined);

/** A message of an SQS batch or of a DLQ: its body is the event. */
const bodiesOf = ({ Records, Messages }: Fields): unknown[] | undefined => {
  const list = Array.isArray(Records) ? Records : Array.isArray(Messages) ? Messages : undefined;
  return list?.map((message: unknown) => (isObject(message) ? (message.body ?? message.Body) : undefined));
};

/** The envelope of the one source that knows such a record. */
export const wrapped = (record: Fields): EventEnvelope | undefined => {
  for (const source of sources) {
    const envelope = source.wrap?.(record);
    if (envelope) return envelope;
  }
  return undefined;
};

/**
 * Events in what a person may have in a file: an envelope as EventBridge delivers it, PutEvents entries, messages of a
 * queue, or the bare record of a provider. Throws `InvalidInput` for what is none of these.
 */
export const eventsIn = (input: unknown): EventEnvelope[] => {
  if (Array.isArray(input) && input.length > 0) return input.flatMap(eventsIn);
  if (!isObject(input)) throw new InvalidInput('event', 'is not a JSON object, nor a list of events');
  if ('DetailType' in input) return [ofEntry(input)];
  const bodies = bodiesOf(input);
  if (bodies) return bodies.flatMap((body) => eventsIn(jsonIn(body, 'body')));
  if (isEnvelope(input)) return [input as unknown as EventEnvelope];
  const event = wrapped(input);
  if (event) return [event];
  throw new InvalidInput('event', 'is missing what any source of Cutoff would know it by');
};
