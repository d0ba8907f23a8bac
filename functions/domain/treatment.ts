import type { Change, ChangeKind } from './change.ts';
import { type CredentialKind, credentialKinds, dependentKinds } from './credential.ts';

/**
 * What is done to a credential. `block` and `not-before` are the two forms of a denylist row; `deny-sessions` refuses
 * what was minted before a time, and leaves the long-term keys.
 */
export type Action = 'deny-all' | 'deny-sessions' | 'disable' | 'block' | 'not-before';

export interface StepTemplate {
  readonly kind: CredentialKind;
  readonly action: Action;
  readonly note?: string;
}

/** The parts of a change that decide what is done. */
export type Cause = Pick<Change, 'change' | 'credential' | 'entitlement'>;

const rolesLiveOn =
  'ends the long-term keys and GetSessionToken/GetFederationToken sessions; sessions of roles that the user already assumed live on until they expire';

const keysOff: StepTemplate = {
  kind: 'iam-access-key',
  action: 'disable',
  note: 'listed again afterwards, for keys made meanwhile',
};

/** Everything goes, and stays gone until restored. */
const leaver: readonly StepTemplate[] = [
  { kind: 'bearer-token', action: 'block', note: 'every token is refused, those issued afterwards too' },
  { kind: 'iam-user', action: 'deny-all', note: rolesLiveOn },
  keysOff,
  { kind: 'api-gateway-key', action: 'disable', note: 'refused by the authorizer first, then disabled' },
];

const sessionsOnly: readonly StepTemplate[] = [
  {
    kind: 'bearer-token',
    action: 'not-before',
    note: 'tokens issued until now are refused; a new one works',
  },
];

/**
 * One key, and what was minted from it. No condition key names the key that a session came from ("AWS global condition
 * context keys"), so the user's other key loses its sessions of before, and keeps working.
 */
const leakedKey: readonly StepTemplate[] = [
  {
    kind: 'iam-user',
    action: 'deny-sessions',
    note: 'ends GetSessionToken/GetFederationToken sessions of before, those of the other key too, since IAM cannot tell them apart; sessions of roles that the user assumed live on until they expire',
  },
  { kind: 'iam-access-key', action: 'disable', note: 'this key alone; the other one keeps working' },
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
  return leaver.filter((step) => step.kind === kind || dependentKinds[kind].includes(step.kind));
};

const ofEntitlement = { access: leaver, sessions: sessionsOnly } as const;

/** The steps that a change causes, in order. */
export const treatmentOf = ({ change, credential, entitlement }: Cause): readonly StepTemplate[] => {
  if (entitlement) {
    const all = entitlement.ends ? ofEntitlement[entitlement.ends] : [];
    return credential ? all.filter(({ kind }) => kind === credential.kind || kind === 'iam-access-key') : all;
  }
  return credential ? ofCredential(change, credential.kind) : ofSubject[change];
};

const isDependent = (kind: CredentialKind) =>
  credentialKinds.some((other) => dependentKinds[other].includes(kind));

/** The kinds that have an owner of their own and are touched by this change: what discovery looks for. */
export const principalKindsOf = (cause: Cause): CredentialKind[] =>
  cause.credential
    ? []
    : treatmentOf(cause)
        .map((step) => step.kind)
        .filter((kind) => !isDependent(kind));

/** Tokens follow from the subject itself; the other principals are looked for in the account. */
export const discoveredKindsOf = (cause: Cause): CredentialKind[] =>
  principalKindsOf(cause).filter((kind) => kind !== 'bearer-token');
