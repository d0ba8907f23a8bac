import { z } from 'zod';
import { isDenyAll } from '../credentials/deny-all-policy.ts';
import { apiKeyCalls } from './api-key-calls.ts';
import { iamAccessKey, iamUser, keyIdPattern, userSubject } from './aws-names.ts';
import {
  type CloudTrailRecord,
  type Meaning,
  type Meant,
  madeBy,
  parametersOf,
} from './cloudtrail-record.ts';
import { type Calls, cloudTrailSource } from './cloudtrail-source.ts';
import type { EventSource } from './event-source.ts';
import { text } from './fields.ts';
import { createdKeyId, placeOf, standing, userName, userOf } from './iam-calls.ts';

const rootsOwn = 'the root user changed its own credentials';

const about = (record: CloudTrailRecord, user: string) => ({
  subject: userSubject(placeOf(record), user),
  credential: iamUser(placeOf(record), user),
});

/** The named user of a call that cannot be about oneself. */
const named = (record: CloudTrailRecord) =>
  about(record, parametersOf(z.object({ userName }), record).userName);

const deleted: Meaning = (record) => [{ change: 'deleted', ...named(record) }];

const removedFromGroup: Meaning = (record) => {
  const { groupName } = parametersOf(
    z.object({ groupName: z.string().regex(/^[\w+=,.@-]{1,128}$/) }),
    record,
  );
  const { account, partition } = placeOf(record);
  const id = `arn:${partition}:iam::${account}:group/${groupName}`;
  return [
    { change: 'entitlement-removed', ...named(record), entitlement: { kind: 'group', id, name: groupName } },
  ];
};

/** "AWSCompromisedKeyQuarantineV3", AWS Managed Policy Reference, with its versions before and after. */
const isQuarantine = (policy: string): boolean => /^AWSCompromisedKeyQuarantine(V\d+)?$/.test(policy);

/** AWS acts in the name of the victim, or of a role of its own: the actor says nothing. */
const quarantined = (record: CloudTrailRecord): Meant[] => [
  { change: 'credential-compromised', ...named(record) },
];

/** Somebody may have undone us, or digs in: whether we hold that user down is looked up. */
const undone = (record: CloudTrailRecord, user: string): Meant[] => [
  { change: 'credential-reactivated', ...about(record, user), ...standing(record) },
];

const reactivated: Meaning = (record) => {
  const user = userOf(record);
  return user === undefined ? rootsOwn : undone(record, user);
};

/** With a key the user is a way in, so its owner has to be known. A key that is not named, the next upkeep finds. */
const keyCreated: Meaning = (record) => {
  const user = userOf(record);
  if (user === undefined) return rootsOwn;
  const place = placeOf(record);
  const id = createdKeyId(record);
  const made = id ? { made: [madeBy(record, iamAccessKey(place, { id, user }))] } : {};
  return { leads: undone(record, user), seen: [iamUser(place, user)], ...made };
};

/** "AttachUserPolicy", IAM API Reference. */
const policyArn = z.string().min(20).max(2048);

const attached: Meaning = (record) => {
  const { policyArn: arn } = parametersOf(z.object({ policyArn }), record);
  return isQuarantine(arn.slice(arn.lastIndexOf('/') + 1))
    ? quarantined(record)
    : 'the policy is not one of the quarantine';
};

const detached: Meaning = (record) => {
  const { policyArn: arn } = parametersOf(z.object({ policyArn }), record);
  return arn.endsWith(':policy/AWSDenyAll') ? reactivated(record) : 'the policy is not one of ours';
};

/** Every inline policy of ours is named so. */
const isOurs = (policyName: string): boolean => policyName.startsWith('Cutoff');

const inlinePut: Meaning = (record) => {
  const parameters = z.object({ policyName: text, policyDocument: z.string().nullish() });
  const { policyName, policyDocument } = parametersOf(parameters, record);
  if (isQuarantine(policyName)) return quarantined(record);
  if (!isOurs(policyName)) return 'the policy is neither one of the quarantine nor one of ours';
  return isDenyAll(policyDocument ?? '') ? 'the policy denies everything' : reactivated(record);
};

const inlineDeleted: Meaning = (record) => {
  const { policyName } = parametersOf(z.object({ policyName: text }), record);
  return isOurs(policyName) ? reactivated(record) : 'the policy is not one of ours';
};

const madeInactive = 'made inactive, which is our own doing or harmless';

const statusChanged: Meaning = (record) => {
  const { status } = parametersOf(z.object({ status: text }), record);
  return status === 'Active' ? reactivated(record) : madeInactive;
};

const keyStatusChanged: Meaning = (record) => {
  const keyId = z.string().regex(keyIdPattern, 'is not an access key id');
  const { status, accessKeyId: id } = parametersOf(z.object({ status: text, accessKeyId: keyId }), record);
  if (status !== 'Active') return madeInactive;
  const user = userOf(record);
  if (user === undefined) return rootsOwn;
  const place = placeOf(record);
  const credential = iamAccessKey(place, { id, user });
  return [
    { change: 'credential-reactivated', subject: userSubject(place, user), credential, ...standing(record) },
  ];
};

/** Made, or with other tags. */
const userSeen: Meaning = (record) => ({ seen: [named(record).credential] });

/** Under the old name there is nobody any more. Another path is another ARN, which may be a protected one. */
const userUpdated: Meaning = (record) => {
  const parameters = z.object({ userName, newUserName: userName.nullish() });
  const { userName: before, newUserName } = parametersOf(parameters, record);
  return { seen: [iamUser(placeOf(record), newUserName ?? before)] };
};

const calls: Calls = {
  'iam.amazonaws.com': {
    CreateUser: userSeen,
    TagUser: userSeen,
    UntagUser: userSeen,
    UpdateUser: userUpdated,
    DeleteUser: deleted,
    RemoveUserFromGroup: removedFromGroup,
    AttachUserPolicy: attached,
    PutUserPolicy: inlinePut,
    DetachUserPolicy: detached,
    DeleteUserPolicy: inlineDeleted,
    UpdateAccessKey: keyStatusChanged,
    CreateAccessKey: keyCreated,
    CreateLoginProfile: reactivated,
    UpdateLoginProfile: reactivated,
    CreateServiceSpecificCredential: reactivated,
    ResetServiceSpecificCredential: reactivated,
    UpdateServiceSpecificCredential: statusChanged,
    UploadSSHPublicKey: reactivated,
    UpdateSSHPublicKey: statusChanged,
    UploadSigningCertificate: reactivated,
    UpdateSigningCertificate: statusChanged,
  },
  'apigateway.amazonaws.com': apiKeyCalls,
};

/**
 * IAM users and API keys: who is deleted, whom AWS quarantined, who undid us, and what the registry does not know yet
 * (IAM API Reference; API Gateway REST API Reference). IAM's events are in us-east-1 alone.
 */
export const iam: EventSource = { ...cloudTrailSource('iam', calls), global: true };
