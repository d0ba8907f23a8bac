import type { Revokers } from '../credentials/credential-revoker.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import { revocationIdOf } from '../domain/change.ts';
import { type Credential, type CredentialKind, credentialKey, principalOf } from '../domain/credential.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import type { SourceSettings } from '../domain/settings.ts';
import type { DriftKind, DriftSettings } from '../domain/sweep-settings.ts';
import type { SendNotice } from '../notices/notice.ts';
import type { Count } from '../shared/recorder.ts';
import { type Drifted, driftChange } from '../sources/drift.ts';
import type { Made } from '../sources/event-source.ts';
import type { Drifts } from '../stores/drifts.ts';
import type { Registry } from '../stores/registry.ts';
import { entryFrom, type InventoryDeps } from './take-in.ts';

export interface DriftDeps {
  readonly registry: Registry;
  readonly revokers: Revokers;
  readonly rules: InventoryDeps['rules'];
  readonly drifts: Drifts;
  readonly treatments: DriftSettings;
  /** Of these, `drift` says whether anything is revoked. */
  readonly sources: Readonly<Record<string, SourceSettings>>;
  /** ARNs of the roles of our own functions. */
  readonly ownRoles: readonly string[];
  /** Ids of the Cognito user pools that are looked into; nothing is granted on others. */
  readonly pools: readonly string[];
  readonly notify: SendNotice;
  /** Has it revoked. May be done twice. */
  readonly end: (drifted: Drifted) => Promise<unknown>;
  readonly count: Count;
}

const treatmentIn = (treatments: DriftSettings, kind: CredentialKind) =>
  Object.hasOwn(treatments, kind) ? treatments[kind as DriftKind] : undefined;

const isServed = (credential: Credential, { pools }: DriftDeps): boolean =>
  credential.kind !== 'cognito-app-client' || pools.includes(credential.pool);

/** Whose it is: of an access key, its user's. `undefined` where it is gone again. */
const entryOf = async (credential: Credential, deps: DriftDeps): Promise<RegistryEntry | undefined> => {
  const principal = principalOf(credential);
  const known = await deps.registry.entryOf(principal);
  if (known) return known;
  const facts = await revokerFor(deps.revokers, principal.kind).describe(principal);
  return facts && entryFrom(facts, deps.rules);
};

/** Whether it is revoked, or would be: while the source observes, nothing is begun that would be in the way later. */
const consequenceOf = (kind: CredentialKind, { treatments, sources }: DriftDeps) => {
  if (treatmentIn(treatments, kind) !== 'revoke') return 'told';
  return sources.drift?.mode === 'enforce' ? 'revoked' : 'observed';
};

/**
 * Told once, whether an event or an upkeep found it: both make the same notice and the same revocation. What was only observed is
 * told again once it is revoked.
 */
const tell = async (made: Made, { owners }: RegistryEntry, deps: DriftDeps): Promise<void> => {
  const { credential, at, by } = made;
  const consequence = consequenceOf(credential.kind, deps);
  const isRevoked = consequence === 'revoked';
  const told = await deps.drifts.told(credential);
  if (told === 'told' || (told === 'observed' && !isRevoked)) return;
  const drifted = { credential, createdAt: at, by };
  if (isRevoked) await deps.end(drifted);
  await deps.notify({
    id: `${credentialKey(credential)}${told ? ':revoked' : ''}`,
    about: 'drift',
    credential,
    owners,
    fact: `made outside issue at ${at}${by ? `, by ${by}` : ''}`,
    policy: 'drift',
    ...(isRevoked && { revocationId: revocationIdOf(driftChange(drifted)) }),
  });
  deps.count('DriftFound');
  await deps.drifts.noteTold(made, consequence === 'observed' ? 'observed' : 'told');
};

/**
 * A credential was made. If `issue` did not make it, it is registered, and treated as the settings say. May be done twice, and at
 * the same time by an event and by an upkeep.
 */
export const noteDrift = async (made: Made, deps: DriftDeps): Promise<void> => {
  const { credential, by } = made;
  const treatment = treatmentIn(deps.treatments, credential.kind);
  if (!treatment || !isServed(credential, deps)) return;
  // Of `issue`: registered in a moment, or found by its own reconcile.
  if (by !== undefined && deps.ownRoles.includes(by)) return;
  const [row] = await deps.registry.read([credential]);
  if (row?.issuance) return;
  const entry = await entryOf(credential, deps);
  if (!entry) return;
  if (treatment !== 'allow') await tell(made, entry, deps);
  // Last: of an app client that is not registered yet, the upkeep knows by that that nobody saw to it.
  await deps.registry.register(credential, entry);
};
