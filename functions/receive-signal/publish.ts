import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CutoffError } from '../domain/errors.ts';
import { Refused, type Signal } from './channel.ts';

/** Puts signals on the identity bus. Rejects unless the bus has taken all of them. */
export type Publish = (signals: readonly Signal[]) => Promise<void>;

/** "You can include up to 10 entries in a request" (EventBridge quotas, PutEvents). */
const mostEntries = 10;

/**
 * Bytes. EventBridge takes 256 KB a request in all ("Calculating PutEvents event entry size"); a rule's queue takes as
 * much, and by then the envelope has come on top.
 */
const mostBytes = 240 * 1024;

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

const sizeOf = ({ Source, DetailType, Detail }: Entry): number =>
  Buffer.byteLength(Source + DetailType + Detail);

const entryOf = ({ source, detailType, detail }: Signal): Entry => {
  const entry = { Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
  if (sizeOf(entry) <= mostBytes) return entry;
  throw new Refused('signal-too-long', { status: 413, body: JSON.stringify({ message: 'too long' }) });
};

/** As few requests as the two limits allow. */
const batchesOf = (entries: readonly Entry[]): Entry[][] => {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const batch = batches.at(-1);
    bytes += sizeOf(entry);
    if (batch && batch.length < mostEntries && bytes <= mostBytes) {
      batch.push(entry);
    } else {
      batches.push([entry]);
      bytes = sizeOf(entry);
    }
  }
  return batches;
};

/**
 * Throws `Refused` (413) before anything is sent where one signal is too long for the bus. Where a later batch fails,
 * earlier ones are on the bus: the sender tries again, and revocations are the same by their event ids.
 */
export const publishTo =
  (client: EventBridgeClient, bus: string): Publish =>
  async (signals) => {
    for (const batch of batchesOf(signals.map(entryOf))) {
      const Entries = batch.map((entry) => ({ EventBusName: bus, ...entry }));
      // The call answers 200 with a count of what was not taken.
      const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
      if (!FailedEntryCount) continue;
      throw new CutoffError('a signal was not accepted by the bus', { code: 'unavailable', retryable: true });
    }
  };
