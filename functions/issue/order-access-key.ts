import { IamUserRevoker } from '../credentials/iam-user.ts';
import type { IamUser } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { claimedOwners, isWorkload, type PrincipalFacts } from '../domain/ownership.ts';
import { isProtectedPrincipal } from '../domain/protection.ts';
import { subjectKey } from '../domain/subject.ts';
import type { IssueDeps } from './deps.ts';
import { type Ordered, settingFor } from './draft.ts';
import { accessKey, accessKeysOf } from './issue-access-key.ts';
import type { Owner } from './owner.ts';

export interface KeyOrder {
  readonly user: string;
  readonly owners: readonly Owner[];
  /** The id of the key that the new one takes the place of. */
  readonly replaces?: string;
  /** `request.issue` or `request.rotate`. */
  readonly field: string;
}

/** "IAM and AWS STS quotas": access keys of one user, inactive ones included. */
const mostOfUser = 2;

/** The path is a part of the ARN ("IAM identifiers", IAM User Guide): `arn:aws:iam::ACCOUNT:user/PATH/NAME`. */
const pathOf = ({ arn }: PrincipalFacts): string => arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);

const refuse = (problem: string): never => {
  throw new InvalidInput('request.user', problem);
};

const mustNotBeSpared = async (user: IamUser, facts: PrincipalFacts, deps: IssueDeps): Promise<void> => {
  const { ownership, protection } = deps.rules;
  const entry = await deps.registry.entryOf(user);
  if (entry?.isProtected || isProtectedPrincipal(facts, protection))
    refuse('is protected: nothing would end it');
  if (isWorkload(facts, ownership)) refuse('is a workload: it would not end with its owner');
};

/** Who owns the user owns its keys: by tag, by what the registry saw first, or by the link table. True if any of them says so. */
const belongsTo = async (
  owners: readonly Owner[],
  user: IamUser,
  facts: PrincipalFacts,
  deps: IssueDeps,
): Promise<boolean> => {
  const names = new Set(owners.flatMap((owner) => owner.names));
  const arn = { format: 'uri', uri: facts.arn } as const;
  const isLinked = (await deps.links.personOf(arn)) !== undefined;
  const claims = [
    ...claimedOwners(facts, deps.rules.ownership),
    ...((await deps.registry.entryOf(user))?.owners ?? []),
    ...(isLinked ? [subjectKey(arn)] : []),
  ];
  if (claims.some((claim) => !names.has(claim))) refuse('belongs to somebody else');
  return claims.length > 0;
};

/** Ids of all its keys, if another one may be made. */
const keysBefore = async (
  { user: { id, ...place }, mostPerUser }: { user: IamUser; mostPerUser: number },
  { replaces, field }: KeyOrder,
  deps: IssueDeps,
): Promise<string[]> => {
  const keys = await accessKeysOf(place, id, deps.clients);
  const live = keys.filter(({ Status }) => Status !== 'Inactive').map(({ AccessKeyId = '' }) => AccessKeyId);
  if (replaces !== undefined && !live.includes(replaces)) {
    throw new InvalidInput(`${field}.id`, 'names no active access key of the user');
  }
  if (keys.length >= mostOfUser) refuse('has two access keys, and IAM allows no more: delete one first');
  const rows = await deps.registry.read(live.map((key) => accessKey(place, id, key)));
  const issued = rows.filter((row) => row.issuance !== undefined && row.credential.id !== replaces);
  if (issued.length >= mostPerUser) refuse(`has as many issued access keys as it may: ${mostPerUser}`);
  return keys.map(({ AccessKeyId = '' }) => AccessKeyId);
};

/** For a user whose path the settings name, who is the owner's or nobody's. */
export const orderAccessKey = async (order: KeyOrder, deps: IssueDeps): Promise<Ordered> => {
  const terms = settingFor(deps.settings, 'accessKeys', order.field);
  const place = { account: deps.home.account, region: 'global' };
  const user = { kind: 'iam-user', ...place, id: order.user } as const;
  const facts = await new IamUserRevoker(deps.clients, deps.home).describe(user);
  if (!facts) return refuse('names no IAM user');
  if (!terms.paths.some((path) => pathOf(facts).startsWith(path)))
    refuse('is under none of the paths of the settings');
  await mustNotBeSpared(user, facts, deps);
  const isOwned = await belongsTo(order.owners, user, facts, deps);
  const before = await keysBefore({ user, mostPerUser: terms.mostPerUser }, order, deps);
  const handle = { user: order.user, before, ...(!isOwned && { untagged: facts.arn }) };
  return { kind: 'iam-access-key', place, terms, handle, under: [user] };
};
