import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { GetAccessKeyLastUsedCommand, IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Credential } from '../../../functions/domain/credential.ts';
import { liveState } from '../../../functions/identity/live-state.ts';
import { MemoryAccount } from '../../support/memory-account.ts';

const iam = mockClient(IAMClient);
const gateway = mockClient(APIGatewayClient);
const home = { account: '123456789012', region: 'eu-west-1' };
const clients = { iam: () => new IAMClient({}), apiGateway: () => new APIGatewayClient({}) };
const account = new MemoryAccount(() => new Date());
const read = liveState({ clients, home, revokers: account.revokers });

const key = {
  kind: 'iam-access-key',
  account: home.account,
  region: 'global',
  id: 'AKIADANA1',
  user: 'dana',
};
const apiKey = { kind: 'api-gateway-key', ...home, id: 'k1' };
const stateOf = (credential: object) => read(credential as Credential);
const named = (error: string) => Object.assign(new Error(error), { name: error });

beforeEach(() => {
  iam.reset();
  gateway.reset();
});

describe('an access key', () => {
  const listed = (AccessKeyId: string, Status: 'Active' | 'Inactive' | 'Expired' = 'Active') =>
    iam
      .on(ListAccessKeysCommand, { UserName: 'dana' })
      .resolves({ AccessKeyMetadata: [{ AccessKeyId, Status }] });
  const used = (LastUsedDate?: Date) =>
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: 'AKIADANA1' }).resolves({
      UserName: 'dana',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A', ...(LastUsedDate && { LastUsedDate }) },
    });

  it('works or not, and was used then', async () => {
    listed('AKIADANA1');
    used(new Date('2026-03-02T08:00:00Z'));
    expect(await stateOf(key)).toEqual({ isActive: true, lastUse: { at: '2026-03-02T08:00:00.000Z' } });
    listed('AKIADANA1', 'Inactive');
    expect(await stateOf(key)).toMatchObject({ isActive: false });
    listed('AKIADANA1', 'Expired'); // nobody says what it allows
    expect(await stateOf(key)).toMatchObject({ isActive: true });
  });

  it('was never used where IAM tells no date', async () => {
    listed('AKIADANA1');
    used();
    expect(await stateOf(key)).toEqual({ isActive: true, lastUse: 'never' });
  });

  it('is gone where it is not listed, or its user is gone', async () => {
    used(new Date());
    listed('AKIAOTHER');
    expect(await stateOf(key)).toBeUndefined();
    iam.on(ListAccessKeysCommand).rejects(named('NoSuchEntity'));
    expect(await stateOf(key)).toBeUndefined();
  });

  it('has a use that nobody knows where IAM does not answer for it', async () => {
    listed('AKIADANA1');
    iam.on(GetAccessKeyLastUsedCommand).rejects(named('AccessDenied'));
    expect(await stateOf(key)).toEqual({ isActive: true, lastUse: 'unknown' });
  });

  it('is asked for again later where IAM throttles', async () => {
    iam.on(ListAccessKeysCommand).rejects(named('Throttling'));
    await expect(stateOf(key)).rejects.toMatchObject({ code: 'throttled', retryable: true });
  });
});

describe('an API key', () => {
  it('works where it is enabled; its value is not asked for', async () => {
    gateway.on(GetApiKeyCommand, { apiKey: 'k1', includeValue: false }).resolves({ id: 'k1', enabled: true });
    expect(await stateOf(apiKey)).toEqual({ isActive: true, lastUse: 'unknown' });
    gateway.on(GetApiKeyCommand).resolves({ id: 'k1', enabled: false });
    expect(await stateOf(apiKey)).toMatchObject({ isActive: false });
  });

  it('is gone where there is none', async () => {
    gateway.on(GetApiKeyCommand).rejects(named('NotFoundException'));
    expect(await stateOf(apiKey)).toBeUndefined();
  });
});

describe('anything else', () => {
  const user = { kind: 'iam-user', account: home.account, region: 'global', id: 'dana' };

  it('is there or gone', async () => {
    expect(await stateOf(user)).toBeUndefined();
    account.users.set('dana', { live: true, tags: {} });
    expect(await stateOf(user)).toEqual({ isActive: true, lastUse: 'unknown' });
  });

  it('is not looked for where the settings name nothing of its kind', async () => {
    const secret = {
      kind: 'stored-secret',
      ...home,
      id: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x',
    };
    expect(await stateOf(secret)).toEqual({ isActive: true, lastUse: 'unknown' });
  });
});
