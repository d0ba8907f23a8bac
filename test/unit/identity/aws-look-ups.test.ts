import { AccessAnalyzerClient, GetFindingV2Command } from '@aws-sdk/client-accessanalyzer';
import { GetAccessKeyLastUsedCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessKeyLookUp } from '../../../functions/identity/access-key.ts';
import { secretLookUp } from '../../../functions/identity/secret.ts';
import { unusedKeysLookUp } from '../../../functions/identity/unused-keys.ts';
import { changeOf } from '../../support/world.ts';

const iam = mockClient(IAMClient);
const analyzer = mockClient(AccessAnalyzerClient);
const clients = { iam: () => new IAMClient({}) };
const home = { account: '123456789012', region: 'eu-west-1' };
const keys = { clients, home };

beforeEach(() => {
  iam.reset();
  analyzer.reset();
});

const named = (error: string) => Object.assign(new Error(error), { name: error });
const leaked = changeOf('x@acme.example', 'credential-compromised', {
  subject: { format: 'opaque', id: 'AKIADANA1' },
});

describe('whose access key it is', () => {
  const ask = (account = home.account) =>
    accessKeyLookUp(keys)(leaked, { ask: 'access-key', account, keyId: 'AKIADANA1' });

  it('is asked of IAM, and the change then names the key with its user', async () => {
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: 'AKIADANA1' }).resolves({ UserName: 'dana' });
    const { changes } = await ask();
    const credential = { kind: 'iam-access-key', account: home.account, region: 'global', id: 'AKIADANA1' };
    expect(changes).toEqual([{ ...leaked, credential: { ...credential, user: 'dana' } }]);
  });

  it('health-account: is not asked for a key of another account', async () => {
    expect((await ask('999999999999')).changes).toMatchObject([{ byHand: 'foreign-account' }]);
    expect(iam.calls()).toEqual([]);
  });

  it.each(['NoSuchEntity', 'AccessDenied'])('is held for a human where IAM answers %s', async (error) => {
    iam.on(GetAccessKeyLastUsedCommand).rejects(named(error));
    expect((await ask()).changes).toMatchObject([{ byHand: 'not-found-on-look-up' }]);
  });

  it('root: a key of nobody who could be an IAM user is held as the root user’s', async () => {
    iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: '<root_account>' });
    expect((await ask()).changes).toMatchObject([{ byHand: 'root-user' }]);
  });

  it('is asked again later where IAM throttles', async () => {
    iam.on(GetAccessKeyLastUsedCommand).rejects(named('Throttling'));
    await expect(ask()).rejects.toMatchObject({ code: 'throttled', retryable: true });
  });
});

describe('the keys of an unused-access finding', () => {
  const stale = changeOf('x@acme.example', 'credential-stale', {
    subject: { format: 'uri', uri: 'arn:aws:iam::123456789012:user/dana' },
  });
  const analyzedAt = new Date('2026-03-02T06:00:00Z');
  const finding = {
    id: 'f-1',
    status: 'ACTIVE',
    resourceOwnerAccount: home.account,
    resourceType: 'AWS::IAM::User',
    analyzedAt,
    createdAt: analyzedAt,
    updatedAt: analyzedAt,
    findingDetails: [{ unusedIamUserAccessKeyDetails: { accessKeyId: 'AKIAOLD' } }],
  } as const;
  const found = (overrides: object = {}) =>
    analyzer.on(GetFindingV2Command, { id: 'f-1' }).resolves({
      ...finding,
      findingDetails: [...finding.findingDetails],
      ...overrides,
    });
  const ask = () =>
    unusedKeysLookUp({ ...keys, accessAnalyzer: new AccessAnalyzerClient({}) })(stale, {
      ask: 'unused-access-keys',
      analyzerArn: 'arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused',
      findingId: 'f-1',
    });
  const lastUsed = (LastUsedDate?: Date) =>
    iam.on(GetAccessKeyLastUsedCommand).resolves({
      UserName: 'dana',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A', ...(LastUsedDate && { LastUsedDate }) },
    });

  it('are each a change of their own, with the key as its subject', async () => {
    found();
    lastUsed();
    expect((await ask()).changes).toMatchObject([
      { subject: { format: 'opaque', id: 'AKIAOLD' }, credential: { id: 'AKIAOLD', user: 'dana' } },
    ]);
  });

  it('are left alone where one was used since', async () => {
    found();
    lastUsed(new Date('2026-03-02T06:00:00Z'));
    expect(await ask()).toMatchObject({ changes: [], reason: expect.stringContaining('used since') });
    lastUsed(new Date('2026-03-02T05:59:59Z'));
    expect((await ask()).changes).toHaveLength(1);
  });

  it('analyzer-state: are none of a finding that is no longer active', async () => {
    found({ status: 'RESOLVED' });
    expect(await ask()).toMatchObject({ changes: [], reason: 'the finding is RESOLVED' });
  });

  it('are held where the account is not ours', async () => {
    found({ resourceOwnerAccount: '999999999999' });
    expect((await ask()).changes).toMatchObject([{ byHand: 'foreign-account' }]);
  });

  it('are none where the finding is gone', async () => {
    analyzer.on(GetFindingV2Command).rejects(named('ResourceNotFoundException'));
    expect(await ask()).toMatchObject({ changes: [], reason: 'the finding is gone' });
  });
});

describe('a leaked secret', () => {
  const credential = { kind: 'api-gateway-key', ...home, id: 'k1' } as const;
  const look = secretLookUp({ credentialOf: async (sha) => (sha === 'aa' ? credential : undefined) });

  it('is known by its hash, or held', async () => {
    expect((await look(leaked, { ask: 'secret', sha256: 'aa' })).changes).toMatchObject([{ credential }]);
    expect((await look(leaked, { ask: 'secret', sha256: 'bb' })).changes).toMatchObject([
      { byHand: 'not-found-on-look-up' },
    ]);
  });
});
