import type { Found } from '../credentials/credential-revoker.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import { type Credential, credentialKey } from '../domain/credential.ts';
import type { DriftKind } from '../domain/sweep-settings.ts';
import type { ReportedUser } from '../inventory/credential-report-rows.ts';
import { type DriftDeps, noteDrift } from '../inventory/drift.ts';
import type { Place } from '../shared/aws-clients.ts';
import { mapInChunks } from '../shared/map-in-chunks.ts';
import type { Made } from '../sources/event-source.ts';
import type { DriftBaseline } from '../stores/drift-baseline.ts';

export interface FindDriftDeps extends DriftDeps {
  readonly baseline: DriftBaseline;
  readonly home: Place;
  readonly now: () => Date;
}

const hour = 3_600_000;

/**
 * Milliseconds. What was made so long before the newest that was looked at is looked at again: a credential report is up to four
 * hours old, and lists are eventually consistent.
 */
const overlap = 5 * hour;

/** Milliseconds in which `issue` may still be at it, or, after a crash, its reconcile. */
const patience = hour / 2;

/** Credentials, or users, that are looked at at the same time. */
const atOnce = 5;

const before = (time: string, milliseconds: number): string =>
  new Date(Date.parse(time) - milliseconds).toISOString();

const newestOf = (times: readonly string[]): string => times.toSorted().at(-1) ?? '';

/** What was made after it has to be looked at: cost grows with that, and not with what there is. */
const sinceWhen = async (kind: DriftKind, { baseline, drifts, home }: FindDriftDeps): Promise<string> => {
  const newest = await drifts.newest(home, kind);
  return newestOf([await baseline.since(home), ...(newest ? [before(newest, overlap)] : [])]);
};

const isSettled = (at: string, { now }: FindDriftDeps): boolean =>
  at <= before(now().toISOString(), patience);

/** One that is too young is in the overlap of the next upkeep. */
const note = async (made: Made, deps: FindDriftDeps): Promise<void> => {
  if (isSettled(made.at, deps)) await noteDrift(made, deps);
};

/** Trouble with one must not keep the others waiting. Returns what went wrong. */
export const tryEach = async <T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<unknown[]> => {
  const outcomes = await mapInChunks(
    items,
    atOnce,
    async (item) => (await Promise.allSettled([work(item)]))[0],
  );
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
};

/** Milliseconds after which one that always fails no longer keeps all that is younger from being behind us. */
const longestTrouble = 24 * hour;

/** All that is this young was seen to, or tried for a day, so the next upkeep need not begin before it. */
const moveOn = async (
  kind: DriftKind,
  { times, failure }: { readonly times: readonly string[]; readonly failure: unknown },
  { drifts, home, now }: FindDriftDeps,
): Promise<void> => {
  const until = failure === undefined ? now().toISOString() : before(now().toISOString(), longestTrouble);
  const behind = times.filter((at) => at <= until);
  if (behind.length > 0) await drifts.noteNewest(home, kind, newestOf(behind));
};

/** What a search for drift leaves to the next one. */
export interface Left {
  /** Credential keys: not to be registered before somebody saw to them. */
  readonly left: ReadonlySet<string>;
  readonly failure?: unknown;
}

/** API keys tell when they were made. */
const findApiKeys = async (found: readonly Found[], deps: FindDriftDeps): Promise<Left> => {
  const kind = 'api-gateway-key';
  const since = await sinceWhen(kind, deps);
  const made = found
    .map(({ credential, facts }) => ({ credential, at: facts.createdAt ?? '' }))
    .filter(({ at }) => at > since);
  const [failure] = await tryEach(made, (one) => note(one, deps));
  const times = made.map(({ at }) => at);
  await moveOn(kind, { times, failure }, deps);
  return { left: new Set(), failure };
};

const seeToKeysOf = async (name: string, since: string, deps: FindDriftDeps): Promise<void> => {
  const principal = { kind: 'iam-user', account: deps.home.account, region: 'global', id: name } as const;
  for await (const { credential, facts } of deps.revokers['iam-access-key'].discover({
    for: 'principal',
    principal,
  })) {
    const at = facts.createdAt ?? '';
    if (at > since) await note({ credential, at }, deps);
  }
};

/**
 * Access keys of the users for whom the account's credential report has a new one; it tells no ids, so that those users' keys
 * are listed, and nobody else's.
 */
export const findAccessKeys = async (
  report: () => Promise<readonly ReportedUser[]>,
  deps: FindDriftDeps,
): Promise<void> => {
  const kind = 'iam-access-key';
  const since = await sinceWhen(kind, deps);
  const users = await report();
  // Inactive ones too: nobody would see one that is activated later.
  const timesOf = ({ keys }: ReportedUser) =>
    keys.flatMap(({ createdAt = '' }) => (createdAt > since ? [createdAt] : []));
  const suspects = users.filter((user) => timesOf(user).length > 0);
  const [failure] = await tryEach(suspects, ({ name }) => seeToKeysOf(name, since, deps));
  await moveOn(kind, { times: suspects.flatMap(timesOf), failure }, deps);
  if (failure !== undefined) throw failure;
};

const strangersIn = async (found: readonly Found[], { registry }: FindDriftDeps): Promise<Credential[]> => {
  const credentials = found.map(({ credential }) => credential);
  const rows = await mapInChunks(credentials, atOnce, (credential) => registry.read([credential]));
  return credentials.filter((_, at) => rows[at]?.length === 0);
};

/** The listing of app clients does not tell when they were made, so each is asked that is not in the registry. */
const findAppClients = async (found: readonly Found[], deps: FindDriftDeps): Promise<Left> => {
  const left = new Set<string>();
  const started = deps.now().toISOString();
  const since = await deps.baseline.since(deps.home);
  // The first time: nothing can be younger.
  if (since >= started) return { left };
  const [failure] = await tryEach(await strangersIn(found, deps), async (credential) => {
    left.add(credentialKey(credential));
    const facts = await revokerFor(deps.revokers, credential.kind).describe(credential);
    const at = facts?.createdAt ?? '';
    if (at > since && !isSettled(at, deps)) return;
    if (at > since) await noteDrift({ credential, at }, deps);
    left.delete(credentialKey(credential));
  });
  return { left, failure };
};

/** What an inventory shows to have been made outside `issue` since the last one. */
export const findDrift = async (found: readonly Found[], deps: FindDriftDeps): Promise<Left> => {
  const kind = found[0]?.credential.kind;
  if (kind === 'cognito-app-client') return findAppClients(found, deps);
  if (kind === 'api-gateway-key') return findApiKeys(found, deps);
  return { left: new Set() };
};
