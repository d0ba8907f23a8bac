import { issuerOf } from '../domain/cognito-issuer.ts';
import { asSpelled, normaliseEmail } from '../domain/email.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { Issuer } from '../domain/settings.ts';
import { type Subject, subjectKey } from '../domain/subject.ts';
import type { PoolUser } from './cognito-user-calls.ts';
import type { Search } from './credential-revoker.ts';

/** `sub` is a UUID in form. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * "Quotation marks within the filter string must be escaped using the backslash" ("ListUsers"). Assumption: so must
 * a backslash itself, or one at the end would swallow the closing quotation mark.
 */
const equals = (attribute: 'email' | 'sub', value: string): string =>
  `${attribute} = "${value.replace(/["\\]/g, '\\$&')}"`;

const filterOf = (subject: Subject, pool: string): string[] => {
  if (subject.format === 'email') return [equals('email', asSpelled(subject.email))];
  if (subject.format === 'opaque' && uuid.test(subject.id)) return [equals('sub', subject.id)];
  if (subject.format !== 'iss_sub' || subject.iss !== issuerOf(pool)) return [];
  return [equals('sub', subject.sub)];
};

/**
 * What to ask a pool for; `undefined` stands for all of its users. Of what people are named by, `email` and `sub` can
 * be searched ("ListUsers"). Assumption: in any capitals, since "ListUsers" calls other attributes case-sensitive only.
 */
export const filtersFor = (search: Search, pool: string): readonly (string | undefined)[] => {
  if (search.for === 'principal') return [];
  if (search.for === 'everyone') return [undefined];
  return [...new Set(search.subjects.flatMap((subject) => filterOf(subject, pool)))];
};

/** An address that nobody verified is anybody's word, and says nothing about whose user it is. */
const ownersOf = (pool: string, { sub, email, email_verified }: PoolUser['attributes']): Subject[] => [
  ...(sub
    ? [{ format: 'iss_sub', iss: issuerOf(pool), sub } as const, { format: 'opaque', id: sub } as const]
    : []),
  ...(email && email_verified === 'true' ? [{ format: 'email', email } as const] : []),
];

/** A user has neither ARN nor tags of its own. */
export const factsOf = (pool: string, { name, attributes, createdAt }: PoolUser): PrincipalFacts => ({
  arn: '',
  name,
  tags: {},
  ...(createdAt && { createdAt }),
  inherentOwners: ownersOf(pool, attributes).map(subjectKey),
});

/**
 * What the user's tokens hold in the claim that the authorizer reads, as the denylist spells it. Attributes are claims
 * of the same name; the user name is `username` in access tokens and `cognito:username` in ID tokens ("Understanding
 * user pool JSON web tokens", Amazon Cognito Developer Guide). An unverified address counts here, since tokens with it
 * pass as that address. Without a value no token has the claim, and the authorizer refuses them all.
 */
export const claimIn = (user: PoolUser, { subjectClaim, subjectFormat }: Issuer): string | undefined => {
  const claims = { ...user.attributes, username: user.name, 'cognito:username': user.name };
  const value = new Map(Object.entries(claims)).get(subjectClaim) ?? '';
  return (subjectFormat === 'email' ? normaliseEmail(value) : value.trim()) || undefined;
};
