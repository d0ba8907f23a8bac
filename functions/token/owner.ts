import { type Credential, credentialKey } from '../domain/credential.ts';
import type { Registered, Registry } from '../stores/registry.ts';
import type { Caller } from './caller.ts';
import { Refused } from './refused.ts';

/** For whom a token would be, and what for. */
export interface Owned {
  /** Subject key. */
  readonly owner: string;
  /** `sub` and `client_id`. */
  readonly names: { readonly subject: string; readonly client: string };
  readonly entitlements: readonly string[];
  /** ISO 8601: when what it is exchanged for ends, if it does. */
  readonly endsAt?: string;
}

/** In its last second too, or its token would be one of no second. What is no time has no time left. */
const isOver = (time: string, now: Date): boolean => !(Date.parse(time) - now.getTime() >= 1000);

const checkRow = ({ expiresAt, orphan, disputed }: Registered, now: Date): void => {
  if (expiresAt !== undefined && isOver(expiresAt, now)) throw new Refused('expired');
  if (disputed) throw new Refused('disputed');
  if (orphan === 'owner-gone') throw new Refused('owner-gone');
};

/**
 * The person an address names, with the credential for the client. An application is its own subject ("the value of sub
 * SHOULD correspond to an identifier the authorization server uses to indicate the client application", RFC 9068 section
 * 2.2), which the authorizer allows for a client alone. Names of other formats no row on the denylist could be found by.
 */
const namesOf = (owner: string, { id }: Credential): Owned['names'] => {
  const [, format, name] = /^(email|opaque):(.+)$/s.exec(owner) ?? [];
  if (name === undefined) throw new Refused('owner-not-nameable');
  return { subject: name, client: format === 'email' ? id : name };
};

/**
 * Whose the credential is, by its row in the registry; of an IAM user, that of the key that was used counts as well, where it
 * has one. Throws `Refused` unless both say the same one person, and nothing has ended.
 */
export const ownerOf = async (
  { credential, accessKey }: Caller,
  { registry, now }: { readonly registry: Pick<Registry, 'read'>; readonly now: Date },
): Promise<Owned> => {
  const rows = await registry.read([credential, ...(accessKey ? [accessKey] : [])]);
  const own = rows.find((row) => credentialKey(row.credential) === credentialKey(credential));
  if (!own) throw new Refused('not-registered');
  for (const row of rows) checkRow(row, now);
  const [owner, ...others] = new Set(rows.flatMap(({ owners }) => owners));
  if (owner === undefined || others.length > 0) throw new Refused('no-single-owner');
  const [endsAt] = rows.flatMap(({ expiresAt }) => expiresAt ?? []).sort();
  const { entitlements } = own;
  return { owner, names: namesOf(owner, credential), entitlements, ...(endsAt !== undefined && { endsAt }) };
};
