import type { Change, ChangeKind } from './change.ts';
import { type CredentialKind, credentialKinds, dependentKinds } from './credential.ts';

/**
 * What is done to a credential. `block` and `not-before` are the two forms of a denylist row; `deny-sessions` and
 * `end-sessions` refuse what was minted before a time, and leave what it was minted from; `delete` is for what can be made
 * again as it was; `revoke` for what has to be granted anew.
 */
export type Action =
  | 'deny-all'
  | 'deny-sessions'
  | 'end-sessions'
  | 'disable'
  | 'block'
  | 'not-before'
  | 'delete'
  | 'revoke';

export interface StepTemplate {
  readonly kind: CredentialKind;
  readonly action: Action;
  readonly note?: string;
}

/** The parts of a change that decide what is done. */
export type Cause = Pick<Change, 'change' | 'credential' | 'entitlement'>;

const keysOff: StepTemplate = {
  kind: 'iam-access-key',
  action: 'disable',
  note: 'listed again afterwards, for keys made meanwhile',
};

/** Everything goes, and stays gone until restored. */
const leaver: readonly StepTemplate[] = [
  { kind: 'bearer-token', action: 'block', note: 'every token is refused, those issued afterwards too' },
  {
    kind: 'iam-user',
    action: 'deny-all',
    note: 'ends the long-term keys and GetSessionToken/GetFederationToken sessions; sessions of roles that the user assumed are looked up in CloudTrail',
  },
  keysOff,
  {
    kind: 'iam-login-profile',
    action: 'disable',
    note: 'opens nothing under the deny of its user; deleted after the hold period, since no restore could bring the password back',
  },
  { kind: 'iam-service-credential', action: 'disable' },
  { kind: 'iam-ssh-key', action: 'disable' },
  { kind: 'iam-signing-certificate', action: 'disable' },
  {
    kind: 'iam-role-session',
    action: 'deny-all',
    note: 'of this person alone; others on the same role go on',
  },
  {
    kind: 'iam-assumed-session',
    action: 'deny-sessions',
    note: 'sessions under this name from before; the name can be chosen, so later ones are not touched',
  },
  {
    kind: 'api-gateway-key',
    action: 'disable',
    note: 'refused by the authorizer first, then disabled and taken off its usage plans',
  },
  { kind: 'cognito-user', action: 'disable', note: 'signed out everywhere; its tokens are refused' },
  {
    kind: 'cognito-app-client',
    action: 'disable',
    note: 'signs nobody in any more; tokens issued to it are refused',
  },
  { kind: 'oauth-grant', action: 'revoke', note: 'cannot be restored, only granted anew' },
  { kind: 'okta-grants', action: 'revoke', note: 'cannot be restored, only granted anew' },
  { kind: 'auth0-grants', action: 'revoke', note: 'cannot be restored, only granted anew' },
  { kind: 'identity-center-assignment', action: 'delete', note: 'a restore assigns it again' },
  { kind: 'identity-center-membership', action: 'delete', note: 'a restore adds it again' },
  {
    kind: 'stored-secret',
    action: 'disable',
    note: 'nobody may read it; rotated where a rotation function exists',
  },
];

const sessionsOnly: readonly StepTemplate[] = [
  {
    kind: 'bearer-token',
    action: 'not-before',
    note: 'tokens issued until now are refused; a new one works',
  },
  { kind: 'iam-role-session', action: 'deny-sessions', note: 'sessions from before; a new one works' },
  { kind: 'cognito-user', action: 'end-sessions', note: 'refresh tokens are revoked' },
  { kind: 'okta-grants', action: 'end-sessions', note: 'sessions and their tokens; grants stay' },
  { kind: 'auth0-grants', action: 'end-sessions', note: 'sessions and refresh tokens; grants stay' },
];

