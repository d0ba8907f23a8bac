import * as iam from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { IamAccessKeyRevoker } from '../../../functions/credentials/iam-access-key.ts';

const aws = mockClient(iam.IAMClient);
const client = new iam.IAMClient({});
const revoker = new IamAccessKeyRevoker({ iam: () => client });

const place = { account: '123456789012', region: 'global' };
const key = { kind: 'iam-access-key', ...place, id: 'AKIA2', user: 'ada' } as const;

const listed = (AccessKeyId: string, Status: iam.StatusType) => ({
  UserName: 'ada',
  AccessKeyId,
  Status,
  CreateDate: new Date(0),
});

beforeEach(() => {
  aws.reset();
  aws.onAnyCommand().resolves({});
  aws
    .on(iam.ListAccessKeysCommand)
    .resolves({ AccessKeyMetadata: [listed('AKIA1', 'Active')], IsTruncated: true, Marker: '2' })
    .on(iam.ListAccessKeysCommand, { Marker: '2' })
    .resolves({ AccessKeyMetadata: [listed('AKIA2', 'Inactive')], IsTruncated: false });
});

it('lists every page of keys', async () => {
  const principal = { kind: 'iam-user', ...place, id: 'ada' } as const;
  const found = await Array.fromAsync(revoker.discover({ for: 'principal', principal }));
  expect(found.map(({ credential }) => credential.id)).toEqual(['AKIA1', 'AKIA2']);
});

it('looks for keys under IAM users only', async () => {
  const principal = { kind: 'api-gateway-key', ...place, id: 'ada' } as const;
  expect(await Array.fromAsync(revoker.discover({ for: 'principal', principal }))).toEqual([]);
  expect(aws.calls()).toHaveLength(0);
});

it('finds its own key on a later page, and takes no other for it', async () => {
  expect(await revoker.inspect(key)).toEqual({
    state: 'dead',
    level: 'control-plane',
    observed: 'iam:ListAccessKeys Inactive',
    original: { status: 'Inactive' },
  });
  expect((await revoker.inspect({ ...key, id: 'AKIA1' })).state).toBe('live');
  expect((await revoker.inspect({ ...key, id: 'AKIA3' })).state).toBe('gone');
});

it('does not trust an expired key to be dead', async () => {
  aws.on(iam.ListAccessKeysCommand).resolves({ AccessKeyMetadata: [listed('AKIA2', 'Expired')] });
  expect((await revoker.inspect(key)).state).toBe('live');
});

it('asks nothing of AWS for a deny: the deny-all of the user contains the key', async () => {
  expect(await revoker.deny()).toBe('nothing-to-deny');
  expect(aws.calls()).toHaveLength(0);
});

it.each(['Inactive', 'Expired', undefined])('restores no key that was %s before us', async (status) => {
  await revoker.restore(key, { status });
  expect(aws.commandCalls(iam.UpdateAccessKeyCommand)).toHaveLength(0);
});

it('restores a key that was active, by its own id', async () => {
  await revoker.restore(key, { status: 'Active' });
  expect(aws.commandCalls(iam.UpdateAccessKeyCommand)[0]?.args[0].input).toEqual({
    UserName: 'ada',
    AccessKeyId: 'AKIA2',
    Status: 'Active',
  });
});

it('knows no facts of a key', async () => {
  expect(await revoker.describe()).toBeUndefined();
});

it('deletes one key by its own id, and a key that is gone is deleted too', async () => {
  expect(await revoker.remove(key)).toBe('removed');
  const [call] = aws.commandCalls(iam.DeleteAccessKeyCommand);
  expect(call?.args[0].input).toEqual({ UserName: 'ada', AccessKeyId: 'AKIA2' });
  const gone = new iam.NoSuchEntityException({ message: 'gone', $metadata: {} });
  aws.on(iam.DeleteAccessKeyCommand).rejects(gone);
  expect(await revoker.remove(key)).toBe('removed');
});
