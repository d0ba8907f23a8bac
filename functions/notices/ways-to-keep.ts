import { type Credential, principalOf } from '../domain/credential.ts';
import type { Notice } from './notice.ts';

/** One thing that somebody can do, and the request to the operator or to `issue` that does it. */
export interface Way {
  readonly says: string;
  readonly request?: Readonly<Record<string, unknown>>;
}

const reason = '…';

const named = ({ kind, id }: Credential) => ({ kind, id });

const kept = (credential: Credential): Way => ({
  says: 'To keep it for longer as it is, ask an operator for',
  request: { keep: named(credential), until: 'YYYY-MM-DD', reason },
});

/** Whose an access key is, its user says. */
const assigned = (credential: Credential): Way => ({
  says: 'It has no owner who is still there. To give it one, ask an operator for',
  request: {
    assign: named(principalOf(credential)),
    owner: { format: 'email', email: 'NAME@DOMAIN' },
    reason,
  },
});

/** As `issue` names it; `undefined` for what it does not make. */
const issuable = (credential: Credential) => {
  const { kind, id } = credential;
  if (kind === 'iam-access-key') return { kind, id, user: credential.user };
  if (kind === 'cognito-app-client') return { kind, id: credential.client, pool: credential.pool };
  return kind === 'api-gateway-key' ? { kind, id } : undefined;
};

const rotated = (credential: Credential): Way[] => {
  const rotate = issuable(credential);
  const says = 'To go on with a new one in its place, which ends at an agreed time, ask `issue` for';
  return rotate ? [{ says, request: { rotate, reason } }] : [];
};

const used: Way = { says: 'Use it: what is in use is left alone.' };

const restored = (revocationId: string): Way => ({
  says: 'To take its revocation back, as long as nothing is deleted, ask an operator for',
  request: { restore: revocationId, reason },
});

/** Facts are the words of `domain/sweep-conditions.ts`. */
const isUnused = ({ fact }: Notice): boolean => /\b(unused since|unused for|never used)\b/.test(fact);
const isOrphan = ({ owners, fact }: Notice): boolean =>
  owners.length === 0 || /\b(no-owner|owner-gone)\b/.test(fact);
const isEnding = ({ fact }: Notice): boolean => /\b(expires|expired|created|rotated) /.test(fact);

/** How the credential of a notice is kept, the simplest way first. */
export const waysToKeep = (notice: Notice): Way[] => {
  const { about, credential, revocationId } = notice;
  const back = revocationId ? [restored(revocationId)] : [];
  const owner = isOrphan(notice) ? [assigned(credential)] : [];
  if (about === 'drift') return [...back, ...owner, ...rotated(credential)];
  if (revocationId) return back;
  return [
    ...(isUnused(notice) ? [used] : []),
    ...owner,
    ...(isEnding(notice) ? rotated(credential) : []),
    kept(credential),
  ];
};
