import type { Change } from '../domain/change.ts';
import { admit } from '../revocation/admit.ts';
import { existingCredential } from './existing-credential.ts';
import type { OperatorDeps } from './operator.ts';
import { preview } from './preview.ts';
import type { LeakRequest, RevokeRequest } from './request.ts';

/** The change that a request asks for, or is about. */
export const changeOf = (
  { reason, clientToken }: { readonly reason: string; readonly clientToken?: string | undefined },
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

/** One credential, or one token. */
export const revokeLeaked = async (request: LeakRequest, deps: OperatorDeps) => {
  const { credential: named } = request;
  const id = named.kind === 'bearer-token' ? named.value : named.id;
  const about = { change: 'credential-compromised', subject: { format: 'opaque', id } } as const;
  const asked = { field: 'request.credential', change: changeOf(request, about, deps) };
  const credential = await existingCredential(named, asked, deps);
  return carryOut(changeOf(request, { ...about, credential }, deps), request, deps);
};
