import { CreateApiKeyCommand, UpdateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import {
  CreateUserPoolClientCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateAccessKeyCommand, DeleteUserCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { credentialKey } from '../../../functions/domain/credential.ts';
import { issueSchema } from '../../../functions/domain/issue-settings.ts';
import type { IssueDeps } from '../../../functions/issue/deps.ts';
import {
  ada,
  adaKey,
  day,
  existing,
  type IssueWorld,
  makeIssueWorld,
  minute,
} from '../../support/issue-world.ts';

const start = Date.parse('2026-03-02T09:00:00.000Z');

let world: IssueWorld;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  world = await makeIssueWorld();
  await world.addUser('ada', { owner: ada.email });
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (minutes: number) => vi.setSystemTime(start + minutes * minute);

type Kind = keyof IssueWorld['requests'];
const kinds: readonly Kind[] = ['apiKey', 'accessKey', 'oauthClient'];

/** It exists, and nobody was told. */
const breakDown = async (kind: Kind, more = {}) => {
  vi.spyOn(world.registry, 'issued').mockRejectedValueOnce(new Error('died'));
  await expect(world.issue({ ...world.requests[kind], ...more })).rejects.toThrow('died');
  const [issuance] = await world.issuances.open();
  if (!issuance) throw new Error('nothing is open');
  return issuance;
};

const lastMade = async () => {
  const found = (await existing(world, ['ada'])).at(-1);
  if (!found) throw new Error('there is none');
  return found.credential;
};

const serviceOf = { apiKey: 'apiGateway', accessKey: 'iam', oauthClient: 'cognito' } as const;

/** Lists no credential, as right after it was made. */
const blind = (kind: Kind): Partial<IssueDeps> => {
  const { clients } = world.aws;
  const service = serviceOf[kind];
  const real = clients[service](world.deps.home);
  const silent = new Proxy(real, {
    get: (target, name) => (name === 'send' ? async () => ({}) : Reflect.get(target, name, target)),
  });
  return { clients: { ...clients, [service]: () => silent } };
};

describe.each(kinds)('%s that nobody heard of', (kind) => {
  it('is left alone for ten minutes: it may be on its way', async () => {
    await breakDown(kind);
    at(9.9);
    expect(await world.reconcile()).toMatchObject({ abandoned: 0, closed: 0, waiting: 0 });
    expect(await world.due()).toEqual([]);
  });

  it('is registered with its owner, and is over, so that it is revoked and proven dead', async () => {
    const { id } = await breakDown(kind);
    at(10);
    expect(await world.reconcile()).toEqual({ abandoned: 1, closed: 0, unseen: 0, waiting: 0, problems: {} });
    const credential = await lastMade();
    expect(await world.due()).toEqual([credential]);
    expect(await world.rowOf(credential)).toMatchObject({ owners: [adaKey], issuance: id });
    expect(await world.issuances.get(id)).toMatchObject({ status: 'abandoned', credential });
    expect(world.counted).toEqual(['IssuanceAbandoned']);
    expect(world.audit).toEqual([
      expect.objectContaining({ type: 'failed', revocationId: id, credential: credentialKey(credential) }),
    ]);
  });

  it('is over since the same time, however late it is found: its revocation has one id', async () => {
    await breakDown(kind);
    at(300);
    await world.reconcile();
    const expiresAt = new Date(start + 10 * minute).toISOString();
    expect(await world.rowOf(await lastMade())).toMatchObject({ expiresAt });
  });

  it('is found in the second look, where the first came before it was listed', async () => {
    const { id } = await breakDown(kind);
    const credential = await lastMade();
    at(11);
    expect(await world.reconcile(blind(kind))).toMatchObject({ waiting: 1, closed: 0 });
    expect(await world.issuances.get(id)).toMatchObject({ status: 'intended' });
    at(16);
    expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
    expect(await world.due()).toEqual([credential]);
  });

  it('is closed only in a second look that is not the first one repeated', async () => {
    const { id } = await breakDown(kind);
    at(11);
    await world.reconcile(blind(kind));
    at(12);
    expect(await world.reconcile(blind(kind))).toMatchObject({ waiting: 1 });
    at(16);
    expect(await world.reconcile(blind(kind))).toMatchObject({ waiting: 0, closed: 1, abandoned: 0 });
    expect(await world.issuances.get(id)).toMatchObject({ status: 'abandoned' });
    expect(world.counted).toEqual([]);
    expect(world.audit.at(-1)).toMatchObject({ type: 'skipped', revocationId: id });
  });
});

describe.each(['apiKey', 'oauthClient'] as const)('%s that is listed after it was closed', (kind) => {
  it('is found by its mark', async () => {
    await breakDown(kind);
    at(11);
    await world.reconcile(blind(kind));
    at(16);
    await world.reconcile(blind(kind));
    at(21);
    expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
    const credential = await lastMade();
    expect(await world.due()).toEqual([credential]);
    at(26);
    expect(await world.reconcile()).toMatchObject({ abandoned: 0 });
  });
});

describe('what must not be touched', () => {
  it('a key that somebody made by hand on another day, or before', async () => {
    const { iam } = world.aws.admin;
    await iam.send(new CreateAccessKeyCommand({ UserName: 'ada' }));
    at(1);
    const once = {
      ...world.aws.clients,
      iam: () => {
        throw new Error('died');
      },
    };
    await expect(world.issue(world.requests.accessKey, { once })).rejects.toThrow('died');
    at(7);
    await iam.send(new CreateAccessKeyCommand({ UserName: 'ada' }));
    at(12);
    expect(await world.reconcile()).toMatchObject({ abandoned: 0, waiting: 1 });
    expect(await world.due()).toEqual([]);
  });

  it('a key of the same user that another issuance has made', async () => {
    const { id } = await breakDown('accessKey');
    const key = await lastMade();
    const entry = { owners: [adaKey], entitlements: [], isProtected: false };
    const expiresAt = new Date(start + day).toISOString();
    await world.registry.issued(key, entry, { issuance: 'iss-another', expiresAt });
    at(11);
    expect(await world.reconcile()).toMatchObject({ abandoned: 0, waiting: 1 });
    expect(await world.rowOf(key)).toMatchObject({ issuance: 'iss-another', expiresAt });
    expect(id).not.toBe('iss-another');
  });

  it('but one that an inventory took in meanwhile is still ours', async () => {
    await breakDown('accessKey');
    const key = await lastMade();
    await world.registry.register(key, { owners: [adaKey], entitlements: [], isProtected: false });
    at(11);
    expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
  });

  it('what is issued', async () => {
    for (const kind of kinds) await world.issue(world.requests[kind]);
    for (const minutes of [5, 11, 16, 21]) {
      at(minutes);
      expect(await world.reconcile()).toEqual({
        abandoned: 0,
        closed: 0,
        unseen: 0,
        waiting: 0,
        problems: {},
      });
    }
    expect(await world.due()).toEqual([]);
  });

  it('what is on its way', async () => {
    await breakDown('apiKey');
    at(5);
    await world.reconcile();
    expect(await world.rowOf(await lastMade())).toBeUndefined();
  });

  it.each(['iss-0123456789abcdef0123456789abcdef', 'mine'])(
    'a mark that no issuance made: %s',
    async (mark) => {
      const key = { enabled: true, tags: { 'cutoff:issuance': mark } };
      await world.aws.admin.apiGateway.send(new CreateApiKeyCommand(key));
      const client = { UserPoolId: world.pool, ClientName: `shop ${mark}` };
      await world.aws.admin.cognito.send(new CreateUserPoolClientCommand(client));
      at(30);
      expect(await world.reconcile()).toMatchObject({ abandoned: 0 });
      expect(await world.due()).toEqual([]);
    },
  );
});

describe('a second one of an issuance that was issued', () => {
  const makeTwice = async () => {
    const { issuanceId } = await world.issue(world.requests.apiKey);
    const { apiGateway } = world.aws.admin;
    const { id: apiKey } = await apiGateway.send(
      new CreateApiKeyCommand({ tags: { 'cutoff:issuance': issuanceId } }),
    );
    const patchOperations = [{ op: 'replace', path: '/enabled', value: 'true' } as const];
    await apiGateway.send(new UpdateApiKeyCommand({ apiKey, patchOperations }));
    return lastMade();
  };

  it('is over, and the first one goes on', async () => {
    const second = await makeTwice();
    // The hourly inventory knows its tags, and not when it ends.
    await world.registry.register(second, { owners: [adaKey], entitlements: [], isProtected: false });
    at(11);
    expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
    expect(await world.due()).toEqual([second]);
  });

  it('is looked for within a day of its making', async () => {
    await makeTwice();
    at(24 * 60);
    expect(await world.reconcile()).toMatchObject({ abandoned: 0 });
  });
});

/** Every call of the service fails so. */
const failing = (kind: Kind, error: Error): Partial<IssueDeps> => {
  const { clients } = world.aws;
  const service = serviceOf[kind];
  const send = async () => {
    throw error;
  };
  const client = Object.create(clients[service](world.deps.home), { send: { value: send } });
  return { clients: { ...clients, [service]: () => client } };
};

const listingOf = {
  apiKey: 'GetApiKeys',
  accessKey: 'ListAccessKeys',
  oauthClient: 'ListUserPoolClients',
} as const;

const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
const unnamed = (kind: Kind): Partial<IssueDeps> => {
  const { [`${kind}s` as const]: _, ...settings } = world.deps.settings;
  return { settings: settings as IssueDeps['settings'] };
};

describe('what the settings do not name', () => {
  it('is not asked for: nothing is granted on it', async () => {
    const settings = issueSchema.parse({ tokens: { audience: 'shop' } });
    world.aws.log.calls.length = 0;
    expect(await world.reconcile({ settings })).toMatchObject({ problems: {} });
    expect(world.aws.log.calls).toEqual([]);
  });

  it.each(kinds)('any more, while an %s is open, is not asked for either', async (kind) => {
    await breakDown(kind);
    at(11);
    world.aws.log.calls.length = 0;
    await expect(world.reconcile(unnamed(kind))).rejects.toThrow('access-denied');
    expect(world.aws.log.calls).not.toContain(listingOf[kind]);
    expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
  });
});

describe.each(kinds)('%s that nobody may look for', (kind) => {
  it.each(['denied', 'taken out of the settings'])('is given up after a day: %s', async (why) => {
    const { id } = await breakDown(kind);
    const unseeing = why === 'denied' ? failing(kind, denied) : unnamed(kind);
    at(24 * 60 - 1);
    await expect(world.reconcile(unseeing)).rejects.toThrow(id);
    expect(world.counted).toEqual(['ReconcileFailed']);
    at(24 * 60);
    await world.reconcile(unseeing).catch(() => undefined); // its mark cannot be looked for either
    expect(await world.issuances.open()).toEqual([]);
    expect(await world.issuances.get(id)).toMatchObject({ status: 'abandoned' });
    expect(world.counted.filter((metric) => metric === 'IssuanceAbandoned')).toHaveLength(1);
    const said = { type: 'failed', revocationId: id, data: { reason: 'could-not-be-looked-at' } };
    expect(world.audit).toMatchObject([said]);
    at(24 * 60 + 5);
    await world.reconcile(unseeing).catch(() => undefined);
    expect(world.audit).toHaveLength(1);
  });

  it('for any other reason is looked for until somebody can', async () => {
    const { id } = await breakDown(kind);
    at(3 * 24 * 60);
    await expect(world.reconcile(failing(kind, new Error('away')))).rejects.toThrow(id);
    expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
  });
});

describe('what is gone with all that it was in', () => {
  const closes = async (id: string, with_?: Partial<IssueDeps>) => {
    at(11);
    expect(await world.reconcile(with_)).toMatchObject({ waiting: 1, problems: {} });
    at(16);
    expect(await world.reconcile(with_)).toMatchObject({ closed: 1, problems: {} });
    expect(await world.issuances.get(id)).toMatchObject({ status: 'abandoned' });
  };

  it('is closed: a user', async () => {
    const once = {
      ...world.aws.clients,
      iam: () => {
        throw new Error('died');
      },
    };
    await expect(world.issue(world.requests.accessKey, { once })).rejects.toThrow('died');
    const [issuance] = await world.issuances.open();
    await world.aws.admin.iam.send(new DeleteUserCommand({ UserName: 'ada' }));
    await closes(issuance?.id ?? '');
  });

  it('is closed: a user pool', async () => {
    const { id } = await breakDown('oauthClient');
    const gone = new ResourceNotFoundException({ message: 'no such pool', $metadata: {} });
    await closes(id, failing('oauthClient', gone));
  });
});

describe('two passes at once', () => {
  it.each(kinds)('make no trouble of an %s that both look after', async (kind) => {
    await breakDown(kind);
    at(11);
    await Promise.all([world.reconcile(), world.reconcile(), world.reconcile()]);
    expect(world.counted).not.toContain('ReconcileFailed');
    expect(await world.due()).toEqual([await lastMade()]);
    expect(await world.issuances.open()).toEqual([]);
  });

  it('of which one finds nothing, and the other one did before', async () => {
    await breakDown('apiKey');
    for (const minutes of [11, 16]) {
      at(minutes);
      await Promise.all([world.reconcile(blind('apiKey')), world.reconcile(blind('apiKey'))]);
    }
    expect(world.counted).not.toContain('ReconcileFailed');
    expect(await world.issuances.open()).toEqual([]);
  });
});

it('a mark within a name is nobody’s', async () => {
  const { id } = await breakDown('apiKey');
  const client = { UserPoolId: world.pool, ClientName: `${id} shop` };
  await world.aws.admin.cognito.send(new CreateUserPoolClientCommand(client));
  at(11);
  expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
  expect((await world.due()).map(({ kind }) => kind)).toEqual(['api-gateway-key']);
});

describe('trouble', () => {
  it('with one of them does not keep the others from being looked at, and is said in the end', async () => {
    const broken = await breakDown('accessKey');
    vi.spyOn(world.registry, 'issued').mockRejectedValueOnce(new Error('died'));
    await expect(world.issue(world.requests.apiKey)).rejects.toThrow();
    at(11);
    await expect(world.reconcile(failing('accessKey', new Error('no')))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: expect.stringContaining(broken.id),
    });
    expect((await world.due()).map(({ kind }) => kind)).toEqual(['api-gateway-key']);
    expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
  });
});
