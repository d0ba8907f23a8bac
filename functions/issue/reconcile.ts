import { type Credential, credentialKey } from '../domain/credential.ts';
import { CutoffError, codeOf } from '../domain/errors.ts';
import { mapInChunks } from '../shared/map-in-chunks.ts';
import { type Issuance, issuedKinds } from '../stores/issuances.ts';
import { issuerFor, type Marked, textIn } from './issuer.ts';
import { entryOf, type ProvisionDeps } from './provision.ts';

export interface ReconcileReport {
  /** Credentials that came of an issuance which broke down: expired at once, so that they are revoked and proven dead. */
  readonly abandoned: number;
  /** Issuances of which nothing came. */
  readonly closed: number;
  /** Looked for once, and to be looked for again. */
  readonly waiting: number;
  /** By issuance or kind, the code of what could not be looked at. */
  readonly problems: Readonly<Record<string, string>>;
}

const minute = 60_000;

/** A function runs for a minute at most, and IAM lists what is new within a few ("eventual consistency"): well after both. */
const givenUpAfter = 10 * minute;

/** Between the look that found nothing and the one that closes: the next pass, not a repetition of this one. */
const lookedAgainAfter = 4 * minute;

/** API keys are made with their mark, so whatever comes late is listed within the day; older ones were looked at before. */
const strayFor = 24 * 60 * minute;

/** The time at which it counts as expired: the same in every pass, so that its revocation is the same, too. */
const givenUpAt = ({ intendedAt }: Issuance): Date => new Date(Date.parse(intendedAt) + givenUpAfter);

const isOver = (issuance: Issuance, now: Date): boolean => givenUpAt(issuance) <= now;

/** Registered as what it is, and over: the way of what expires revokes it, and proves that. */
const expire = async (credential: Credential, issuance: Issuance, deps: ProvisionDeps): Promise<void> => {
  const expiresAt = givenUpAt(issuance).toISOString();
  await deps.registry.issued(credential, entryOf(issuance), { issuance: issuance.id, expiresAt });
  await deps.record({
    type: 'failed',
    revocationId: issuance.id,
    credential: credentialKey(credential),
    once: 'abandoned',
    data: { reason: 'issuance-abandoned', expiresAt },
  });
  deps.count('IssuanceAbandoned');
};

const close = async (issuance: Issuance, deps: ProvisionDeps): Promise<void> => {
  const data = { reason: 'nothing-was-made' };
  await deps.record({ type: 'skipped', revocationId: issuance.id, once: 'abandoned', data });
  await deps.issuances.move(issuance, { status: 'abandoned' });
};

type Outcome = 'abandoned' | 'closed' | 'waiting';

/** IAM lists late, so a look that finds nothing is not believed before a second one. */
const lookAfter = async (issuance: Issuance, deps: ProvisionDeps): Promise<Outcome[]> => {
  const found = await issuerFor(deps.issuers, issuance.kind).find(issuance);
  for (const credential of found) await expire(credential, issuance, deps);
  const [credential] = found;
  if (credential) {
    await deps.issuances.move(issuance, { status: 'abandoned', credential });
    return found.map(() => 'abandoned');
  }
  const now = deps.now();
  const missedAt = textIn(issuance, 'missedAt');
  if (missedAt && Date.parse(missedAt) + lookedAgainAfter <= now.getTime()) {
    await close(issuance, deps);
    return ['closed'];
  }
  if (!missedAt) {
    const handle = { ...issuance.handle, missedAt: now.toISOString() };
    await deps.issuances.move(issuance, { handle });
  }
  return ['waiting'];
};

/**
 * What carries the mark of an issuance that is over, and was never registered as issued: it came late, or twice. A mark
 * that no issuance has made is left to whoever looks for what was made by other means.
 */
const lookAtStray = async (
  { credential, issuance: id, createdAt }: Marked,
  deps: ProvisionDeps,
): Promise<Outcome[]> => {
  const now = deps.now();
  if (createdAt !== undefined && Date.parse(createdAt) + strayFor <= now.getTime()) return [];
  const [row] = await deps.registry.read([credential]);
  if (row?.issuance !== undefined) return [];
  const issuance = await deps.issuances.get(id);
  if (!issuance || !isOver(issuance, now)) return [];
  await expire(credential, issuance, deps);
  return ['abandoned'];
};

/** Registry rows read at the same time. */
const atOnce = 25;

type Attempt = (name: string, look: () => Promise<Outcome[]>) => Promise<Outcome[]>;

/** Trouble with one thing must not keep the others from being looked at. */
const attempting =
  (problems: Record<string, string>): Attempt =>
  async (name, look) => {
    try {
      return await look();
    } catch (error) {
      problems[name] = codeOf(error);
      return [];
    }
  };

const lookAtOpen = async (attempt: Attempt, deps: ProvisionDeps): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const issuance of await deps.issuances.open()) {
    if (isOver(issuance, deps.now()))
      outcomes.push(...(await attempt(issuance.id, () => lookAfter(issuance, deps))));
  }
  return outcomes;
};

const lookAtMarked = async (attempt: Attempt, deps: ProvisionDeps): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const kind of issuedKinds) {
    const looks = await attempt(kind, async () => {
      const marked = await Array.fromAsync(issuerFor(deps.issuers, kind).marked());
      const look = (one: Marked) => attempt(one.issuance, () => lookAtStray(one, deps));
      return (await mapInChunks(marked, atOnce, look)).flat();
    });
    outcomes.push(...looks);
  }
  return outcomes;
};

/** Every few minutes: no credential stays alive that nobody knows of. Throws at the end where something could not be done. */
export const reconcile = async (deps: ProvisionDeps): Promise<ReconcileReport> => {
  const problems: Record<string, string> = {};
  const attempt = attempting(problems);
  const outcomes = [...(await lookAtOpen(attempt, deps)), ...(await lookAtMarked(attempt, deps))];
  const number = (outcome: Outcome) => outcomes.filter((one) => one === outcome).length;
  const report = {
    abandoned: number('abandoned'),
    closed: number('closed'),
    waiting: number('waiting'),
    problems,
  };
  const failed = Object.entries(problems).map(([name, code]) => `${name} ${code}`);
  if (failed.length === 0) return report;
  // The schedule tries again. Errors of this function as such ring nothing: whoever misspells a request makes one.
  deps.count('ReconcileFailed');
  throw new CutoffError(`not reconciled: ${failed.join(', ')}`, { code: 'unavailable', retryable: true });
};
