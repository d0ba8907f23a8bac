import type { ChangeKind } from './change.ts';
import { type CredentialKind, credentialKinds, dependentKinds } from './credential.ts';

/** What is done to a credential. `block` and `not-before` are the two forms of a denylist row. */
export type Action = 'deny-all' | 'disable' | 'block' | 'not-before';

export interface StepTemplate {
  readonly kind: CredentialKind;
  readonly action: Action;
  readonly note?: string;
}

const rolesLiveOn =
  'ends the long-term keys and GetSessionToken/GetFederationToken sessions; sessions of roles that the user already assumed live on until they expire';

/** Everything goes, and stays gone until restored. */
const leaver: readonly StepTemplate[] = [
  { kind: 'bearer-token', action: 'block', note: 'every token is refused, those issued afterwards too' },
  { kind: 'iam-user', action: 'deny-all', note: rolesLiveOn },
  { kind: 'iam-access-key', action: 'disable', note: 'listed again afterwards, for keys made meanwhile' },
  { kind: 'api-gateway-key', action: 'disable', note: 'refused by the authorizer first, then disabled' },
];

const sessionsOnly: readonly StepTemplate[] = [
  {
    kind: 'bearer-token',
    action: 'not-before',
    note: 'tokens issued until now are refused; a new one works',
  },
];

/** Which change does what, as data. A change without steps is recorded and does nothing. */
const treatments: Readonly<Record<ChangeKind, readonly StepTemplate[]>> = {
  deactivated: leaver,
  suspended: leaver,
  deleted: leaver,
  'application-retired': leaver,
  'session-revoked': sessionsOnly,
  reactivated: [],
};

export const treatmentOf = (change: ChangeKind): readonly StepTemplate[] => treatments[change];

const isDependent = (kind: CredentialKind) =>
  credentialKinds.some((other) => dependentKinds[other].includes(kind));

/** The kinds that have an owner of their own and are touched by this change: what discovery looks for. */
export const principalKindsOf = (change: ChangeKind): CredentialKind[] =>
  treatmentOf(change)
    .map((step) => step.kind)
    .filter((kind) => !isDependent(kind));

/** Tokens follow from the subject itself; the other principals are looked for in the account. */
export const discoveredKindsOf = (change: ChangeKind): CredentialKind[] =>
  principalKindsOf(change).filter((kind) => kind !== 'bearer-token');
