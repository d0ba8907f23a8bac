import { type Credential, credentialKey } from '../domain/credential.ts';
import { isGone, stands } from '../domain/grounds.ts';
import type { Losses } from '../stores/losses.ts';
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

interface OwnerDeps {
  readonly registry: Pick<Registry, 'read'>;
  readonly losses: Pick<Losses, 'of'>;
}

/** In its last second too, or its token would be one of no second. What is no time has no time left. */
const isOver = (time: string, now: Date): boolean => !(Date.parse(time) - now.getTime() >= 1000);

const checkRow = ({ expiresAt, orphan, disputed }: Registered, now: Date): void => {
  if (expiresAt !== undefined && isOver(expiresAt, now)) throw new Refused('expired');
  if (disputed) throw new Refused('disputed');
  if (orphan === 'owner-gone') throw new Refused('owner-gone');
};

/** As the credential is named for a person, whose client it is: no application may be called like one. */
const credentialName = /^(api-gateway-key|iam-user):/;

/**
 * The person an address names, with the credential for the client, by its whole key: ids of API keys, names of users and
 * those of applications may be the same. An application is its own subject ("the value of sub SHOULD correspond to an
 * identifier the authorization server uses to indicate the client application", RFC 9068 section 2.2), which the
 * authorizer allows for a client alone. One that is called like a person or a credential is none. Names of other
 * formats no row on the denylist could be found by.
 */
const namesOf = (owner: string, credential: Credential): Owned['names'] => {
  const [, format, name] = /^(email|opaque):(.+)$/s.exec(owner) ?? [];
  if (name === undefined) throw new Refused('owner-not-nameable');
  if (format === 'email') return { subject: name, client: credentialKey(credential) };
  if (name.includes('@') || credentialName.test(name)) throw new Refused('owner-not-nameable');
  return { subject: name, client: name };
};

const onlyOwnerOf = (rows: readonly Registered[]): string => {
  const [owner, ...others] = new Set(rows.flatMap(({ owners }) => owners));
  if (owner === undefined || others.length > 0) throw new Refused('no-single-owner');
  return owner;
};

/**
 * The word that a token goes by: of `issue`, or of an operator. Whoever makes a key writes its tags, and is not asked for
 * proof. The key that was used comes last, and says more than its user does.
 */
const vouchedIn = (rows: readonly Registered[]): Registered => {
  const word = rows.findLast(({ issuance, assigned }) => issuance !== undefined || assigned);
  if (!word) throw new Refused('owner-not-vouched-for');
  return word;
};

/** What the owner has not lost of it. What they have lost altogether is about to be cut. */
const leftOf = (entitlements: readonly string[], owner: string, lost: ReadonlySet<string>): string[] => {
  if (isGone(lost)) throw new Refused('owner-gone');
  if (!stands({ owners: [owner], entitlements }, () => lost)) throw new Refused('purpose-lost');
  return entitlements.filter((one) => !lost.has(one));
};

/**
 * Whose the credential is, by its row in the registry; of an IAM user, that of the key that was used counts as well, where it
 * has one. Throws `Refused` unless both say the same one person, somebody vouches for that, and nothing has ended.
 */
export const ownerOf = async (
  { credential, accessKey }: Caller,
  { registry, losses }: OwnerDeps,
  now: Date,
): Promise<Owned> => {
  const rows = await registry.read([credential, ...(accessKey ? [accessKey] : [])]);
  if (!rows.some((row) => credentialKey(row.credential) === credentialKey(credential))) {
    throw new Refused('not-registered');
  }
  for (const row of rows) checkRow(row, now);
  const owner = onlyOwnerOf(rows);
  const word = vouchedIn(rows);
  const names = namesOf(owner, credential);
  const entitlements = leftOf(word.entitlements, owner, await losses.of(owner));
  const [endsAt] = rows.flatMap(({ expiresAt }) => expiresAt ?? []).sort();
  return { owner, names, entitlements, ...(endsAt !== undefined && { endsAt }) };
};
