import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { SessionName } from '../domain/credential.ts';
import { sha256 } from '../domain/sha256.ts';
import { jsonOf } from '../shared/json.ts';

/** Who has a session: the name that it carries, and where. */
export interface Holder {
  readonly by: SessionName;
  readonly value: string;
}

/** Begins the name of every policy that stops at a time. */
export const olderSessions = 'CutoffDenyOlderSessions';

const digest = ({ by, value }: Holder): string => sha256(`${by}:${value}`).slice(0, 16);

/**
 * One policy for each holder and form: IAM has no conditional writes, so two writers must never have one document to
 * merge, and the end of one deny must not take another with it. Nobody else comes upon such a name.
 */
export const denyAllName = (holder: Holder): string => `CutoffDeny-${digest(holder)}`;

/** Without a holder, of every session of the role. */
export const denyOlderName = (holder?: Holder): string =>
  holder ? `${olderSessions}-${digest(holder)}` : olderSessions;

const statement = { Sid: 'CutoffDeny', Effect: 'Deny', Action: '*', Resource: '*' } as const;

/**
 * Of a role's session, `aws:userid` is `ROLE_ID:SESSION_NAME`; `aws:SourceIdentity` is kept when it assumes another role
 * ("AWS global condition context keys", IAM User Guide). Both take string operators. An address is compared without
 * case, since identity providers spell it as they like; an id is not. `StringLike` has no form without case, and would
 * read wildcards into the name.
 */
const scopeOf = (roleId: string, { by, value }: Holder) => ({
  [value.includes('@') ? 'StringEqualsIgnoreCase' : 'StringEquals']:
    by === 'session-name' ? { 'aws:userid': `${roleId}:${value}` } : { 'aws:SourceIdentity': value },
});

const policyOf = (Condition: object) => ({
  Version: '2012-10-17',
  Statement: [{ ...statement, Condition }],
});

const olderThan = (before: string, roleId: string, holder?: Holder) =>
  policyOf({
    ...(holder && scopeOf(roleId, holder)),
    DateLessThan: { 'aws:TokenIssueTime': before },
  });

/** Denies whatever the holder does with the role, now and later. */
export const denyAllDocument = (roleId: string, holder: Holder): string =>
  JSON.stringify(policyOf(scopeOf(roleId, holder)));

/** Denies what began before `before` (ISO 8601), as "Revoke IAM role temporary security credentials" does. */
export const denyOlderDocument = (before: string, roleId: string, holder?: Holder): string =>
  JSON.stringify(olderThan(before, roleId, holder));

/** Compared as data, because IAM does not promise to keep white space. */
export const isDenyAll = (document: string, roleId: string, holder: Holder): boolean =>
  isDeepStrictEqual(jsonOf(document), policyOf(scopeOf(roleId, holder)));

const scope = z.union([
  z.strictObject({ 'aws:userid': z.string() }),
  z.strictObject({ 'aws:SourceIdentity': z.string() }),
]);

const ours = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.tuple([
    z.strictObject({
      Sid: z.literal(statement.Sid),
      Effect: z.literal(statement.Effect),
      Action: z.literal(statement.Action),
      Resource: z.literal(statement.Resource),
      Condition: z.strictObject({
        DateLessThan: z.strictObject({ 'aws:TokenIssueTime': z.iso.datetime() }),
        StringEquals: scope.optional(),
        StringEqualsIgnoreCase: scope.optional(),
      }),
    }),
  ]),
});

/** The time in any document of ours that has one; `undefined` for every other. */
export const anyDeniedBefore = (document: string): string | undefined => {
  const [only] = ours.safeParse(jsonOf(document)).data?.Statement ?? [];
  return only?.Condition.DateLessThan['aws:TokenIssueTime'];
};

/** The same, if it is this holder on this role that the document denies. */
export const deniedBefore = (document: string, roleId: string, holder?: Holder): string | undefined => {
  const before = anyDeniedBefore(document);
  const isTheirs =
    before !== undefined && isDeepStrictEqual(jsonOf(document), olderThan(before, roleId, holder));
  return isTheirs ? before : undefined;
};