/** Sessions of roles that a key or a user assumed: whatever else is left of a leak. */
const assumedWith: StepTemplate = {
  kind: 'iam-assumed-session',
  action: 'deny-sessions',
  note: 'sessions of roles that were assumed until now, as CloudTrail tells',
};

/**
 * One key, and what was minted from it. No condition key names the key that a session came from ("AWS global condition
 * context keys"), so the user's other key loses its sessions of before, and keeps working.
 */
const leakedKey: readonly StepTemplate[] = [
  {
    kind: 'iam-user',
    action: 'deny-sessions',
    note: 'ends GetSessionToken/GetFederationToken sessions of before, those of the other key too, since IAM cannot tell them apart',
  },
  { kind: 'iam-access-key', action: 'disable', note: 'this key alone; the other one keeps working' },
  assumedWith,
];

const unusedKey: readonly StepTemplate[] = [
  { kind: 'iam-access-key', action: 'disable', note: 'this key alone; it was not used' },
];

/** Which change does what to a subject, as data. A change without steps is recorded and does nothing. */
const ofSubject: Readonly<Record<ChangeKind, readonly StepTemplate[]>> = {
  deactivated: leaver,
  suspended: leaver,
  deleted: leaver,
  'application-retired': leaver,
  'session-revoked': sessionsOnly,
  // What leaked belongs to the identity provider: a password, a second factor. Keys are named, or not concerned.
  'credential-compromised': sessionsOnly,
  'entitlement-removed': [],
  'credential-stale': [],
  'credential-reactivated': [],
  reactivated: [],
};

/** Which changes end the credential that they name. */
const endsCredential: ReadonlySet<ChangeKind> = new Set([
  'deactivated',
  'suspended',
  'deleted',
  'session-revoked',
  'credential-compromised',
  'credential-stale',
]);

const ofCredential = (change: ChangeKind, kind: CredentialKind): readonly StepTemplate[] => {
  if (!endsCredential.has(change)) return [];
  if (kind === 'iam-access-key') return change === 'credential-stale' ? unusedKey : leakedKey;
  const kinds: readonly CredentialKind[] = [kind, ...dependentKinds[kind]];
  const own = leaver.filter((step) => kinds.includes(step.kind));
  return kind === 'iam-user' ? [...own, assumedWith] : own;
};

const ofEntitlement = { access: leaver, sessions: sessionsOnly } as const;

/** The steps that a change causes, in order; `statesIt`: to what exists for the entitlement that was lost. */
export const treatmentOf = (
  { change, credential, entitlement }: Cause,
  statesIt = false,
): readonly StepTemplate[] => {
  if (entitlement) {
    const all = statesIt ? leaver : entitlement.ends ? ofEntitlement[entitlement.ends] : [];
    const kinds = credential && [credential.kind, ...dependentKinds[credential.kind]];
    return kinds ? all.filter(({ kind }) => kinds.includes(kind)) : all;
  }
  return credential ? ofCredential(change, credential.kind) : ofSubject[change];
};

const isDependent = (kind: CredentialKind) =>
  credentialKinds.some((other) => dependentKinds[other].includes(kind));

/** The kinds that have an owner of their own and may be touched by this change. */
export const principalKindsOf = (cause: Cause): CredentialKind[] =>
  cause.credential
    ? []
    : treatmentOf(cause, cause.entitlement !== undefined)
        .map((step) => step.kind)
        .filter((kind) => !isDependent(kind));

/** What was assumed is known once it is known by whom. */
const assumed = (cause: Cause): CredentialKind[] =>
  treatmentOf(cause).some(({ kind }) => kind === 'iam-assumed-session') &&
  cause.credential?.kind !== 'iam-assumed-session'
    ? ['iam-assumed-session']
    : [];

/** Tokens follow from the subject itself; the other principals are looked for in the account. */
export const discoveredKindsOf = (cause: Cause): CredentialKind[] =>
  cause.credential ? assumed(cause) : principalKindsOf(cause).filter((kind) => kind !== 'bearer-token');
