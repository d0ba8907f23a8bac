import { revokerFor } from '../credentials/revoker-for.ts';
import type { Change } from '../domain/change.ts';
import { credentialKey } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { entitlementsIn } from '../domain/ownership.ts';
import { isProtectedPrincipal } from '../domain/protection.ts';
import type { Issuer } from '../domain/settings.ts';
import { subjectKey } from '../domain/subject.ts';
import type { Answer } from '../identity/look-up.ts';
import type { AdmitDeps } from '../revocation/deps.ts';
import { loadRevocation } from '../revocation/load.ts';
import type { RemovalDeps } from '../revocation/removal.ts';
import type { Keeps } from '../stores/keeps.ts';
import type { OpenStatus } from '../stores/revocations.ts';
import { approve, reject } from './decide.ts';
import { inventory, orphans } from './inventory.ts';
import { keep } from './keep.ts';
import { link, unlink } from './links.ts';
import { credentialOf } from './named-credential.ts';
import { remove } from './remove.ts';
import { type AssignRequest, type OperatorRequest, parseRequest } from './request.ts';
import { restore } from './restore.ts';
import { revokeLeaked, revokeSubject } from './revoke-by-hand.ts';

export interface OperatorDeps extends AdmitDeps {
  readonly issuers: readonly Issuer[];
  readonly hold: RemovalDeps['hold'];
  readonly keeps: Keeps;
  /** Lambda's request id, the revocation's token where the request brings none. */
  readonly requestId: string;
  readonly ownerOfKey: (change: Change, key: { account: string; keyId: string }) => Promise<Answer>;
}

const status = async (id: string, { revocations }: OperatorDeps) => {
  const revocation = await loadRevocation(id, revocations);
  const [tasks, discoveries] = await Promise.all([revocations.tasks(id), revocations.discoveries(id)]);
  return { revocation, tasks, discoveries };
};

const list = async (state: OpenStatus | 'orphans', deps: OperatorDeps) => {
  if (state === 'orphans') return orphans(deps);
  const { revocations } = deps;
  const items = await revocations.listOpen(state);
  return {
    [state]: items.map((item) =>
      'principal' in item
        ? { revocationId: item.revocationId, credential: credentialKey(item.principal), reason: item.reason }
        : { revocationId: item.id, subject: item.change.subject, reason: item.reason },
    ),
  };
};

/** Settles a dispute over a principal: from now on it belongs to `owner`, whatever the registry said before. */
const assign = async (request: AssignRequest, deps: OperatorDeps) => {
  const { assign: named, owner, owners = owner ? [owner] : [], reason } = request;
  if (owners.length === 0 || (owner && request.owners)) {
    throw new InvalidInput('request.owner', 'must be there, or owners for several');
  }
  const credential = credentialOf(named, deps);
  const facts = await revokerFor(deps.revokers, credential.kind).describe(credential);
  if (!facts) throw new InvalidInput('request.assign.id', 'names nothing that exists');
  const { ownership, protection } = deps.rules;
  const entry = {
    owners: owners.map(subjectKey),
    isProtected: isProtectedPrincipal(facts, protection),
    entitlements: entitlementsIn(facts, ownership),
  };
  const earlier = await deps.registry.entryOf(credential);
  const data = { assign: credentialKey(credential), ...entry, earlier, reason };
  const revocationId = `operator:${deps.requestId}`;
  await deps.record({ type: 'planned', revocationId, once: 'assign', data });
  await deps.registry.assign(credential, entry);
  return { assigned: data.assign, ...entry, reason };
};

/** One request by hand. Every answer is plain JSON, as the Lambda console shows it. */
export const operate = async (input: unknown, deps: OperatorDeps): Promise<unknown> => {
  const request: OperatorRequest = parseRequest(input);
  if ('subject' in request) return revokeSubject(request, deps);
  if ('approve' in request) return approve(request, deps);
  if ('reject' in request) return reject(request, deps);
  if ('restore' in request) return restore(request, deps);
  if ('remove' in request) return remove(request, deps);
  if ('inventory' in request) return inventory(request.inventory, deps);
  if ('status' in request) return status(request.status, deps);
  if ('list' in request) return list(request.list, deps);
  if ('keep' in request) return keep(request, deps);
  if ('link' in request) return link(request, deps);
  if ('unlink' in request) return unlink(request, deps);
  if ('credential' in request) return revokeLeaked(request, deps);
  return assign(request, deps);
};
