import { CutoffError } from '../domain/errors.ts';
import type { IdentityQueue } from '../shared/queues.ts';
import type { Count } from '../shared/recorder.ts';
import { expiryEvent } from '../sources/expiry.ts';
import type { Due, Registry } from '../stores/registry.ts';

export interface ExpireDeps {
  readonly registry: Pick<Registry, 'dueBy'>;
  readonly events: IdentityQueue;
  readonly now: () => Date;
  readonly count: Count;
}

export interface ExpireReport {
  readonly found: number;
  /** Of them, those that nobody ended in time. */
  readonly late: number;
}

/** It runs every minute, and takes a moment: the next run must not find what ended before it. */
const lookAheadSeconds = 70;

/** Several runs have sent it by then: something is in the way. */
const lateSeconds = 300;

/** Minutes: what was sent so often already is sent once in that time, or it would fill the queue with itself. */
const lateEvery = 15;

/** Seconds: a message is kept back for a quarter of an hour at most ("Amazon SQS delay queues", SQS Developer Guide). */
const longestDelay = 900;

/** As many as one call takes, so that none of them waits for what is wrong with others. */
const pageSize = 10;

const secondsUntil = (time: string, now: Date): number => (Date.parse(time) - now.getTime()) / 1000;

/** Whole seconds, never before its time. A time that is none is ingest's to refuse, by name. */
const delayFor = (time: string, now: Date): number =>
  Math.min(longestDelay, Math.max(0, Math.ceil(secondsUntil(time, now)))) || 0;

const inPages = (all: readonly Due[]): Due[][] =>
  Array.from({ length: Math.ceil(all.length / pageSize) }, (_, page) =>
    all.slice(page * pageSize, (page + 1) * pageSize),
  );

/** What could be read, even where reading on fails. */
const readDue = async (found: Due[], { registry, now }: ExpireDeps): Promise<void> => {
  const by = new Date(now().getTime() + lookAheadSeconds * 1000).toISOString();
  for await (const due of registry.dueBy(by)) found.push(due);
};

const send = async (page: readonly Due[], { events, now }: ExpireDeps): Promise<void> =>
  events.send(page.map(expiryEvent), ({ time }) => delayFor(time, now()));

const isLate = ({ expiresAt }: Due, now: Date): boolean => secondsUntil(expiresAt, now) < -lateSeconds;

/** By the minute of the clock, so that nothing has to be remembered. */
const toSend = (found: readonly Due[], now: Date): readonly Due[] =>
  now.getUTCMinutes() % lateEvery === 0 ? found : found.filter((due) => !isLate(due, now));

const countAll = (found: readonly Due[], { now, count }: ExpireDeps): ExpireReport => {
  const late = found.filter((due) => isLate(due, now()));
  for (const _ of found) count('ExpiryFound');
  for (const _ of late) count('ExpiryLate');
  return { found: found.length, late: late.length };
};

/**
 * Sends whatever ends within the next minute, each for its own second. It stays due until ingest has taken it on: a message that
 * is lost is sent again a minute later, or, once it is late, within a quarter of an hour. Two runs at once send the same event
 * twice, which is one revocation. Throws where something could not be read or sent, after the others were.
 */
export const expire = async (deps: ExpireDeps): Promise<ExpireReport> => {
  const now = deps.now();
  const found: Due[] = [];
  const problems: unknown[] = [];
  const attempt = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      problems.push(error);
    });
  await attempt(readDue(found, deps));
  for (const page of inPages(toSend(found, now))) await attempt(send(page, deps));
  const report = countAll(found, deps);
  if (problems.length === 0) return report;
  const what = `reading or sending what expires failed ${problems.length} times`;
  throw new CutoffError(what, { code: 'unavailable', retryable: true, cause: problems[0] });
};
