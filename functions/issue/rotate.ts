import type { Credential } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { Replaced } from '../stores/issuances.ts';
import type { Registered } from '../stores/registry.ts';
import type { IssueDeps } from './deps.ts';
import type { Ordered } from './draft.ts';
import { accessKey } from './issue-access-key.ts';
import { orderApiKeyAgain } from './issue-api-key.ts';
import { orderOAuthClientAgain } from './issue-oauth-client.ts';
import type { IssuedCredential } from './issuer.ts';
import { orderAccessKey } from './order-access-key.ts';
import { type Owner, ownerOf, subjectOfKey } from './owner.ts';
import type { Rotated, RotateRequest } from './request.ts';

/** What is to be made, for whom, and in whose place. */
export interface Rotation {
  readonly ordered: Ordered;
  readonly owners: readonly Owner[];
  readonly entitlements: readonly string[];
  readonly field: string;
  readonly under?: readonly Credential[];
  readonly replaces?: Replaced;
}

const field = 'request.rotate';

const credentialOf = (rotated: Rotated, home: Place): IssuedCredential => {
  const { kind, id } = rotated;
  switch (kind) {
    case 'api-gateway-key':
      return { kind, ...home, id };
    case 'iam-access-key':
      return accessKey({ ...home, region: 'global' }, rotated.user, id);
    case 'cognito-app-client':
      return { kind, ...home, id: `${rotated.pool}/${id}`, pool: rotated.pool, client: id };
  }
};

const registered = async (old: Credential, { registry, now }: IssueDeps): Promise<Registered> => {
  const [row] = await registry.read([old]);
  if (!row || row.owners.length === 0) {
    throw new InvalidInput(field, 'is registered under nobody: assign it to somebody first');
  }
  if (row.disputed) throw new InvalidInput(field, 'is disputed: assign it to somebody first');
  if (row.isProtected) throw new InvalidInput(field, 'is protected: nothing would end it');
  if (row.expiresAt !== undefined && Date.parse(row.expiresAt) <= now().getTime()) {
    throw new InvalidInput(field, 'has expired: issue a new one');
  }
  return row;
};

const ownersOf = ({ owners }: Registered, deps: IssueDeps): Promise<Owner[]> =>
  Promise.all(
    owners.map((key) => {
      const subject = subjectOfKey(key);
      if (!subject) throw new InvalidInput(field, 'has an owner whom a tag could not say: assign it first');
      return ownerOf(subject, field, deps);
    }),
  );

interface Again {
  readonly owners: readonly Owner[];
  readonly entitlements: readonly string[];
}

const orderAgain = (
  old: IssuedCredential,
  { owners, entitlements }: Again,
  deps: IssueDeps,
): Promise<Ordered> => {
  switch (old.kind) {
    case 'api-gateway-key':
      return orderApiKeyAgain(old, entitlements, deps);
    case 'iam-access-key':
      return orderAccessKey({ user: old.user, owners, replaces: old.id, field }, deps);
    case 'cognito-app-client':
      return orderOAuthClientAgain(old, deps);
  }
};

const hour = 3_600_000;

/** When the old one ends: after the overlap. `undefined` where it ends before that anyway. */
const endOf = (
  row: Registered,
  hours: number | undefined,
  { settings, now }: IssueDeps,
): string | undefined => {
  const { overlapHours, mostOverlapHours } = settings;
  if (hours !== undefined && hours > mostOverlapHours) {
    throw new InvalidInput('request.overlapHours', `must not be more than ${mostOverlapHours}`);
  }
  const usual = Math.min(overlapHours, mostOverlapHours);
  const end = new Date(now().getTime() + (hours ?? usual) * hour);
  const isSooner = row.expiresAt !== undefined && Date.parse(row.expiresAt) <= end.getTime();
  return isSooner ? undefined : end.toISOString();
};

/** A new one like the old, for the same owners; the old one expires after the overlap, and is proven dead then. */
export const rotationOf = async (request: RotateRequest, deps: IssueDeps): Promise<Rotation> => {
  const old = credentialOf(request.rotate, deps.home);
  const row = await registered(old, deps);
  const endsAt = endOf(row, request.overlapHours, deps);
  const again = { owners: await ownersOf(row, deps), entitlements: row.entitlements };
  return {
    ordered: await orderAgain(old, again, deps),
    ...again,
    field,
    under: [old],
    replaces: { credential: old, ...(endsAt !== undefined && { endsAt }) },
  };
};
