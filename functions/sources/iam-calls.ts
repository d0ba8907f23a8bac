import { z } from 'zod';
import { partitionOf } from '../credentials/partition.ts';
import { InvalidInput } from '../domain/errors.ts';
import { type Account, keyIdPattern, userNamePattern } from './aws-names.ts';
import { actorOf, type CloudTrailRecord, type Meant, parametersOf } from './cloudtrail-record.ts';

export const userName = z.string().regex(userNamePattern, 'is not the name of an IAM user');

export const placeOf = ({ recipientAccountId: account, awsRegion }: CloudTrailRecord): Account => ({
  account,
  partition: partitionOf(awsRegion),
});

const createdKeySchema = z.object({
  accessKey: z.object({
    userName: userName.optional().catch(undefined),
    accessKeyId: z.string().regex(keyIdPattern).optional().catch(undefined),
  }),
});

/** `responseElements` of CreateAccessKey; nothing of it is read but these two, and neither has to be there. */
const createdKey = ({ responseElements }: CloudTrailRecord) =>
  createdKeySchema.safeParse(responseElements).data?.accessKey;

export const createdKeyId = (record: CloudTrailRecord): string | undefined => createdKey(record)?.accessKeyId;

/**
 * The user that a call is about. Without a name in the request IAM takes the caller ("CreateAccessKey", IAM API
 * Reference); `undefined` for the root user, whose own credentials no call of Cutoff reaches.
 */
export const userOf = (record: CloudTrailRecord): string | undefined => {
  const { userIdentity } = record;
  const given = parametersOf(z.object({ userName: userName.nullish() }), record).userName;
  const own = userIdentity?.type === 'IAMUser' ? userName.safeParse(userIdentity.userName).data : undefined;
  const user = given ?? createdKey(record)?.userName ?? own;
  if (user === undefined && userIdentity?.type !== 'Root') {
    throw new InvalidInput('detail.requestParameters.userName', 'is missing, and the caller is no IAM user');
  }
  return user;
};

/** Whoever it was. */
export const standing = (record: CloudTrailRecord): Pick<Meant, 'ask'> => {
  const actor = actorOf(record);
  return { ask: { ask: 'standing', ...(actor && { actor }) } };
};
