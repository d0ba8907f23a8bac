import { ConflictException, CreateUsagePlanKeyCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { credentialKey } from '../../../functions/domain/credential.ts';
import { issueSchema } from '../../../functions/domain/issue-settings.ts';
import { subjectKey } from '../../../functions/domain/subject.ts';
import { inMemory } from '../../contract/stand-ins.ts';
import {
  ada,
  adaKey,
  day,
  existing,
  hour,
  type IssueWorld,
  makeIssueWorld,
  plansOf,
} from '../../support/issue-world.ts';

const start = '2026-03-02T09:00:00.000Z';
const inDays = (days: number) => new Date(Date.parse(start) + days * day).toISOString();

let world: IssueWorld;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(start) });
  world = await makeIssueWorld();
  await world.addUser('ada', { owner: ada.email });
  world.aws.log.calls.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

type Kind = keyof IssueWorld['requests'];
const kinds: readonly Kind[] = ['apiKey', 'accessKey', 'oauthClient'];
const usualDays = { apiKey: 90, accessKey: 30, oauthClient: 180 };

/** The last call by which it comes to somebody, alive. */
const activations = {
  apiKey: { service: 'apiGateway', activate: 'UpdateApiKeyCommand' },
  accessKey: { service: 'secretsManager', activate: 'CreateSecretCommand' },
  oauthClient: { service: 'cognito', activate: 'UpdateUserPoolClientCommand' },
} as const;

const theOne = async (of = world) => {
  const [one, ...others] = await existing(of, ['ada']);
  if (!one || others.length > 0) throw new Error(`there are ${others.length + 1}`);
  return one;
};

