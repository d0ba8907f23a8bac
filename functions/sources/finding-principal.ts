import { InvalidInput } from '../domain/errors.ts';
import type { Subject } from '../domain/subject.ts';
import {
  type Account,
  assumedSession,
  iamAccessKey,
  iamUser,
  isAccessKeyId,
  isTemporaryKeyId,
  roleSubject,
  rootSubject,
  sessionSubject,
  userNamePattern,
  userSubject,
} from './aws-names.ts';
import type { Lead } from './event-source.ts';

/** Who used a key, in a finding's words. `userType` is CloudTrail's `userIdentity.type`. */
export interface Principal extends Account {
  readonly accessKeyId?: string | null | undefined;
  readonly principalId?: string | null | undefined;
  readonly userName?: string | null | undefined;
  readonly userType?: string | null | undefined;
  /** Where the finding names them, for errors. */
  readonly field: string;
}

export type Named = Pick<Lead, 'subject' | 'credential' | 'ask' | 'byHand'>;

const safe = (name: string | null | undefined): string | undefined =>
  name && userNamePattern.test(name) ? name : undefined;

/** What stands behind the unique id in `AROA…:session`. */
const sessionName = ({ principalId }: Principal): string | undefined =>
  safe(principalId?.slice(principalId.indexOf(':') + 1 || principalId.length));

/** The key alone where it is a long-term one; else the user, whose policies a session of theirs obeys. */
const ofUser = (principal: Principal): Named => {
  const { accessKeyId, account } = principal;
  const user = safe(principal.userName);
  if (accessKeyId && isAccessKeyId(accessKeyId)) {
    const subject: Subject = { format: 'opaque', id: accessKeyId };
    if (!user) return { subject, ask: { ask: 'access-key', account, keyId: accessKeyId } };
    return { subject, credential: iamAccessKey(principal, { id: accessKeyId, user }) };
  }
  if (!user) throw new InvalidInput(principal.field, 'names no IAM user, and there is no key');
  return { subject: userSubject(principal, user), credential: iamUser(principal, user) };
};

/** `userName` is the role's, never a user's. A role alone is not cut: which session was stolen, nobody knows. */
const ofRole = (principal: Principal): Named => {
  const { accessKeyId } = principal;
  const byHand = 'role-session';
  const role = safe(principal.userName);
  const session = sessionName(principal);
  if (role && session) {
    const subject = sessionSubject(principal, `assumed-role/${role}/${session}`);
    return { subject, credential: assumedSession(principal, { role, session }) };
  }
  if (role) return { subject: roleSubject(principal, role), byHand };
  if (accessKeyId && isTemporaryKeyId(accessKeyId)) {
    return { subject: { format: 'opaque', id: accessKeyId }, byHand };
  }
  throw new InvalidInput(principal.field, 'names no role, and there is no key');
};

/** A session of GetFederationToken: it obeys the policies of the user who asked for it, and does not say who. */
const ofFederatedUser = (principal: Principal): Named => {
  const name = safe(principal.userName) ?? sessionName(principal);
  if (!name) throw new InvalidInput(principal.field, 'names no federated user');
  return { subject: sessionSubject(principal, `federated-user/${name}`), byHand: 'names-no-credential' };
};

const ofRoot = (principal: Principal): Named => ({ subject: rootSubject(principal), byHand: 'root-user' });

const byType: Readonly<Record<string, (principal: Principal) => Named>> = {
  IAMUser: ofUser,
  AssumedRole: ofRole,
  Role: ofRole,
  FederatedUser: ofFederatedUser,
  Root: ofRoot,
};

/** Older findings give no type. The prefixes are from "Unique identifiers", IAM User Guide. */
const inferred = ({ accessKeyId, principalId, userName, account }: Principal): string => {
  if (userName === 'Root' || principalId === account) return 'Root';
  if (principalId?.startsWith('AROA')) return 'AssumedRole';
  if (principalId?.startsWith('AIDA')) return 'IAMUser';
  return accessKeyId && isTemporaryKeyId(accessKeyId) ? 'AssumedRole' : 'IAMUser';
};

export const typeOf = (principal: Principal): string => principal.userType || inferred(principal);

/**
 * What is to be cut, or who has to be seen to by hand; `undefined` for a service, another account and whatever else has
 * no credential here. Throws `InvalidInput` where nobody is named.
 */
export const namedBy = (principal: Principal): Named | undefined => {
  const type = typeOf(principal);
  return Object.hasOwn(byType, type) ? byType[type]?.(principal) : undefined;
};
