import { type Credential, credentialKey } from '../domain/credential.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import type { Provenance, Registered, Sighting } from './registry.ts';

/** Partition of the index `expiry`, in which all stands that is still to be ended. */
export const endingPartition = 'ending';

/** The one of what somebody saw to. It may live on: observed, rejected, restored, or turned on again. */
export const endedPartition = 'ended';

/** When it ends. Not called `expiresAt`: that is the table's TTL attribute, and a row outlives what it tells of. */
interface Ending {
  /** Id of the issuance, where there was one. */
  readonly issuance?: string | undefined;
  /** ISO 8601 in UTC, with milliseconds, so that text order is time order. */
  readonly endsAt?: string | undefined;
  readonly ending?: typeof endingPartition | typeof endedPartition | undefined;
}

export interface Row extends RegistryEntry, Sighting, Pick<Registered, 'disputed' | 'assigned'>, Ending {
  readonly credential: Credential;
  /** Grows with every write of the entry, so that two writers cannot leave a stray row behind. */
  readonly version: number;
}

/** What is written of an entry; its version is the table's business. */
export type Entry = Omit<Row, 'version'>;

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

/** One spelling, whatever zone it was told in. */
export const utc = (time: string): string => new Date(time).toISOString();

export const endingAt = ({ issuance, expiresAt }: Provenance): Ending => ({
  issuance,
  endsAt: utc(expiresAt),
  ending: endingPartition,
});

/** Whoever says whose it is says nothing about when it ends. */
export const endingOf = (row: Row | undefined): Ending => ({
  issuance: row?.issuance,
  endsAt: row?.endsAt,
  ending: row?.ending,
});

export const registeredIn = (row: Row): Registered => {
  const { credential, lastUsedAt, orphan, disputed, assigned, issuance, endsAt } = row;
  return {
    credential,
    ...entryIn(row),
    ...(lastUsedAt && { lastUsedAt }),
    ...(orphan && { orphan }),
    ...(disputed && { disputed }),
    ...(assigned && { assigned }),
    ...(issuance && { issuance }),
    ...(endsAt && { expiresAt: endsAt }),
  };
};
