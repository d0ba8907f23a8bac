import {
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetApiKeyCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import {
  DeleteUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { DeleteSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import type { IamAccessKey, IamUser } from '../../functions/domain/credential.ts';
import { usageDays } from '../../functions/sweep/sources/usage.ts';
import type { Listed } from '../../functions/sweep/sweep-source.ts';
import { addAppClient, addPool, failOn } from './cognito-worlds.ts';
import { home, type StandIn } from './stand-ins.ts';
import { addSecret, described, holdsKey, owner, value } from './stored-secret-world.ts';
import { describeSweepSource } from './sweep-source.contract.ts';
import { inMemory, onEveryUsedStandIn, sourceOf, today, type UsedStandIn } from './sweep-source-worlds.ts';
import {
  ada,
  addAccessKey,
  addApiKey,
  addLoginProfile,
  addServiceCredential,
  addUsagePlan,
  addUser,
} from './worlds.ts';

const day = 86_400_000;
const owned = { owner: ada.email };
const someUser: IamUser = { kind: 'iam-user', account: home.account, region: 'global', id: 'nobody' };
const someKey = { kind: 'api-gateway-key', ...home, id: 'nokey' } as const;

const addUserWithKeys = async (aws: StandIn) => {
  const user = await addUser(aws);
  const active = await addAccessKey(aws, user);
  const inactive = await addAccessKey(aws, user);
  const Status = 'Inactive';
  const deactivate = new UpdateAccessKeyCommand({ UserName: user.id, AccessKeyId: inactive.id, Status });
  await aws.admin.iam.send(deactivate);
  return { user, active, inactive };
};

const deleteUser = async ({ admin }: StandIn, { id: UserName }: IamUser, keys: readonly IamAccessKey[]) => {
  for (const { id: AccessKeyId } of keys) {
    await admin.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  }
  await admin.iam.send(new DeleteUserCommand({ UserName }));
};

const listedOf = async (listed: AsyncIterable<Listed>, { id }: { readonly id: string }) =>
  (await Array.fromAsync(listed)).filter(({ principal }) => principal.id === id);

onEveryUsedStandIn((standIn) => {
  describeSweepSource('of IAM', async () => {
    const aws = standIn();
    const { user, active, inactive } = await addUserWithKeys(aws);
    return {
      ...sourceOf(aws, 'iam-user'),
      log: aws.log,
      principals: [user, await addUser(aws), await addUser(aws)],
      tags: owned,
      name: user.id,
      stranger: someKey,
      deletedByOthers: () => deleteUser(aws, user, [active, inactive]),
    };
  });

  describeSweepSource('of API Gateway', async () => {
    const aws = standIn();
    const key = await addApiKey(aws);
    await addUsagePlan(aws, key);
    const { name } = await aws.admin.apiGateway.send(new GetApiKeyCommand({ apiKey: key.id }));
    return {
      ...sourceOf(aws, key.kind),
      log: aws.log,
      principals: [key, await addApiKey(aws), await addApiKey(aws)],
      tags: owned,
      name: name ?? '',
      stranger: someUser,
      deletedByOthers: () => aws.admin.apiGateway.send(new DeleteApiKeyCommand({ apiKey: key.id })),
    };
  });

  describeSweepSource('of app clients', async () => {
    const aws = standIn();
    const pools = [await addPool(aws), await addPool(aws)] as const;
    const [first, second] = [await addAppClient(aws, pools[0]), await addAppClient(aws, pools[0])];
    const { pool, client } = first;
    const remove = new DeleteUserPoolClientCommand({ UserPoolId: pool, ClientId: client });
    const { source, paced } = sourceOf(aws, first.kind, { pools: [...pools] });
    return {
      source,
      paced,
      log: aws.log,
      principals: [first, second, await addAppClient(aws, pools[0]), await addAppClient(aws, pools[1])],
      tags: {},
      name: 'shop',
      stranger: someUser,
      deletedByOthers: () => aws.admin.cognito.send(remove),
    };
  });

  describeSweepSource('of stored secrets', async () => {
    const aws = standIn();
    const secret = await addSecret(aws);
    const { Name } = await described(aws, secret);
    return {
      ...sourceOf(aws, secret.kind),
      log: aws.log,
      principals: [secret, await addSecret(aws), await addSecret(aws)],
      tags: { ...owned, [holdsKey.Key]: holdsKey.Value },
      name: Name ?? '',
      stranger: someUser,
      deletedByOthers: () => aws.admin.secretsManager.send(new DeleteSecretCommand({ SecretId: secret.id })),
    };
  });

  describe('IAM', () => {
    it('lists a user and its active keys, with the path', async () => {
      const aws = standIn();
      const { user } = await addUserWithKeys(aws);
      const { source } = sourceOf(aws, 'iam-user');
      const shared = { principal: user, path: '/people/', tags: owned, lastUse: 'never' };
      const createdAt = expect.any(String);
      expect(await listedOf(source.listed(), user)).toEqual([
        { ...shared, kind: 'iam-user', account: home.account, createdAt },
        { ...shared, kind: 'iam-access-key', account: home.account, createdAt, rotatedAt: createdAt },
      ]);
    });

    it('reads a user and each of its keys by id, inactive ones too, in four calls', async () => {
      const aws = standIn();
      const { user, active, inactive } = await addUserWithKeys(aws);
      const { source } = sourceOf(aws, 'iam-user');
      const facts = await source.read(user);
      const createdAt = expect.any(String);
      const shared = {
        arn: `arn:aws:iam::123456789012:user/people/${user.id}`,
        ...{ name: user.id, tags: owned, path: '/people/', createdAt, lastUse: 'never' },
      };
      expect(facts).toEqual([
        { ...shared, credential: user, isActive: true },
        { ...shared, credential: active, isActive: true, rotatedAt: createdAt },
        { ...shared, credential: inactive, isActive: false, rotatedAt: createdAt },
      ]);
      expect(aws.log.calls.toSorted()).toEqual([
        ...['GetAccessKeyLastUsed', 'GetAccessKeyLastUsed', 'GetUser', 'ListAccessKeys'],
      ]);
    });

    it('knows of a use at once, of the key and so of its user', async () => {
      const aws = standIn();
      const user = await addUser(aws);
      const made = await aws.admin.iam.send(new CreateAccessKeyCommand({ UserName: user.id }));
      const { AccessKeyId: id = '', SecretAccessKey = '' } = made.AccessKey ?? {};
      const other = await addAccessKey(aws, user);
      await aws.useAccessKey({ ...other, id }, SecretAccessKey);
      const { source } = sourceOf(aws, 'iam-user');
      const uses = new Map((await source.read(user)).map((one) => [one.credential.id, one.lastUse]));
      expect(uses.get(user.id)).toEqual({ at: expect.stringContaining(today()) });
      expect(uses.get(id)).toEqual(uses.get(user.id));
      expect(uses.get(other.id)).toBe('never');
    });

    it('says never of a password that was not used, and nothing of a user that has neither', async () => {
      const aws = standIn();
      const [withPassword, without] = [await addUser(aws), await addUser(aws)];
      await addLoginProfile(aws, withPassword);
      await addServiceCredential(aws, without);
      const { source } = sourceOf(aws, 'iam-user');
      expect(await source.read(withPassword)).toMatchObject([{ lastUse: 'never' }]);
      expect(await source.read(without)).toMatchObject([{ lastUse: 'unknown' }]);
      expect(await listedOf(source.listed(), withPassword)).toMatchObject([{ lastUse: 'never' }]);
      expect(await listedOf(source.listed(), without)).toMatchObject([{ lastUse: 'unknown' }]);
    });
  });

  describe('API Gateway', () => {
    const told = async (aws: UsedStandIn, key: { readonly id: string }, settings = {}) => {
      const { source } = sourceOf(aws, 'api-gateway-key', settings);
      const [listed] = await listedOf(source.listed(), key);
      const [read] = await source.read({ ...someKey, id: key.id });
      expect(listed?.lastUse).toEqual(read?.lastUse);
      expect([listed?.createdAt, listed?.rotatedAt]).toEqual([read?.createdAt, read?.createdAt]);
      return read;
    };

    it('tells the day of a use by its end, on whichever plan it was', async () => {
      const aws = standIn();
      const key = await addApiKey(aws);
      const plans = [await addUsagePlan(aws, key), await addUsagePlan(aws, key)] as const;
      expect((await told(aws, key))?.lastUse).toBe('never');
      aws.useApiKey(plans[0], key);
      const end = new Date(Date.parse(today()) + day).toISOString();
      expect((await told(aws, key))?.lastUse).toEqual({ at: end });
    });

    it('knows nothing of a key on no plan', async () => {
      const aws = standIn();
      expect((await told(aws, await addApiKey(aws)))?.lastUse).toBe('unknown');
    });

    it('takes no count for none where keys come in a header of your own', async () => {
      const aws = standIn();
      const key = await addApiKey(aws);
      const plan = await addUsagePlan(aws, key);
      const settings = { apiKeyHeader: 'x-partner-key' };
      expect((await told(aws, key, settings))?.lastUse).toBe('unknown');
      aws.useApiKey(plan, key);
      expect((await told(aws, key, settings))?.lastUse).toEqual({ at: expect.any(String) });
    });

    it('tells that a key is disabled, in three calls with one plan, and never its value', async () => {
      const aws = standIn();
      const key = await addApiKey(aws);
      const usagePlanId = await addUsagePlan(aws, key);
      for (const { id } of [await addApiKey(aws), await addApiKey(aws)]) {
        const input = { usagePlanId, keyId: id, keyType: 'API_KEY' };
        await aws.admin.apiGateway.send(new CreateUsagePlanKeyCommand(input));
      }
      const patchOperations = [{ op: 'replace', path: '/enabled', value: 'false' } as const];
      await aws.admin.apiGateway.send(new UpdateApiKeyCommand({ apiKey: key.id, patchOperations }));
      const { source } = sourceOf(aws, key.kind);
      const facts = await source.read(key);
      expect(facts).toMatchObject([
        { credential: key, isActive: false, arn: `arn:aws:apigateway:eu-west-1::/apikeys/${key.id}` },
      ]);
      expect(aws.log.calls).toEqual(['GetApiKey', 'GetUsagePlans', 'GetUsage']);
      const get = new GetApiKeyCommand({ apiKey: key.id, includeValue: true });
      const secret = (await aws.admin.apiGateway.send(get)).value;
      expect(secret).toMatch(/.{8}/);
      const all = [...facts, ...(await Array.fromAsync(source.listed()))];
      expect(JSON.stringify(all)).not.toContain(secret);
    });
  });

  it('app clients are active as long as somebody can sign in by them', async () => {
    const aws = standIn();
    const client = await addAppClient(aws, await addPool(aws));
    const { source } = sourceOf(aws, client.kind, { pools: [client.pool] });
    expect(await source.read(client)).toMatchObject([{ isActive: true, lastUse: 'unknown' }]);
    const ExplicitAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH' as const];
    const update = { UserPoolId: client.pool, ClientId: client.client, ExplicitAuthFlows };
    await aws.admin.cognito.send(
      new UpdateUserPoolClientCommand({ ...update, AllowedOAuthFlowsUserPoolClient: false }),
    );
    const facts = await source.read(client);
    expect(facts).toMatchObject([{ isActive: false }]);
    expect(JSON.stringify(facts)).not.toMatch(/secret/i);
  });

  it('secrets are those that hold a key, and no value is read', async () => {
    const aws = standIn();
    const secret = await addSecret(aws);
    const other = await addSecret(aws, [owner, { ...holdsKey, Value: 'api-key-of-somebody' }]);
    const { source } = sourceOf(aws, secret.kind);
    const listed = await Array.fromAsync(source.listed());
    const ids = listed.map(({ principal }) => principal.id);
    expect([ids.includes(secret.id), ids.includes(other.id)]).toEqual([true, false]);
    expect(JSON.stringify([...listed, ...(await source.read(secret))])).not.toContain(value);
    expect(aws.log.calls).not.toContain('GetSecretValue');
  });
});

describe('in memory only', () => {
  const iamOf = (aws: StandIn) => sourceOf(aws, 'iam-user').source;

  it('5,000 users and 10,000 keys take seven calls, and 5,000 API keys twenty-one', async () => {
    const aws = inMemory(1000);
    const keysAws = inMemory(500);
    const plan = keysAws.apiGateway.CreateUsagePlan({ name: 'gold' } as never);
    for (let n = 0; n < 5000; n += 1) {
      const UserName = `user${n}`;
      aws.iam.CreateUser({ UserName });
      aws.iam.CreateAccessKey({ UserName });
      aws.iam.CreateAccessKey({ UserName });
      const { id } = keysAws.apiGateway.CreateApiKey({ name: UserName });
      keysAws.apiGateway.CreateUsagePlanKey({ usagePlanId: plan.id, keyId: id, keyType: 'API_KEY' });
    }
    expect(await Array.fromAsync(iamOf(aws).listed())).toHaveLength(15_000);
    expect(aws.log.calls).toHaveLength(7);
    const { source } = sourceOf(keysAws, 'api-gateway-key');
    expect(await Array.fromAsync(source.listed())).toHaveLength(5000);
    expect(keysAws.log.calls).toHaveLength(21);
  });

  it('who was made since the report is listed without a use, who was deleted since is not', async () => {
    const aws = inMemory();
    const [gone, stays] = [await addUserWithKeys(aws), await addUserWithKeys(aws)];
    const csv = aws.iam.GetCredentialReport().Content.toString();
    aws.iam.report = { csv };
    await deleteUser(aws, gone.user, [gone.active, gone.inactive]);
    const late = await addUserWithKeys(aws);
    const listed = await Array.fromAsync(iamOf(aws).listed());
    expect(listed.map(({ principal, kind, lastUse }) => [principal.id, kind, lastUse])).toEqual([
      [stays.user.id, 'iam-user', 'never'],
      [stays.user.id, 'iam-access-key', 'never'],
      [late.user.id, 'iam-user', 'unknown'],
    ]);
    expect(listed.at(-1)?.createdAt).toBeDefined();
  });

  it('the newest use of keys and password is the user’s, whether it was told by the report or live', async () => {
    const aws = inMemory();
    const { user, active, inactive } = await addUserWithKeys(aws);
    await addLoginProfile(aws, user);
    const use = (hour: number) => new Date(`2026-02-01T0${hour}:00:00.000Z`);
    const told = async () => {
      const [listed] = await listedOf(iamOf(aws).listed(), user);
      const [read] = await iamOf(aws).read(user);
      return [listed?.lastUse, read?.lastUse];
    };
    aws.iam.usedAt.set(active.id, use(1));
    expect(await told()).toEqual([{ at: use(1).toISOString() }, { at: use(1).toISOString() }]);
    aws.iam.usedAt.set(inactive.id, use(2));
    expect(await told()).toEqual([{ at: use(2).toISOString() }, { at: use(2).toISOString() }]);
    aws.iam.user(user.id).PasswordLastUsed = use(3);
    expect(await told()).toEqual([{ at: use(3).toISOString() }, { at: use(3).toISOString() }]);
  });

  it('a key from before uses were tracked was last used before that, if ever', async () => {
    const aws = inMemory();
    const { user, active } = await addUserWithKeys(aws);
    aws.iam.madeAt.set(active.id, new Date('2014-01-01T00:00:00.000Z'));
    const before = { before: '2015-04-23T00:00:00.000Z' };
    expect(await listedOf(iamOf(aws).listed(), user)).toMatchObject([{}, { lastUse: before }]);
    const facts = await iamOf(aws).read(user);
    expect(facts.find(({ credential }) => credential.id === active.id)?.lastUse).toEqual(before);
  });

  it.each(['ListAccessKeys', 'GetAccessKeyLastUsed'])(
    'a user that is deleted before %s is gone',
    async (call) => {
      const aws = inMemory();
      const { user } = await addUserWithKeys(aws);
      failOn(aws.log, call, 'NoSuchEntityException');
      const facts = await iamOf(aws).read(user);
      expect(facts.filter(({ credential }) => credential.kind === 'iam-access-key')).toEqual([]);
      expect(facts).toHaveLength(call === 'ListAccessKeys' ? 0 : 1);
    },
  );

  it('a stale report, one from the future and half a one stop the listing before anything is listed', async () => {
    const aws = inMemory();
    await addUser(aws);
    const listing = () => Array.fromAsync(iamOf(aws).listed());
    aws.iam.report = { generatedAt: new Date(Date.now() - 1.1 * day) };
    await expect(listing()).rejects.toThrow('is stale');
    aws.iam.report = { generatedAt: new Date(Date.now() + 1.1 * day) };
    await expect(listing()).rejects.toThrow('is from the future');
    aws.iam.report = { csv: aws.iam.GetCredentialReport().Content.toString().slice(0, -30) };
    await expect(listing()).rejects.toThrow('is not whole: row 2');
    expect(aws.log.calls).not.toContain('GetAccountAuthorizationDetails');
  });

  it('a key that was not used for as long as usage goes back was used before, if ever', async () => {
    const aws = inMemory();
    const key = await addApiKey(aws);
    const plan = await addUsagePlan(aws, key);
    aws.apiGateway.key(key.id).createdDate = new Date('2020-01-01T00:00:00.000Z');
    const { source } = sourceOf(aws, key.kind);
    const dayOf = (days: number) => new Date(Date.parse(today()) - days * day).toISOString();
    const before = { before: dayOf(usageDays - 1) };
    expect(await source.read(key)).toMatchObject([{ lastUse: before }]);
    expect(await listedOf(source.listed(), key)).toMatchObject([{ lastUse: before }]);
    aws.apiGateway.plan(plan).used.set(`${key.id} ${dayOf(100).slice(0, 10)}`, 1);
    expect(await source.read(key)).toMatchObject([{ lastUse: { at: dayOf(99) } }]);
    expect(await listedOf(source.listed(), key)).toMatchObject([{ lastUse: { at: dayOf(99) } }]);
  });

  it('a plan that is deleted meanwhile counts nothing', async () => {
    const aws = inMemory();
    const key = await addApiKey(aws);
    await addUsagePlan(aws, key);
    failOn(aws.log, 'GetUsage', 'NotFoundException');
    const { source } = sourceOf(aws, key.kind);
    expect(await source.read(key)).toMatchObject([{ lastUse: 'unknown' }]);
    expect(await listedOf(source.listed(), key)).toMatchObject([{ lastUse: 'unknown' }]);
  });

  it('an app client tells when it was made, and no secret of it is kept', async () => {
    const aws = inMemory();
    const client = await addAppClient(aws, await addPool(aws));
    const { source } = sourceOf(aws, client.kind, { pools: [client.pool] });
    expect(await source.read(client)).toMatchObject([{ createdAt: '1970-01-01T00:00:00.000Z' }]);
  });

  it('a secret that was read tells the end of that day, by the list too', async () => {
    const aws = inMemory();
    const secret = await addSecret(aws);
    const { source } = sourceOf(aws, secret.kind);
    expect(await listedOf(source.listed(), secret)).toMatchObject([{ lastUse: 'never' }]);
    await aws.admin.secretsManager.send(new GetSecretValueCommand({ SecretId: secret.id }));
    const lastUse = { at: '2026-03-02T00:00:00.000Z' };
    expect(await listedOf(source.listed(), secret)).toMatchObject([{ lastUse }]);
    expect(await source.read(secret)).toMatchObject([{ lastUse }]);
  });
});
