import { z } from 'zod';
import { partitionOf } from '../credentials/partition.ts';
import { InvalidInput } from '../domain/errors.ts';
import { type Account, userNamePattern } from './aws-names.ts';
import type { CloudTrailRecord, Meant } from './cloudtrail-record.ts';
import { parametersOf } from './cloudtrail-record.ts';

export const userName = z.string().regex(userNamePattern, 'is not the name of an IAM user');

export const placeOf = ({ recipientAccountId: account, awsRegion }: CloudTrailRecord): Account => ({
  account,
  partition: partitionOf(awsRegion),
});

const createdKeySchema = z.object({ accessKey: z.object({ userName }) });

/** `responseElements` of CreateAccessKey; nothing else of it is read, and nothing of it is kept but this name. */
const userInAnswer = ({ responseElements }: CloudTrailRecord): string | undefined =>
  createdKeySchema.safeParse(responseElements).data?.accessKey.userName;

/**
 * The user that a call is about. Without a name in the request IAM takes the caller ("CreateAccessKey", IAM API
 * Reference); `undefined` for the root user, whose own credentials no call of Cutoff reaches.
 */
export const userOf = (record: CloudTrailRecord): string | undefined => {
  const { userIdentity } = record;
  const given = parametersOf(z.object({ userName: userName.nullish() }), record).userName;
  const own = userIdentity?.type === 'IAMUser' ? userName.safeParse(userIdentity.userName).data : undefined;
  const user = given ?? userInAnswer(record) ?? own;
  if (user === undefined && userIdentity?.type !== 'Root') {
    throw new InvalidInput('detail.requestParameters.userName', 'is missing, and the caller is no IAM user');
  }
  return user;
};

/** Whoever it was: a role's session can be named freely, the role cannot. */
export const standing = ({ userIdentity }: CloudTrailRecord): Pick<Meant, 'ask'> => {
  const actor = userIdentity?.sessionContext?.sessionIssuer?.arn;
  return { ask: { ask: 'standing', ...(actor && { actor }) } };
};
