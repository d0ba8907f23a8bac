import { credentialKey } from '../domain/credential.ts';
import { CutoffError, InvalidInput } from '../domain/errors.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import type { Issuance } from '../stores/issuances.ts';
import { type Answer, answerAgain, answerFor } from './answer.ts';
import { type Delivered, deliver } from './deliver.ts';
import type { IssueDeps } from './deps.ts';
import type { Draft } from './draft.ts';
import { endReplaced } from './end-replaced.ts';
import { type Issuers, issuerFor, type Made, textIn } from './issuer.ts';
import { mustStandFor } from './owner.ts';

export type ProvisionDeps = IssueDeps & { readonly issuers: Issuers };

/** What the registry says of what was issued. */
export const entryOf = ({ owners, entitlements }: Issuance): RegistryEntry => ({
  owners,
  entitlements,
  isProtected: false,
});

/** Neither may the owner have left, nor a revocation stand that a new credential would get around. */
const mustBeClear = async (
  { issuance, owners, under, field }: Draft,
  deps: Pick<IssueDeps, 'losses' | 'standing'>,
): Promise<void> => {
  await mustStandFor({ owners, entitlements: issuance.entitlements }, field, deps);
  for (const credential of under) {
    if ((await deps.standing.holders(credential)).length === 0) continue;
    throw new InvalidInput(
      field,
      `is not possible: ${credentialKey(credential)} is held down by a revocation`,
    );
  }
};

/** Nothing was made: whoever asked may ask again, by the same token. */
const refuse = (issuance: Issuance, { issuances }: Pick<IssueDeps, 'issuances'>) =>
  issuances.move(issuance, { status: 'refused' });

/**
 * Two keys of one user on their way at the same time could neither be counted nor told apart after a crash. Each sees the
 * other if they overlap; then perhaps neither goes on.
 */
const mustBeAlone = async (issuance: Issuance, deps: Pick<IssueDeps, 'issuances'>): Promise<void> => {
  const user = textIn(issuance, 'user');
  if (!user) return;
  const open = await deps.issuances.open();
  const isOther = (one: Issuance) =>
    one.id !== issuance.id && one.status === 'intended' && textIn(one, 'user') === user;
  if (!open.some(isOther)) return;
  await refuse(issuance, deps);
  const message = 'another access key of this user is on its way, or broke down: ask again in half an hour';
  throw new CutoffError(message, { code: 'conflict', retryable: true });
};

/** What the service refused was not made, so there is nothing to look for. Of any other error nobody knows. */
const isRefusal = (error: unknown): boolean => error instanceof CutoffError && error.code !== 'unavailable';

const create = async (issuance: Issuance, deps: ProvisionDeps): Promise<Made> => {
  try {
    return await issuerFor(deps.issuers, issuance.kind).create(issuance);
  } catch (error) {
    if (isRefusal(error)) await refuse(issuance, deps);
    throw error;
  }
};

const recordIssued = (
  { issuance, deliver: to }: Draft,
  { credential }: Made,
  delivered: Delivered,
  { record }: Pick<IssueDeps, 'record'>,
) => {
  const { id, owners, entitlements, expiresAt, reason, replaces } = issuance;
  const old = replaces && { replaces: credentialKey(replaces.credential), endsAt: replaces.endsAt };
  const secretArn = 'secretArn' in delivered ? { secretArn: delivered.secretArn } : {};
  return record({
    type: 'issued',
    revocationId: id,
    credential: credentialKey(credential),
    once: 'issued',
    data: { owners, entitlements, expiresAt, reason, deliver: to, ...secretArn, ...old },
  });
};

/**
 * The intention first, and the word `issued` last. Between them the credential is made, registered, its secret handed over,
 * and only then is it good for anything, where its service allows that. Whatever breaks down on the way stays `intended`, and
 * `reconcile` revokes what came of it.
 *
 * The owner is looked at once more when it is registered: whoever leaves at that moment is either seen here, or their
 * revocation finds it in the registry. It may have been done with it before the activation brings it alive, so that there is a
 * look on either side of that: one to spare it, and one that misses nobody.
 *
 * What it takes the place of ends only once somebody has the new one.
 */
export const provision = async (draft: Draft, deps: ProvisionDeps): Promise<Answer> => {
  const { issuance } = draft;
  await mustBeClear(draft, deps);
  if (!(await deps.issuances.intend(issuance))) {
    const known = await deps.issuances.get(issuance.id);
    return answerAgain(known ?? issuance, issuance.request);
  }
  await mustBeAlone(issuance, deps);
  const made = await create(issuance, deps);
  const { credential, secret } = made;
  const provenance = { issuance: issuance.id, expiresAt: issuance.expiresAt };
  await deps.registry.issued(credential, entryOf(issuance), provenance);
  await mustBeClear(draft, deps);
  const delivered = await deliver(secret, { issuance, to: draft.deliver }, deps);
  await mustBeClear(draft, deps);
  await issuerFor(deps.issuers, issuance.kind).activate(credential, issuance);
  await mustBeClear(draft, deps);
  await recordIssued(draft, made, delivered, deps);
  const secretArn = 'secretArn' in delivered ? { secretArn: delivered.secretArn } : {};
  const issued = await deps.issuances.move(issuance, { status: 'issued', credential, ...secretArn });
  // Whatever breaks down here is left to `reconcile`: whoever asked must have the secret before the old one ends.
  await endReplaced(issued, deps).catch(() => undefined);
  return answerFor(issued, delivered);
};