describe.each(kinds)('%s', (kind) => {
  it('works, and is registered with its owner and its end, by the defaults of its kind', async () => {
    const answer = await world.issue(world.requests[kind]);
    const { credential, live } = await theOne();
    const expiresAt = inDays(usualDays[kind]);
    expect(live).toBe(true);
    expect(answer).toMatchObject({ credential: credentialKey(credential), expiresAt });
    const issuance = answer.issuanceId;
    expect(await world.rowOf(credential)).toMatchObject({
      owners: [adaKey],
      issuance,
      expiresAt,
      isProtected: false,
    });
    expect(await world.issuances.get(issuance)).toMatchObject({ status: 'issued', credential });
  });

  it('is recorded, without its secret', async () => {
    const { secret = {}, issuanceId } = await world.issue(world.requests[kind]);
    expect(world.audit).toEqual([
      expect.objectContaining({ type: 'issued', revocationId: issuanceId, credential: expect.any(String) }),
    ]);
    expect(world.audit[0]?.data).toMatchObject({
      owners: [adaKey],
      reason: 'partner integration',
      deliver: 'response',
    });
    const kept = JSON.stringify([world.audit, await world.issuances.get(issuanceId), world.counted]);
    const hidden = Object.entries(secret).filter(([name]) => !['accessKeyId', 'clientId'].includes(name));
    expect(hidden.length).toBe(1);
    for (const [, value] of hidden) expect(kept).not.toContain(`"${value}"`);
  });

  it('is the same one for the same token, whose secret is told once', async () => {
    const request = { ...world.requests[kind], clientToken: 'once' };
    const { secret, ...first } = await world.issue(request);
    expect(secret).toBeTruthy();
    expect(await world.issue(request)).toEqual({ ...first, alreadyIssued: true });
    await theOne();
  });

  it('says where its secret is to whoever asks again', async () => {
    const request = { ...world.requests[kind], clientToken: 'once', deliver: 'secrets-manager' };
    const { secretArn, secret } = await world.issue(request);
    expect(secret).toBeUndefined();
    expect(await world.issue(request)).toMatchObject({ secretArn, alreadyIssued: true });
  });

  it('is not issued where the settings do not name its kind', async () => {
    const bare = await makeIssueWorld(inMemory(), {
      apiKeys: undefined,
      accessKeys: undefined,
      oauthClients: undefined,
    });
    await expect(bare.issue(world.requests[kind])).rejects.toMatchObject({ field: 'request.issue' });
  });

  it('is not issued for longer than the settings allow, and as long as that at most', async () => {
    const most = { apiKey: 365, accessKey: 90, oauthClient: 365 }[kind];
    const longer = world.issue({ ...world.requests[kind], days: most + 1 });
    await expect(longer).rejects.toMatchObject({ code: 'invalid-input', field: 'request.days' });
    expect(await existing(world, ['ada'])).toEqual([]);
    expect(await world.issue({ ...world.requests[kind], days: most })).toMatchObject({
      expiresAt: inDays(most),
    });
  });

  it('is not issued to somebody who has left, under whichever name', async () => {
    const sub = { format: 'iss_sub', iss: 'https://id.acme.example', sub: '7' } as const;
    await world.links.link([ada, sub]);
    await world.losses.add([subjectKey(sub)], ['*'], 'rev-1');
    await expect(world.issue(world.requests[kind])).rejects.toMatchObject({ field: 'request.owner' });
    expect(await existing(world, ['ada'])).toEqual([]);
    expect(await world.issuances.open()).toEqual([]);
  });

  it('does not come alive for somebody who leaves at that very moment', async () => {
    const registry = world.registry;
    const issued = registry.issued.bind(registry);
    vi.spyOn(registry, 'issued').mockImplementationOnce(async (...given) => {
      await world.losses.add([adaKey], ['*'], 'rev-1');
      return issued(...given);
    });
    await expect(world.issue({ ...world.requests[kind], deliver: 'secrets-manager' })).rejects.toMatchObject({
      field: 'request.owner',
    });
    expect((await theOne()).live).toBe(kind === 'accessKey');
    expect(world.aws.log.calls).not.toContain('CreateSecret');
  });

  it('does not come alive for somebody who leaves while its secret is handed over', async () => {
    const secretsManager = world.deps.clients.secretsManager(world.deps.home);
    const send = secretsManager.send.bind(secretsManager);
    vi.spyOn(secretsManager, 'send').mockImplementationOnce(async (...given: unknown[]) => {
      await world.losses.add([adaKey], ['*'], 'rev-1');
      return send(...(given as Parameters<typeof send>));
    });
    await expect(world.issue({ ...world.requests[kind], deliver: 'secrets-manager' })).rejects.toMatchObject({
      field: 'request.owner',
    });
    expect((await theOne()).live).toBe(kind === 'accessKey');
  });

  it('is over, if somebody leaves at the moment in which it comes alive', async () => {
    const { service, activate } = activations[kind];
    const client = world.deps.clients[service](world.deps.home);
    const send = client.send.bind(client) as (command: object) => Promise<object>;
    const leaving = async (command: object) => {
      const answer = await send(command);
      if (command.constructor.name === activate) await world.losses.add([adaKey], ['*'], 'rev-1');
      return answer;
    };
    Object.assign(client, { send: leaving });
    await expect(world.issue({ ...world.requests[kind], deliver: 'secrets-manager' })).rejects.toMatchObject({
      field: 'request.owner',
    });
    expect(await world.issuances.open()).toMatchObject([{ status: 'intended' }]);
    vi.setSystemTime(Date.parse(start) + hour);
    await world.reconcile();
    expect(await world.due()).toEqual([(await theOne()).credential]);
  });

  it('is written down before it exists, and registered before it can do anything', async () => {
    const order: string[] = [];
    const note = world.aws.log.note.bind(world.aws.log);
    world.aws.log.note = (call) => {
      order.push(call);
      note(call);
    };
    const noting = <T extends object>(store: T): T =>
      new Proxy(store, {
        get: (target, name) => {
          order.push(String(name));
          const method: unknown = Reflect.get(target, name, target);
          return typeof method === 'function' ? method.bind(target) : method;
        },
      });
    const stores = { issuances: noting(world.issuances), registry: noting(world.registry) };
    await world.issue({ ...world.requests[kind], deliver: 'secrets-manager' }, stores);
    const last = {
      apiKey: ['CreateUsagePlanKey', 'UpdateApiKey'],
      accessKey: [],
      oauthClient: ['UpdateUserPoolClient'],
    }[kind];
    const create = {
      apiKey: 'CreateApiKey',
      accessKey: 'CreateAccessKey',
      oauthClient: 'CreateUserPoolClient',
    }[kind];
    const writes = order.filter((call) => !/^(Get|List|Describe|get|read|entryOf|open)/.test(call));
    expect(writes).toEqual(['intend', create, 'issued', 'CreateSecret', ...last, 'move']);
  });
});

