import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import {
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { credentialKey } from '../../../functions/domain/credential.ts';
import type { Answer } from '../../../functions/issue/answer.ts';
import type { IssuedCredential } from '../../../functions/issue/issuer.ts';
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

const start = Date.parse('2026-03-02T09:00:00.000Z');
const at = (time: number) => new Date(time).toISOString();

let world: IssueWorld;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  world = await makeIssueWorld();
  await world.addUser('ada', { owner: ada.email });
});
afterEach(() => {
  vi.useRealTimers();
});

type Kind = keyof IssueWorld['requests'];
const kinds: readonly Kind[] = ['apiKey', 'accessKey', 'oauthClient'];

const credentialIn = async (answer: Answer): Promise<IssuedCredential> => {
  const all = await existing(world, ['ada']);
  const found = all.find(({ credential }) => answer.credential.endsWith(`:${credential.id}`));
  if (!found) throw new Error(`${answer.credential} does not exist`);
  return found.credential;
};

const named = (credential: IssuedCredential) => {
  const { kind, id } = credential;
  if (kind === 'iam-access-key') return { kind, id, user: credential.user };
  if (kind === 'cognito-app-client') return { kind, id: credential.client, pool: credential.pool };
  return { kind, id };
};

const issueOne = async (kind: Kind, more = {}) =>
  credentialIn(await world.issue({ ...world.requests[kind], ...more }));
const rotate = (credential: IssuedCredential, more = {}) =>
  world.issue({ rotate: named(credential), ...more });
const endOf = async (credential: IssuedCredential) => (await world.rowOf(credential))?.expiresAt;

