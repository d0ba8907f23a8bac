import type { Change } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { admit } from '../revocation/admit.ts';
import type { OperatorDeps } from './operator.ts';
import { preview } from './preview.ts';
import type { LeakRequest, RevokeRequest } from './request.ts';

const changeOf = (
  { reason, clientToken }: RevokeRequest | LeakRequest,
  about: Pick<Change, 'change' | 'subject' | 'credential'>,
  deps: OperatorDeps,
): Change => ({
  ...about,
  source: 'operator',
  eventId: clientToken ?? deps.requestId,
  aliases: [],
  occurredAt: deps.now().toISOString(),
  reason,
});

const carryOut = (change: Change, { dryRun }: { dryRun: boolean }, deps: OperatorDeps) =>
  dryRun ? preview(change, deps) : admit(change, deps);

/** A person, an application: all that the change ends. */
export const revokeSubject = (request: RevokeRequest, deps: OperatorDeps) =>
  carryOut(changeOf(request, request, deps), request, deps);

/** One credential. An access key is named by its id alone: whose it is, IAM says. */
export const revokeLeaked = async (request: LeakRequest, deps: OperatorDeps) => {
  const { kind, id } = request.credential;
  const { account } = deps.home;
  const subject = { format: 'opaque', id } as const;
  const about = { change: 'credential-compromised', subject } as const;
  if (kind !== 'iam-access-key') {
    const region = kind === 'iam-user' ? 'global' : deps.home.region;
    const credential: Credential = { kind, account, region, id };
    return carryOut(changeOf(request, { ...about, credential }, deps), request, deps);
  }
  const [change] = (await deps.ownerOfKey(changeOf(request, about, deps), { account, keyId: id })).changes;
  if (!change || change.byHand)
    throw new InvalidInput('request.credential.id', 'is no access key of an IAM user here');
  return carryOut(change, request, deps);
};