describe('who may be its owner', () => {
  const ask = (owner: object, more = {}) => world.issue({ ...world.requests.apiKey, owner, ...more });

  it('is registered under the name that its tag says', async () => {
    const sub = { format: 'iss_sub', iss: 'https://id.acme.example', sub: '7' } as const;
    await expect(ask(sub)).rejects.toMatchObject({ field: 'request.owner' });
    await world.links.link([sub, ada]);
    await ask(sub);
    expect(await world.rowOf((await theOne()).credential)).toMatchObject({ owners: [adaKey] });
  });

  it.each([
    { format: 'opaque', id: 'acme@logistics' },
    { format: 'opaque', id: 'x'.repeat(257) },
    { format: 'uri', uri: 'arn:aws:iam::123456789012:user/ada' },
  ])('nobody whom a tag could not say: %j', async (owner) => {
    await expect(ask(owner)).rejects.toMatchObject({ field: 'request.owner' });
  });

  it('is not named by what a tag would read as somebody else', async () => {
    const misleading = { format: 'opaque', id: 'acme@logistics' } as const;
    await world.links.link([misleading, ada]);
    await ask(misleading);
    expect(await world.rowOf((await theOne()).credential)).toMatchObject({ owners: [adaKey] });
  });

  it('an application, too', async () => {
    await ask({ format: 'opaque', id: 'acme-logistics' });
    expect(await world.rowOf((await theOne()).credential)).toMatchObject({
      owners: ['opaque:acme-logistics'],
    });
  });

  it('nobody who has lost all that it is for', async () => {
    await world.losses.add([adaKey], ['partners'], 'rev-1');
    await expect(ask(ada, { entitlements: ['partners'] })).rejects.toMatchObject({ field: 'request.owner' });
    await ask(ada, { entitlements: ['partners', 'beta'] });
  });

  it.each([[['a', 'a']], [Array.from({ length: 20 }, (_, at) => `entitlement-${at}-${'x'.repeat(10)}`)]])(
    'entitlements that would not come out of a tag as they went in: %j',
    async (entitlements) => {
      const named = { apiKeys: { usagePlans: [world.gold], entitlements } };
      const settings = issueSchema.parse(named);
      const request = { ...world.requests.apiKey, entitlements };
      await expect(world.issue(request, { settings })).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining('tag'),
      });
      expect(await existing(world, ['ada'])).toEqual([]);
    },
  );
});

describe('what is not among the settings', () => {
  it.each([
    ['request.usagePlan', { issue: 'api-key', owner: ada, usagePlan: 'another' }],
    ['request.pool', { issue: 'oauth-client', owner: ada, pool: 'eu-west-1_other', scopes: ['shop/read'] }],
  ])('is refused by its field %s', async (field, request) => {
    await expect(world.issue(request)).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(world.aws.log.writes()).toEqual([]);
  });

  it('is refused entitlement by entitlement: they would become the scope of tokens', async () => {
    const request = { ...world.requests.apiKey, entitlements: ['partners', 'admin'] };
    await expect(world.issue(request)).rejects.toMatchObject({ field: 'request.entitlements.1' });
    expect(world.aws.log.writes()).toEqual([]);
  });

  it('is refused scope by scope', async () => {
    const request = { ...world.requests.oauthClient, scopes: ['shop/read', 'shop/admin'] };
    await expect(world.issue(request)).rejects.toMatchObject({ field: 'request.scopes.1' });
  });
});

