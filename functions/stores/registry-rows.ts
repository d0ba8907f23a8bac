import { type Credential, credentialKey } from '../domain/credential.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import type { Registered, Sighting } from './registry.ts';

export interface Row extends Registered {
  /** Grows with every write of the entry, so that two writers cannot leave a stray row behind. */
  readonly version: number;
  readonly disputed?: true | undefined;
}

export const entryKey = (credential: Credential) => ({
  pk: `credential#${credentialKey(credential)}`,
  sk: 'owner',
});

export const under = (pk: string, credential: Credential) => ({
  pk,
  sk: `credential#${credentialKey(credential)}`,
});

/** The partitions that a credential is found under, beside its own. */
const partitionsOf = ({ owners, entitlements }: RegistryEntry): string[] => [
  ...owners.map((owner) => `owner#${owner}`),
  ...entitlements.map((entitlement) => `entitlement#${entitlement}`),
];

export const orphansPartition = 'orphans';

/** Every partition that it stands in. */
export const placesOf = (row: RegistryEntry & Sighting): string[] => [
  ...partitionsOf(row),
  ...(row.orphan ? [orphansPartition] : []),
];

export const entryIn = ({ owners, isProtected, entitlements }: RegistryEntry): RegistryEntry => ({
  owners,
  isProtected,
  entitlements,
});

/** A last use that nobody tells of now is still the last one known; an orphan is one only as long as it is said. */
export const seenNow = (before: Sighting | undefined, now: Sighting | undefined): Sighting => ({
  lastUsedAt: now?.lastUsedAt ?? before?.lastUsedAt,
  orphan: now ? now.orphan : before?.orphan,
});
