import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventEnvelope } from '../../functions/sources/event-source.ts';
import { sources } from '../../functions/sources/index.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';
import { readFixture } from '../fixtures/events/expectations.ts';
import { eventually } from '../support/eventually.ts';
import { recordsOf } from './hand-made.ts';

/** What stands in the fixture, and what this run has in its place. */
export type Instead = Readonly<Record<string, string>>;

/** A fixture about somebody of this run, as a replay by hand: PutEvents refuses names that begin with `aws.`. */
const about = async (source: string, name: string, instead: Instead): Promise<EventEnvelope> => {
  const event = await readFixture(source, `${name}.json`);
  let text = JSON.stringify({ ...event, source: `cutoff.${source}` });
  for (const [fixed, own] of Object.entries(instead)) {
    if (!text.includes(fixed)) throw new Error(`${source}/${name} has no ${fixed}`);
    text = text.replaceAll(fixed, own);
  }
  return JSON.parse(text) as EventEnvelope;
};

/** Publishes it through EventBridge. Returns the provider's own event id. */
export const tellFixture = async (
  { clients, outputs }: LocalCutoff,
  [source, name]: readonly [string, string],
  instead: Instead,
): Promise<string> => {
  const event = await about(source, name, instead);
  const entry = {
    EventBusName: outputs.EventBus,
    Source: event.source,
    DetailType: event['detail-type'],
    Detail: JSON.stringify(event.detail),
    Resources: (event.resources ?? []).map(String),
  };
  await clients.eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
  const understood = sources.find((one) => one.name === source)?.normalise(event);
  if (!understood) throw new Error(`${source} is no source`);
  return understood.eventId;
};

/** The reason with which an event's change was held, or the event as a whole skipped. */
export const reasonOf = (cutoff: LocalCutoff, eventId: string, type: 'held' | 'skipped'): Promise<unknown> =>
  eventually(`${type} by ${eventId}`, async () => {
    const records = (await recordsOf(cutoff)).filter((record) => record.type === type);
    const record = records.find(
      ({ data, revocationId }) => data.eventId === eventId || revocationId.endsWith(`:${eventId}`),
    );
    return record?.data.reason as string | undefined;
  });