describe('asked again', () => {
  const request = () => ({ ...world.requests.apiKey, clientToken: 'once' });

  it('with another request is refused', async () => {
    await world.issue(request());
    const other = { ...request(), usagePlan: world.silver };
    await expect(world.issue(other)).rejects.toMatchObject({ field: 'request.clientToken' });
  });

  it('while it is under way, or broke down, says that a reconcile comes', async () => {
    vi.spyOn(world.registry, 'issued').mockRejectedValueOnce(new Error('died'));
    await expect(world.issue(request())).rejects.toThrow('died');
    await expect(world.issue(request())).rejects.toMatchObject({
      code: 'conflict',
      retryable: true,
      message: expect.stringContaining('reconcile'),
    });
    await theOne();
  });

  it('after it was given up, asks for another token', async () => {
    vi.spyOn(world.registry, 'issued').mockRejectedValueOnce(new Error('died'));
    await expect(world.issue(request())).rejects.toThrow('died');
    vi.setSystemTime(Date.parse(start) + hour);
    await world.reconcile();
    await expect(world.issue(request())).rejects.toMatchObject({ code: 'conflict', retryable: false });
    await world.issue({ ...request(), clientToken: 'another' });
  });

  it.each(['denied', 'throttled'] as const)(
    'after AWS has %s it, and so made nothing, is issued by the same token',
    async (failing) => {
      world.aws.log.failing = failing;
      await expect(world.issue(request())).rejects.toMatchObject({ retryable: true });
      world.aws.log.failing = undefined;
      expect(await world.issuances.open()).toEqual([]);
      const other = { ...request(), usagePlan: world.silver };
      await expect(world.issue(other)).rejects.toMatchObject({ field: 'request.clientToken' });
      vi.setSystemTime(Date.parse(start) + day);
      expect((await world.issue(request())).secret).toBeTruthy();
      expect(await world.issue(request())).toMatchObject({ alreadyIssued: true });
      await theOne();
    },
  );

  it('without a token is another one', async () => {
    const { clientToken: _, ...plain } = request();
    await world.issue(plain);
    await world.issue(plain);
    expect((await existing(world)).length).toBe(2);
  });

  it('by the same call of the function, which Lambda may repeat, is the same one', async () => {
    const { clientToken: _, ...plain } = request();
    await world.issue(plain, { requestId: 'r' });
    expect(await world.issue(plain, { requestId: 'r' })).toMatchObject({ alreadyIssued: true });
    await theOne();
  });
});

describe('an API key that is put on its plan', () => {
  const withPlanKeys = (answer: (join: () => Promise<object>) => Promise<object>) => {
    const real = world.deps.clients.apiGateway(world.deps.home);
    const send = real.send.bind(real) as (command: object) => Promise<object>;
    const client = Object.create(real, {
      send: {
        value: (command: object) =>
          command instanceof CreateUsagePlanKeyCommand ? answer(() => send(command)) : send(command),
      },
    }) as typeof real;
    return { clients: { ...world.deps.clients, apiGateway: () => client } };
  };

  it('twice, since an answer was lost, is issued', async () => {
    const twice = withPlanKeys(async (join) => {
      await join();
      return join();
    });
    await world.issue(world.requests.apiKey, twice);
    const { credential, live } = await theOne();
    expect(await plansOf(world, credential.id)).toEqual([world.gold]);
    expect(live).toBe(true);
  });

  it('in vain, for whatever conflict, is not', async () => {
    const never = withPlanKeys(async () => {
      throw new ConflictException({ message: 'another stage', $metadata: { httpStatusCode: 409 } });
    });
    await expect(world.issue(world.requests.apiKey, never)).rejects.toMatchObject({ code: 'conflict' });
    expect((await theOne()).live).toBe(false);
  });
});

it('asks once for what must not be made twice, and patiently for the rest', async () => {
  const other = inMemory();
  const refusing = { ...world.deps.once, apiGateway: () => other.clients.apiGateway(world.deps.home) };
  await world.issue(world.requests.apiKey, { once: refusing }).catch(() => undefined);
  expect(other.log.calls).toEqual(['CreateApiKey']);
});

it('an access key comes with advice on what is better, in the first answer and in later ones', async () => {
  const request = { ...world.requests.accessKey, clientToken: 'once' };
  const advice = expect.stringMatching(/role.*token/i);
  expect(await world.issue(request)).toMatchObject({ advice });
  expect(await world.issue(request)).toMatchObject({ advice });
  expect(await world.issue(world.requests.apiKey)).not.toHaveProperty('advice');
});