describe.each(kinds)('%s', (kind) => {
  it('is followed by a new one of the same owner, and goes on for the overlap', async () => {
    const old = await issueOne(kind);
    vi.setSystemTime(start + day);
    const answer = await rotate(old);
    const next = await credentialIn(answer);
    expect(answer.secret).toBeTruthy();
    expect((await existing(world, ['ada'])).map(({ live }) => live)).toEqual([true, true]);
    expect(await world.rowOf(next)).toMatchObject({ owners: [adaKey], issuance: answer.issuanceId });
    expect(await endOf(old)).toBe(at(start + day + 24 * hour));
    expect(Date.parse(answer.expiresAt)).toBeGreaterThan(start + 2 * day);
  });

  it('ends at its own time where that comes before the end of the overlap', async () => {
    const old = await issueOne(kind, { days: 1 });
    vi.setSystemTime(start + 20 * hour);
    await rotate(old);
    expect(await endOf(old)).toBe(at(start + day));
  });

  it('ends now where no overlap is wanted, and is not due before', async () => {
    const old = await issueOne(kind);
    expect(await world.due()).toEqual([]);
    await rotate(old, { overlapHours: 0 });
    expect(await world.due()).toEqual([old]);
  });

  it('is rotated once for the same token', async () => {
    const old = await issueOne(kind);
    const first = await rotate(old, { clientToken: 'once' });
    expect(await rotate(old, { clientToken: 'once' })).toMatchObject({
      credential: first.credential,
      alreadyIssued: true,
    });
    expect((await existing(world, ['ada'])).length).toBe(2);
  });

  it('is not rotated while a revocation holds it down, nor for somebody who left, nor once it is over', async () => {
    const old = await issueOne(kind);
    await world.standing.hold({ credential: old, action: 'disable' }, 'rev-1', {});
    await expect(rotate(old)).rejects.toMatchObject({ field: 'request.rotate', message: /held down/ });
    await world.standing.release(old, 'rev-1');
    await world.losses.add([adaKey], ['*'], 'rev-2');
    await expect(rotate(old)).rejects.toMatchObject({ field: 'request.rotate', message: /has left/ });
    await world.losses.lift([adaKey], ['*'], 'rev-2');
    vi.setSystemTime(start + 400 * day);
    await expect(rotate(old)).rejects.toMatchObject({ field: 'request.rotate', message: /expired/ });
    expect((await existing(world, ['ada'])).length).toBe(1);
  });

  it('is not rotated where nobody is registered as its owner, or it is protected', async () => {
    const old = await issueOne(kind);
    const entry = { owners: [], entitlements: [], isProtected: false };
    await world.registry.assign(old, entry);
    await expect(rotate(old)).rejects.toMatchObject({ field: 'request.rotate' });
    await world.registry.assign(old, { ...entry, owners: [adaKey], isProtected: true });
    await expect(rotate(old)).rejects.toMatchObject({ message: expect.stringContaining('protected') });
    await world.registry.forget(old);
    await expect(rotate(old)).rejects.toMatchObject({ field: 'request.rotate' });
  });

  it('is not rotated while it is disputed whose it is', async () => {
    const old = await issueOne(kind);
    const claim = { owners: ['email:mallory@acme.example'], entitlements: [], isProtected: false };
    expect(await world.registry.register(old, claim)).toBe('disputed');
    await expect(rotate(old)).rejects.toMatchObject({
      field: 'request.rotate',
      message: expect.stringContaining('disputed'),
    });
    await world.registry.assign(old, { ...claim, owners: [adaKey] });
    await rotate(old);
  });

  it('lives on where the rotation breaks down late: somebody must have a key', async () => {
    const old = await issueOne(kind);
    const end = await endOf(old);
    const record = async () => {
      throw new Error('died');
    };
    await expect(world.issue({ rotate: named(old), overlapHours: 0 }, { record })).rejects.toThrow('died');
    vi.setSystemTime(start + hour);
    expect(await world.reconcile()).toMatchObject({ abandoned: 1 });
    expect(await endOf(old)).toBe(end);
    expect(await world.due()).not.toContainEqual(old);
  });

  it('ends by a reconcile where that cannot be written at once, and whoever asked has the new one', async () => {
    const old = await issueOne(kind);
    vi.spyOn(world.registry, 'endBy').mockRejectedValueOnce(new Error('died'));
    expect((await rotate(old)).secret).toBeTruthy();
    expect(await endOf(old)).not.toBe(at(start + 24 * hour));
    expect(await world.reconcile()).toMatchObject({ abandoned: 0, waiting: 0 });
    expect(await endOf(old)).toBe(at(start + 24 * hour));
    expect(await world.issuances.open()).toEqual([]);
  });

  it('ends when the more urgent of two rotations says', async () => {
    const old = await issueOne(kind);
    const issued = world.registry.issued.bind(world.registry);
    vi.spyOn(world.registry, 'issued').mockImplementationOnce(async (...given) => {
      await world.registry.endBy(old, at(start + hour)); // somebody else's, meanwhile
      return issued(...given);
    });
    await rotate(old);
    expect(await endOf(old)).toBe(at(start + hour));
  });

  it('overlaps for no longer than the settings allow', async () => {
    const old = await issueOne(kind);
    const longer = rotate(old, { overlapHours: 169 });
    await expect(longer).rejects.toMatchObject({ field: 'request.overlapHours' });
    await expect(rotate(old, { days: 1000 })).rejects.toMatchObject({ field: 'request.days' });
  });

  it('that somebody has disabled does not come back through a new one', async () => {
    const old = await issueOne(kind);
    const { apiGateway, iam, cognito } = world.aws.admin;
    if (old.kind === 'api-gateway-key') {
      const patchOperations = [{ op: 'replace', path: '/enabled', value: 'false' } as const];
      await apiGateway.send(new UpdateApiKeyCommand({ apiKey: old.id, patchOperations }));
    } else if (old.kind === 'iam-access-key') {
      const key = { UserName: old.user, AccessKeyId: old.id };
      await iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }));
    } else {
      const client = { UserPoolId: old.pool, ClientId: old.client };
      await cognito.send(new UpdateUserPoolClientCommand(client));
    }
    await expect(rotate(old)).rejects.toMatchObject({ field: 'request.rotate.id' });
  });
});

