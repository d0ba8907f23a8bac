import { revokerFor } from '../credentials/revoker-for.ts';
import type { Change } from '../domain/change.ts';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isProtectedPrincipal } from '../domain/protection.ts';
import { subjectKey } from '../domain/subject.ts';
import type { Answer } from '../identity/look-up.ts';
import type { AdmitDeps } from '../revocation/deps.ts';
import { loadRevocation } from '../revocation/load.ts';
import type { OpenStatus } from '../stores/revocations.ts';
import { approve, reject } from './decide.ts';
import { link, unlink } from './links.ts';
import { type AssignRequest, type OperatorRequest, parseRequest } from './request.ts';
import { restore } from './restore.ts';
import { revokeLeaked, revokeSubject } from './revoke-by-hand.ts';

export interface OperatorDeps extends AdmitDeps {
  readonly home: { readonly account: string; readonly region: string };
  /** Lambda's request id, the revocation's token where the request brings none. */
  readonly requestId: string;
  readonly ownerOfKey: (change: Change, key: { account: string; keyId: string }) => Promise<Answer>;
}

const status = async (id: string, { revocations }: OperatorDeps) => {
  const revocation = await loadRevocation(id, revocations);
  const [tasks, discoveries] = await Promise.all([revocations.tasks(id), revocations.discoveries(id)]);
  return { revocation, tasks, discoveries };
};

const list = async (state: OpenStatus, { revocations }: OperatorDeps) => {
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
const assign = async ({ assign: { kind, id }, owner, reason }: AssignRequest, deps: OperatorDeps) => {
  const region = kind === 'iam-user' ? 'global' : deps.home.region;
  const credential: Credential = { kind, id, account: deps.home.account, region };
  const facts = await revokerFor(deps.revokers, kind).describe(credential);
  if (!facts) throw new InvalidInput('request.assign.id', 'names nothing that exists');
  const entry = { owner: subjectKey(owner), isProtected: isProtectedPrincipal(facts, deps.rules.protection) };
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
  if ('status' in request) return status(request.status, deps);
  if ('list' in request) return list(request.list, deps);
  if ('link' in request) return link(request, deps);
  if ('unlink' in request) return unlink(request, deps);
  if ('credential' in request) return revokeLeaked(request, deps);
  return assign(request, deps);
};
