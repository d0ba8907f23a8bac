import { revokerFor } from '../credentials/revoker-for.ts';
import type { Change } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { admit } from '../revocation/admit.ts';
import { credentialOf } from './named-credential.ts';
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

/** A misspelt id, or an alias, must not pass for something that is gone. */
const mustExist = async (credential: Credential, { revokers }: OperatorDeps): Promise<void> => {
  if (!revokers[credential.kind].isConfigured) {
    throw new InvalidInput(
      'request.credential.kind',
      'is not among the settings, so nothing is granted on it',
    );
  }
  if (await revokerFor(revokers, credential.kind).describe(credential)) return;
  throw new InvalidInput('request.credential.id', 'names nothing that exists');
};

/** One credential. An access key is named by its id alone: whose it is, IAM says. */
export const revokeLeaked = async (request: LeakRequest, deps: OperatorDeps) => {
  const named = request.credential;
  const { account } = deps.home;
  const id = named.kind === 'bearer-token' ? named.value : named.id;
  const about = { change: 'credential-compromised', subject: { format: 'opaque', id } } as const;
  if (named.kind !== 'iam-access-key') {
    const credential = credentialOf(named, deps);
    await mustExist(credential, deps);
    return carryOut(changeOf(request, { ...about, credential }, deps), request, deps);
  }
  const [change] = (await deps.ownerOfKey(changeOf(request, about, deps), { account, keyId: id })).changes;
  if (!change || change.byHand)
    throw new InvalidInput('request.credential.id', 'is no access key of an IAM user here');
  return carryOut(change, request, deps);
};
