import * as iam from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import {
  awsDenyAllArn,
  denyAllDocument,
  denyAllName,
} from '../../../functions/credentials/deny-all-policy.ts';
import { IamLoginProfileRevoker } from '../../../functions/credentials/iam-login-profile.ts';

const aws = mockClient(iam.IAMClient);
const client = new iam.IAMClient({ region: 'eu-west-1' });
const revoker = new IamLoginProfileRevoker({ iam: () => client });

const place = { account: '123456789012', region: 'global' };
const password = { kind: 'iam-login-profile', ...place, id: 'ada', user: 'ada' } as const;
const ada = { kind: 'iam-user', ...place, id: 'ada' } as const;
const PolicyArn = awsDenyAllArn('eu-west-1');

const $metadata = {};
const noSuchEntity = new iam.NoSuchEntityException({ message: 'gone', $metadata });
const unmodifiable = new iam.EntityTemporarilyUnmodifiableException({ message: 'wait', $metadata });
const limitExceeded = new iam.LimitExceededException({ message: 'full', $metadata });

beforeEach(() => {
  aws.reset();
  aws.onAnyCommand().resolves({});
  aws.on(iam.GetUserPolicyCommand).rejects(noSuchEntity);
});

it('is live while its user is not denied everything, and keeps nothing to go back to', async () => {
  expect(await revoker.inspect(password)).toEqual({
    state: 'live',
    level: 'control-plane',
    observed: 'iam:GetLoginProfile found, iam:GetUserPolicy none, iam:ListAttachedUserPolicies no AWSDenyAll',
    original: {},
  });
});

it('is dead by the deny on its user, ours or AWSDenyAll', async () => {
  aws.on(iam.ListAttachedUserPoliciesCommand).resolves({ AttachedPolicies: [{ PolicyArn }] });
  expect((await revoker.inspect(password)).state).toBe('dead');
  aws.on(iam.ListAttachedUserPoliciesCommand).resolves({ AttachedPolicies: [] });
  aws.on(iam.GetUserPolicyCommand).resolves({ PolicyDocument: encodeURIComponent(denyAllDocument) });
  expect((await revoker.inspect(password)).state).toBe('dead');
});

it('is gone with its user', async () => {
  aws.on(iam.ListAttachedUserPoliciesCommand).rejects(noSuchEntity);
  expect((await revoker.inspect(password)).state).toBe('gone');
  await revoker.revoke(password);
  expect(aws.commandCalls(iam.PutUserPolicyCommand)).toHaveLength(0);
});

it('denies its user as the user itself is denied: AWSDenyAll where our policy has no room', async () => {
  await revoker.revoke(password);
  const [put] = aws.commandCalls(iam.PutUserPolicyCommand);
  expect(put?.args[0].input).toMatchObject({ UserName: 'ada', PolicyName: denyAllName });
  aws.on(iam.PutUserPolicyCommand).rejects(limitExceeded);
  await revoker.revoke(password);
  expect(aws.commandCalls(iam.AttachUserPolicyCommand, { UserName: 'ada', PolicyArn })).toHaveLength(1);
});

it('always names the user: without a name IAM would describe the caller', async () => {
  await Array.fromAsync(revoker.discover({ for: 'principal', principal: ada }));
  expect(aws.commandCalls(iam.GetLoginProfileCommand)[0]?.args[0].input).toEqual({ UserName: 'ada' });
});

it('looks for a password under IAM users only', async () => {
  const principal = { kind: 'api-gateway-key', ...place, id: 'ada' } as const;
  expect(await Array.fromAsync(revoker.discover({ for: 'principal', principal }))).toEqual([]);
  expect(aws.calls()).toHaveLength(0);
});

it('does not take "temporarily unmodifiable" for no password, and deletes it another time', async () => {
  aws
    .on(iam.GetLoginProfileCommand)
    .rejects(unmodifiable)
    .on(iam.DeleteLoginProfileCommand)
    .rejects(unmodifiable);
  const conflict = { code: 'conflict', retryable: true };
  const search = { for: 'principal', principal: ada } as const;
  await expect(Array.fromAsync(revoker.discover(search))).rejects.toMatchObject(conflict);
  await expect(revoker.inspect(password)).rejects.toMatchObject(conflict);
  await expect(revoker.remove(password)).rejects.toMatchObject(conflict);
});

it('names the permission that it lacks', async () => {
  aws.on(iam.GetLoginProfileCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  const message = expect.stringContaining('iam:GetLoginProfile');
  await expect(revoker.revoke(password)).rejects.toMatchObject({ code: 'access-denied', message });
});

it('deletes the password, and one that is gone is removed too', async () => {
  expect(await revoker.remove(password)).toBe('removed');
  expect(aws.commandCalls(iam.DeleteLoginProfileCommand)[0]?.args[0].input).toEqual({ UserName: 'ada' });
  aws.on(iam.DeleteLoginProfileCommand).rejects(noSuchEntity);
  expect(await revoker.remove(password)).toBe('removed');
});
