import type { Change, ChangeKind } from './change.ts';
import { type CredentialKind, credentialKinds, dependentKinds } from './credential.ts';
import {
  assumedWith,
  leakedKey,
  leaver,
  type StepTemplate,
  sessionsOnly,
  unusedKey,
} from './treatment-steps.ts';

export type { Action, StepTemplate } from './treatment-steps.ts';

/** The parts of a change that decide what is done. */
export type Cause = Pick<Change, 'change' | 'credential' | 'entitlement' | 'mayHaveSessions'>;

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
  'credential-expired': [],
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
  'credential-expired',
]);

/** Of a key that is old or over nothing leaked: its user's other key loses sessions only where this one may have minted some. */
const ofKey = ({ change, mayHaveSessions }: Cause): readonly StepTemplate[] =>
  (change === 'credential-stale' || change === 'credential-expired') && !mayHaveSessions
    ? unusedKey
    : leakedKey;

const ofCredential = (cause: Cause, kind: CredentialKind): readonly StepTemplate[] => {
  if (!endsCredential.has(cause.change)) return [];
  if (kind === 'iam-access-key') return ofKey(cause);
  const kinds: readonly CredentialKind[] = [kind, ...dependentKinds[kind]];
  const own = leaver.filter((step) => kinds.includes(step.kind));
  return kind === 'iam-user' ? [...own, assumedWith] : own;
};

const ofEntitlement = { access: leaver, sessions: sessionsOnly } as const;

/** The steps that a change causes, in order; `statesIt`: to what exists for the entitlement that was lost. */
export const treatmentOf = (cause: Cause, statesIt = false): readonly StepTemplate[] => {
  const { change, credential, entitlement } = cause;
  if (entitlement) {
    const all = statesIt ? leaver : entitlement.ends ? ofEntitlement[entitlement.ends] : [];
    const kinds = credential && [credential.kind, ...dependentKinds[credential.kind]];
    return kinds ? all.filter(({ kind }) => kinds.includes(kind)) : all;
  }
  return credential ? ofCredential(cause, credential.kind) : ofSubject[change];
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