describe('an API key', () => {
  const entitlements = ['partners', 'beta'];

  it('keeps its name, its plans and what it is for', async () => {
    const old = await issueOne('apiKey', { name: 'shop', entitlements });
    const join = { usagePlanId: world.silver, keyId: old.id, keyType: 'API_KEY' };
    await world.aws.admin.apiGateway.send(new CreateUsagePlanKeyCommand(join));
    const next = await credentialIn(await rotate(old));
    expect(await plansOf(world, next.id)).toEqual([world.gold, world.silver]);
    expect(await world.rowOf(next)).toMatchObject({ entitlements });
  });

  it('is not rotated for what the settings do not name any more', async () => {
    const old = await issueOne('apiKey', { entitlements });
    const { apiKeys, ...others } = world.deps.settings;
    const settings = { ...others, ...(apiKeys && { apiKeys: { ...apiKeys, entitlements: ['beta'] } }) };
    const again = world.issue({ rotate: named(old) }, { settings });
    await expect(again).rejects.toMatchObject({ code: 'invalid-input', message: /entitlement/ });
  });

  it('is not rotated off a plan that the settings do not name', async () => {
    const old = await issueOne('apiKey');
    const { apiGateway } = world.aws.admin;
    const { id: usagePlanId } = await apiGateway.send(new CreateUsagePlanCommand({ name: 'platinum' }));
    const join = { usagePlanId, keyId: old.id, keyType: 'API_KEY' };
    await apiGateway.send(new CreateUsagePlanKeyCommand(join));
    await expect(rotate(old)).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('of several owners stays theirs together', async () => {
    const old = await issueOne('apiKey');
    const owners = [adaKey, 'opaque:acme-logistics'];
    await world.registry.assign(old, { owners, entitlements: [], isProtected: false });
    const next = await credentialIn(await rotate(old));
    expect(await world.rowOf(next)).toMatchObject({ owners });
    await world.losses.add(['opaque:acme-logistics'], ['*'], 'rev-1');
    await expect(rotate(next)).rejects.toMatchObject({ message: expect.stringContaining('has left') });
  });

  it('that was made by hand is rotated too, once somebody owns it; the old one ends after all', async () => {
    const create = new CreateApiKeyCommand({ name: 'by hand', enabled: true });
    const { id = '' } = await world.aws.admin.apiGateway.send(create);
    const old = { kind: 'api-gateway-key', ...world.deps.home, id } as const;
    await world.registry.register(old, { owners: [adaKey], entitlements: [], isProtected: false });
    await rotate(old);
    expect(await endOf(old)).toBe(at(start + 24 * hour));
  });
});

it('an access key may have a second one beside it only while it is rotated', async () => {
  const old = await issueOne('accessKey');
  const next = await credentialIn(await rotate(old));
  await expect(world.issue(world.requests.accessKey)).rejects.toMatchObject({ field: 'request.user' });
  await expect(rotate(next)).rejects.toMatchObject({ message: expect.stringContaining('two access keys') });
});

it('an app client keeps its name and scopes', async () => {
  const old = await issueOne('oauthClient', { name: 'shop', scopes: ['shop/write', 'shop/read'] });
  const { secret, issuanceId } = await rotate(old);
  const describe = { UserPoolId: world.pool, ClientId: secret?.clientId };
  const seen = await world.aws.admin.cognito.send(new DescribeUserPoolClientCommand(describe));
  expect(seen.UserPoolClient).toMatchObject({
    ClientName: `shop ${issuanceId}`,
    AllowedOAuthScopes: ['shop/write', 'shop/read'],
  });
});

it('is recorded with what it takes the place of', async () => {
  const old = await issueOne('apiKey');
  const { issuanceId } = await rotate(old);
  const endsAt = at(start + 24 * hour);
  expect(world.audit.at(-1)).toMatchObject({
    type: 'issued',
    data: { replaces: credentialKey(old), endsAt },
  });
  expect(await world.issuances.get(issuanceId)).toMatchObject({ replaces: { credential: old, endsAt } });
});
