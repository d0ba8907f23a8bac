import { needsAttention } from '../domain/errors.ts';
import type { Issuance } from '../stores/issuances.ts';
import { close, closeUnseen, expire, isLost, isOver } from './give-up.ts';
import { type IssuedCredential, issuerFor, type Marked } from './issuer.ts';
import type { ProvisionDeps } from './provision.ts';

const minute = 60_000;

/** Between the look that found nothing and the one that closes: the next pass, not a repetition of this one. */
const lookedAgainAfter = 4 * minute;

/** API keys are made with their mark, so whatever comes late is listed within the day; older ones were looked at before. */
const strayFor = 24 * 60 * minute;

/** What came of one look: see `ReconcileReport`. */
export type Outcome = 'abandoned' | 'closed' | 'unseen' | 'waiting';

/** `undefined` where nobody can look, and waiting has not mended that for a day. */
const findFor = async (issuance: Issuance, deps: ProvisionDeps): Promise<IssuedCredential[] | undefined> => {
  try {
    return await issuerFor(deps.issuers, issuance.kind).find(issuance);
  } catch (error) {
    if (needsAttention(error) && isLost(issuance, deps.now())) return undefined;
    throw error;
  }
};

/** IAM lists late, so a look that finds nothing is not believed before a second one. */
const lookAgain = async (issuance: Issuance, deps: ProvisionDeps): Promise<Outcome> => {
  const now = deps.now();
  const { missedAt } = issuance;
  if (missedAt === undefined) {
    await deps.issuances.move(issuance, { missedAt: now.toISOString() });
    return 'waiting';
  }
  if (Date.parse(missedAt) + lookedAgainAfter > now.getTime()) return 'waiting';
  await close(issuance, deps);
  return 'closed';
};

/** An issuance that broke down. */
export const lookAfter = async (issuance: Issuance, deps: ProvisionDeps): Promise<Outcome[]> => {
  const found = await findFor(issuance, deps);
  if (!found) {
    await closeUnseen(issuance, deps);
    return ['unseen'];
  }
  const [credential] = found;
  if (!credential) return [await lookAgain(issuance, deps)];
  for (const one of found) await expire(one, issuance, deps);
  await deps.issuances.move(issuance, { status: 'abandoned', credential });
  return found.map(() => 'abandoned');
};

/**
 * What carries the mark of an issuance that is over, and was never registered as issued: it came late, or twice. A mark
 * that no issuance has made is left to whoever looks for what was made by other means.
 */
export const lookAtStray = async (
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
