import { type Credential, credentialKey } from '../domain/credential.ts';
import type { Issuance } from '../stores/issuances.ts';
import { entryOf, type ProvisionDeps } from './provision.ts';

const minute = 60_000;

/** A function runs for a minute at most, and IAM lists what is new within a few ("eventual consistency"): well after both. */
const givenUpAfter = 10 * minute;

/** For which somebody may mend what keeps us from looking. */
const lookedForAtMost = 24 * 60 * minute;

const after = ({ intendedAt }: Issuance, time: number): Date => new Date(Date.parse(intendedAt) + time);

export const isOver = (issuance: Issuance, now: Date): boolean => after(issuance, givenUpAfter) <= now;

export const isLost = (issuance: Issuance, now: Date): boolean => after(issuance, lookedForAtMost) <= now;

/**
 * Registered as what it is, and over: the way of what expires revokes it, and proves that. The time at which it counts as
 * expired is the same in every pass, so that its revocation is the same, too.
 */
export const expire = async (
  credential: Credential,
  issuance: Issuance,
  deps: ProvisionDeps,
): Promise<void> => {
  const expiresAt = after(issuance, givenUpAfter).toISOString();
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

/** Nothing came of it. */
export const close = async (issuance: Issuance, deps: ProvisionDeps): Promise<void> => {
  const data = { reason: 'nothing-was-made' };
  await deps.record({ type: 'skipped', revocationId: issuance.id, once: 'abandoned', data });
  await deps.issuances.move(issuance, { status: 'abandoned' });
};

/** Nobody could look whether anything came of it, and it must not stand in the way for ever: a human has to look. */
export const closeUnseen = async (issuance: Issuance, deps: ProvisionDeps): Promise<void> => {
  const data = { reason: 'could-not-be-looked-at', owners: issuance.owners };
  await deps.record({ type: 'failed', revocationId: issuance.id, once: 'abandoned', data });
  await deps.issuances.move(issuance, { status: 'abandoned' });
  deps.count('IssuanceAbandoned');
};
