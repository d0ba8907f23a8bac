import type { CredentialKind } from './credential.ts';

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

const keysOff: StepTemplate = {
  kind: 'iam-access-key',
  action: 'disable',
  note: 'listed again afterwards, for keys made meanwhile',
};

/** Everything goes, and stays gone until restored. */
export const leaver: readonly StepTemplate[] = [
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

export const sessionsOnly: readonly StepTemplate[] = [
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
export const assumedWith: StepTemplate = {
  kind: 'iam-assumed-session',
  action: 'deny-sessions',
  note: 'sessions of roles that were assumed until now, as CloudTrail tells',
};

/**
 * One key, and what was minted from it. No condition key names the key that a session came from ("AWS global condition
 * context keys"), so the user's other key loses its sessions of before, and keeps working.
 */
export const leakedKey: readonly StepTemplate[] = [
  {
    kind: 'iam-user',
    action: 'deny-sessions',
    note: 'ends GetSessionToken/GetFederationToken sessions of before, those of the other key too, since IAM cannot tell them apart',
  },
  { kind: 'iam-access-key', action: 'disable', note: 'this key alone; the other one keeps working' },
  assumedWith,
];

export const unusedKey: readonly StepTemplate[] = [
  {
    kind: 'iam-access-key',
    action: 'disable',
    note: 'this key alone; no session of it lives, since it was not used lately',
  },
];
