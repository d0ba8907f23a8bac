import { z } from 'zod';
import type { ChangeKind } from '../domain/change.ts';
import { issuerOf } from '../domain/cognito-issuer.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Subject } from '../domain/subject.ts';
import { type CloudTrailRecord, type Meaning, madeBy, parametersOf, unmasked } from './cloudtrail-record.ts';
import { cloudTrailSource } from './cloudtrail-source.ts';

/** "UserPoolId" in the Amazon Cognito user pools API Reference: `REGION_ID`. */
export const userPool = z.string().regex(/^[\w-]{1,40}_[0-9a-zA-Z]{1,40}$/, 'is not the id of a user pool');
const poolSchema = z.object({ userPoolId: userPool });
const groupSchema = z.object({ groupName: unmasked });

/** "ClientIdType" in the same reference. */
const clientId = unmasked.regex(/^[\w+]{1,128}$/);
const createdClientSchema = z.object({ userPoolClient: z.object({ clientId }) });

/** A UUID in form, though not always of a version that RFC 9562 knows. */
const subSchema = z.object({ sub: z.guid() });

/**
 * The pool of an administrator's call, and of a user's own where the record tells it. Assumption: the hosted UI's
 * records have it in `additionalEventData`, and others that have none in the request may too.
 */
const poolOf = ({ requestParameters, additionalEventData }: CloudTrailRecord): string | undefined =>
  [requestParameters, additionalEventData]
    .map((place) => poolSchema.safeParse(place).data?.userPoolId)
    .find((id) => id !== undefined);

/** By `sub` alone. The user name is masked; where it is not, it may be somebody else's in another pool. */
const person = (record: CloudTrailRecord): { subject: Subject; aliases: Subject[] } => {
  const sub = subSchema.safeParse(record.additionalEventData).data?.sub;
  if (sub === undefined) throw new InvalidInput('detail.additionalEventData.sub', 'names nobody');
  const poolId = poolOf(record);
  const id: Subject = { format: 'opaque', id: sub };
  if (poolId === undefined) return { subject: id, aliases: [] };
  return { subject: { format: 'iss_sub', iss: issuerOf(poolId), sub }, aliases: [id] };
};

const byAdmin =
  (change: ChangeKind): Meaning =>
  (record) => {
    parametersOf(poolSchema, record);
    return [{ change, ...person(record) }];
  };

/** A user's own call names itself by an access token, which CloudTrail hides; the pool may be missing. */
const byUser =
  (change: ChangeKind): Meaning =>
  (record) => [{ change, ...person(record) }];

/** A name is unique in its pool only, so the pool stands before it. */
const removedFromGroup: Meaning = (record) => {
  const { userPoolId } = parametersOf(poolSchema, record);
  const { groupName: name } = parametersOf(groupSchema, record);
  const entitlement = { kind: 'group', id: `${userPoolId}/${name}`, name } as const;
  return [{ change: 'entitlement-removed', ...person(record), entitlement }];
};

/**
 * The secret may stand beside the id: nothing but the id is read. Assumption: no record of CreateUserPoolClient was found in public,
 * so `clientId` is taken to stand where the answer has it; where it does not, or is masked, the next upkeep finds the client.
 */
const clientCreated: Meaning = (record) => {
  const { userPoolId } = parametersOf(poolSchema, record);
  const client = createdClientSchema.safeParse(record.responseElements).data?.userPoolClient.clientId;
  if (client === undefined) return 'the app client is not named: the next inventory finds it';
  const { recipientAccountId: account, awsRegion: region } = record;
  const id = `${userPoolId}/${client}`;
  const credential = { kind: 'cognito-app-client', account, region, id, pool: userPoolId, client } as const;
  return { seen: [], made: [madeBy(record, credential)] };
};

/**
 * Cognito user pools ("Amazon Cognito logging in AWS CloudTrail"). Tokens that were issued live on to their `exp`:
 * Cognito's own sign-out does not reach an API Gateway authorizer. RevokeToken ends one device's refresh token, as any
 * sign-out does, and is not listed.
 */
export const cognito = cloudTrailSource('cognito', {
  'cognito-idp.amazonaws.com': {
    AdminDisableUser: byAdmin('suspended'),
    AdminEnableUser: byAdmin('reactivated'),
    AdminDeleteUser: byAdmin('deleted'),
    DeleteUser: byUser('deleted'),
    AdminUserGlobalSignOut: byAdmin('session-revoked'),
    GlobalSignOut: byUser('session-revoked'),
    AdminResetUserPassword: byAdmin('session-revoked'),
    AdminSetUserPassword: byAdmin('session-revoked'),
    AdminRemoveUserFromGroup: removedFromGroup,
    CreateUserPoolClient: clientCreated,
  },
});
