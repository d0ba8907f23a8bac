import { Readable } from 'node:stream';
import {
  CreateApiKeyCommand,
  DeleteApiKeyCommand,
  GetApiKeyCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import {
  AttachUserPolicyCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import type { CredentialRevoker, Order } from '../../functions/credentials/credential-revoker.ts';
import { awsDenyAllArn } from '../../functions/credentials/deny-all-policy.ts';
import { ExchangedTokens } from '../../functions/credentials/exchanged-tokens.ts';
import { buildRevokers } from '../../functions/credentials/index.ts';
import { withExchangedTokens } from '../../functions/credentials/with-exchanged-tokens.ts';
import { type ApiGatewayKey, type Credential, credentialKey } from '../../functions/domain/credential.ts';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import type { Denial } from '../../functions/domain/denial.ts';
import { enforcementSchema } from '../../functions/domain/enforcement-settings.ts';
import { issuerSchema } from '../../functions/domain/settings.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';
import { loggedDenylist } from './call-log.ts';
import { describeRevokerContract, type World } from './credential-revoker.contract.ts';
import { home, inMemory, type StandIn } from './stand-ins.ts';
import { ada, addAccessKey, addApiKey, addUsagePlan, addUser, now, order } from './worlds.ts';

const tokenIssuer = 'https://tokens.example.com';
const longestTokenSeconds = 3600;
const issuer = issuerSchema.parse({
  issuer: tokenIssuer,
  audience: 'api',
  jwksUri: `${tokenIssuer}/.well-known/jwks.json`,
  longestTokenSeconds,
});
const nowSeconds = now().getTime() / 1000;
const secondsPerDay = 86_400;

const revokersOn = ({ clients, log }: StandIn, denylist: MemoryDenylist, settings = {}) =>
  buildRevokers({
    clients,
    home,
    denylist: loggedDenylist(denylist, log),
    issuers: [issuer],
    tokenIssuer,
    blockedDays: 90,
    settings: credentialsSchema.parse({}),
    enforcement: enforcementSchema.parse({}),
    identityCenter: undefined,
    secret: () => Promise.reject(new Error('none')),
    fetch: () => Promise.reject(new Error('nothing is tried')),
    now,
    ...settings,
  });

type Settings = Partial<Parameters<typeof buildRevokers>[0]>;

interface TokenWorld<C extends Credential> extends World<C> {
  readonly aws: StandIn;
  readonly denylist: MemoryDenylist;
  /** Under which its tokens stand on the denylist. */
  readonly row: string;
}

const apiKeyWorld = async (settings: Settings = {}): Promise<TokenWorld<Credential>> => {
  const aws = inMemory();
  const denylist = new MemoryDenylist();
  const credential = await addApiKey(aws);
  await addUsagePlan(aws, credential);
  const apiKey = credential.id;
  return {
    ...{ aws, denylist, credential, order, log: aws.log },
    revoker: revokersOn(aws, denylist, settings)['api-gateway-key'] as unknown as CredentialRevoker,
    row: `sid#${tokenIssuer}#${credentialKey(credential)}`,
    finds: [{ for: 'everyone' }, { for: 'subject', subjects: [ada] }],
    ignores: [{ for: 'principal', principal: await addUser(aws) }],
    missingAction: 'dynamodb:PutItem',
    cutByOthers: async () => {
      const patchOperations = [{ op: 'replace', path: '/enabled', value: 'false' } as const];
      await aws.admin.apiGateway.send(new UpdateApiKeyCommand({ apiKey, patchOperations }));
    },
    deletedByOthers: async () => {
      await aws.admin.apiGateway.send(new DeleteApiKeyCommand({ apiKey }));
    },
  };
};

const userWorld = async (action: Order['action'] = 'deny-all'): Promise<TokenWorld<Credential>> => {
  const aws = inMemory();
  const denylist = new MemoryDenylist();
  const credential = await addUser(aws);
  const UserName = credential.id;
  const PolicyArn = awsDenyAllArn(home.region);
  return {
    ...{ aws, denylist, credential, order: { ...order, action }, log: aws.log },
    revoker: revokersOn(aws, denylist)['iam-user'] as unknown as CredentialRevoker,
    row: `sid#${tokenIssuer}#${credentialKey(credential)}`,
    finds: [{ for: 'everyone' }, { for: 'subject', subjects: [ada] }],
    ignores: [{ for: 'principal', principal: credential }],
    missingAction: 'iam:PutUserPolicy',
    cutByOthers: async () => {
      await aws.admin.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    },
    deletedByOthers: async () => {
      await aws.admin.iam.send(new DeleteUserCommand({ UserName }));
    },
  };
};

const accessKeyWorld = async (): Promise<TokenWorld<Credential>> => {
  const aws = inMemory();
  const denylist = new MemoryDenylist();
  const user = await addUser(aws);
  const credential = await addAccessKey(aws, user);
  const named = { UserName: user.id, AccessKeyId: credential.id };
  return {
    ...{ aws, denylist, credential, order, log: aws.log },
    revoker: revokersOn(aws, denylist)['iam-access-key'] as unknown as CredentialRevoker,
    row: `client#${tokenIssuer}#${credential.id}`,
    finds: [{ for: 'principal', principal: user }],
    ignores: [{ for: 'everyone' }, { for: 'subject', subjects: [ada] }],
    missingAction: 'iam:UpdateAccessKey',
    cutByOthers: async () => {
      await aws.admin.iam.send(new UpdateAccessKeyCommand({ ...named, Status: 'Inactive' }));
    },
    deletedByOthers: async () => {
      await aws.admin.iam.send(new DeleteAccessKeyCommand(named));
    },
  };
};

// In memory only: what comes on top is the denylist, and each kind's own test shows the rest on moto too.
const kinds = [
  ['api-gateway-key', apiKeyWorld],
  ['iam-user', userWorld],
  ['iam-access-key', accessKeyWorld],
] as const;

describe.each(kinds)('%s, with tokens that are exchanged for it', (kind, makeWorld) => {
  describeRevokerContract(kind, () => makeWorld());

  it.each(['deny', 'revoke'] as const)('%s refuses them until it is restored', async (cut) => {
    const { revoker, credential, order, denylist, row } = await makeWorld();
    const { original } = await revoker.inspect(credential, order);
    await revoker[cut](credential, order);
    expect(denylist.rows.get(row)).toEqual({
      blocked: true,
      blockedBy: [credentialKey(credential)],
      expiresAt: nowSeconds + 90 * secondsPerDay,
    });
    await revoker.restore(credential, original);
    expect(denylist.rows.get(row)?.blocked).toBe(false);
  });

  it('is alive while they pass', async () => {
    const { revoker, credential, order, denylist, row } = await makeWorld();
    await revoker.revoke(credential, order);
    const dead = await revoker.inspect(credential, order);
    expect(dead).toMatchObject({
      state: 'dead',
      observed: expect.stringMatching(/tokens exchanged for it refused/),
    });
    const standing = denylist.rows.get(row) as Denial;
    for (const passing of [
      undefined,
      { ...standing, blocked: false },
      { ...standing, expiresAt: nowSeconds },
    ]) {
      if (passing) denylist.rows.set(row, passing);
      else denylist.rows.delete(row);
      const { state, observed } = await revoker.inspect(credential, order);
      expect([state, observed]).toEqual(['live', expect.stringMatching(/tokens exchanged for it pass/)]);
    }
  });

  it('is alive while it is, whatever becomes of them', async () => {
    const { revoker, credential, order, denylist, row } = await makeWorld();
    denylist.rows.set(row, { blocked: true, expiresAt: nowSeconds + 60 });
    expect((await revoker.inspect(credential, order)).state).toBe('live');
  });

  it('keeps their row for as long as it stands revoked, and brings back none that was lifted', async () => {
    const { revoker, credential, order, denylist, row } = await makeWorld();
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    denylist.rows.set(row, { ...(denylist.rows.get(row) as Denial), expiresAt: 1 });
    await revoker.prolong(credential);
    expect(denylist.rows.get(row)).toMatchObject({
      blocked: true,
      expiresAt: nowSeconds + 90 * secondsPerDay,
    });
    await revoker.restore(credential, original);
    await revoker.prolong(credential);
    expect(denylist.rows.get(row)?.blocked).toBe(false);
  });

  it('leaves a row blocked that an operator blocked by hand', async () => {
    const { revoker, credential, order, denylist, row } = await makeWorld();
    const { original } = await revoker.inspect(credential, order);
    await denylist.deny(row, { blocked: true, expiresAt: nowSeconds + 60 });
    await revoker.revoke(credential, order);
    await revoker.restore(credential, original);
    expect(denylist.rows.get(row)).toMatchObject({ blocked: true, blockedBy: [row] });
  });

  it('is refused by the denylist too, so caches of the authorizer’s answers count', async () => {
    const { revoker, credential } = await makeWorld();
    const { kind, readsDenylist, hasFastDeny } = revoker;
    expect([kind, readsDenylist, hasFastDeny]).toEqual([credential.kind, true, true]);
  });

  it('has its tokens refused where it is gone already', async () => {
    const { revoker, credential, order, denylist, row, deletedByOthers } = await makeWorld();
    await deletedByOthers?.();
    expect(await revoker.deny(credential, order)).toBe('denied');
    expect(denylist.rows.get(row)?.blocked).toBe(true);
  });
});

describe('where one half fails, the other is cut all the same', () => {
  it('the tokens, while IAM does not answer', async () => {
    const { aws, revoker, credential, order, denylist, row } = await userWorld();
    const note = aws.log.note.bind(aws.log);
    aws.log.note = (call) => {
      aws.log.failing = /Item$/.test(call) ? undefined : 'throttled';
      note(call);
    };
    await expect(revoker.revoke(credential, order)).rejects.toMatchObject({ code: 'throttled' });
    expect(denylist.rows.get(row)?.blocked).toBe(true);
  });

  it('the user, while the denylist does not', async () => {
    const { aws, revoker, credential, order } = await userWorld();
    const note = aws.log.note.bind(aws.log);
    aws.log.note = (call) => {
      aws.log.failing = /Item$/.test(call) ? 'throttled' : undefined;
      note(call);
    };
    await expect(revoker.deny(credential, order)).rejects.toMatchObject({ code: 'throttled' });
    const get = new GetUserPolicyCommand({ UserName: credential.id, PolicyName: 'CutoffDenyAll' });
    expect((await aws.admin.iam.send(get)).PolicyDocument).toBeDefined();
  });

  it('a restore that fails half-way lifts no row', async () => {
    const { aws, revoker, credential, order, denylist, row } = await apiKeyWorld();
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    const note = aws.log.note.bind(aws.log);
    aws.log.note = (call) => {
      aws.log.failing = call === 'UpdateApiKey' ? 'throttled' : undefined;
      note(call);
    };
    await expect(revoker.restore(credential, original)).rejects.toMatchObject({ code: 'throttled' });
    expect(denylist.rows.get(row)?.blocked).toBe(true);
  });
});

describe('a deny of sessions', () => {
  it('of a user ends the tokens of before, and no later ones, for longer than any lives', async () => {
    const { revoker, credential, order, denylist, row } = await userWorld('deny-sessions');
    const cutoff = new Date(now().getTime() - 10_500).toISOString();
    const before = { ...order, cutoff };
    expect((await revoker.inspect(credential, before)).state).toBe('live');
    await revoker.revoke(credential, before);
    const { blocked, notBefore, expiresAt } = denylist.rows.get(row) ?? {};
    expect([blocked, notBefore]).toEqual([false, nowSeconds - 10]);
    expect(expiresAt).toBeGreaterThan(nowSeconds + longestTokenSeconds);
    expect((await revoker.inspect(credential, before)).state).toBe('dead');
    expect((await revoker.inspect(credential, order)).state).toBe('live');
  });
});

describe('cutting one access key', () => {
  it('leaves the tokens of the user’s other key alone', async () => {
    const { aws, revoker, credential, order, denylist } = await accessKeyWorld();
    await revoker.revoke(credential, order);
    expect([...denylist.rows.keys()]).toEqual([`client#${tokenIssuer}#${credential.id}`]);
    const { AccessKeyMetadata } = await aws.admin.iam.send(
      new ListAccessKeysCommand({ UserName: 'user' in credential ? credential.user : '' }),
    );
    expect(AccessKeyMetadata).toMatchObject([{ Status: 'Inactive' }]);
  });
});

describe('a probe', () => {
  it('is of the key itself: its tokens are not tried', async () => {
    const asked: string[] = [];
    const world = await apiKeyWorld({
      enforcement: enforcementSchema.parse({ probes: { apiKeyUrl: 'https://api.example.com/prod/partner' } }),
      fetch: async (url) => {
        asked.push(String(url));
        return new Response('{"message":"Forbidden"}', {
          status: 403,
          headers: { 'x-amzn-errortype': 'ForbiddenException', 'content-type': 'application/json' },
        });
      },
    });
    expect(world.revoker.requiredEvidence).toEqual(['control-plane', 'probe']);
    const found = await world.revoker.probe?.(world.credential, world.order);
    expect(found).toMatchObject({ state: 'dead', level: 'probe' });
    expect(asked.every((url) => url.startsWith('https://api.example.com'))).toBe(true);
    expect(asked.length).toBeGreaterThan(0);
  });
});

it('all else is as the kind itself has it, or has it not', async () => {
  const own: CredentialRevoker<ApiGatewayKey> = {
    ...{ kind: 'api-gateway-key', requiredEvidence: ['probe'], denyKeepsOriginal: true, hasFastDeny: false },
    ...{ isConfigured: false, cannotComeBack: 'must-be-granted-anew', listsLateSeconds: 900 },
    discover: () => Readable.from([]),
    describe: async () => undefined,
    inspect: () => Promise.reject(new Error('none')),
    deny: async () => 'nothing-to-deny',
    prolong: async () => undefined,
    revoke: async () => undefined,
    restore: async () => undefined,
    remove: async () => 'removed',
  };
  const denylist = new MemoryDenylist();
  const dependencies = { home, denylist, issuers: [issuer], blockedDays: 90, now };
  const decorated = withExchangedTokens(own, new ExchangedTokens(tokenIssuer, dependencies));
  const { requiredEvidence, denyKeepsOriginal, isConfigured, cannotComeBack, listsLateSeconds } = decorated;
  expect([requiredEvidence, denyKeepsOriginal, isConfigured]).toEqual([['probe'], true, false]);
  expect([cannotComeBack, listsLateSeconds]).toEqual(['must-be-granted-anew', 900]);
  expect(decorated.probe).toBeUndefined();
  const key = { kind: 'api-gateway-key', ...home, id: 'k1' } as const;
  expect(await decorated.remove(key)).toBe('removed');
  expect(await decorated.describe(key)).toBeUndefined();
});

it('where no tokens are issued, nothing is decorated', async () => {
  const aws = inMemory();
  const denylist = new MemoryDenylist();
  const revokers = revokersOn(aws, denylist, { tokenIssuer: undefined });
  const create = new CreateApiKeyCommand({ name: 'plain', enabled: true });
  const { id = '' } = await aws.admin.apiGateway.send(create);
  await revokers['api-gateway-key'].revoke({ kind: 'api-gateway-key', ...home, id }, order);
  expect([...denylist.rows.keys()]).toEqual([`api-key#${id}`]);
  expect((await aws.admin.apiGateway.send(new GetApiKeyCommand({ apiKey: id }))).enabled).toBe(false);
  expect(revokers['iam-user'].readsDenylist).toBeUndefined();
});
