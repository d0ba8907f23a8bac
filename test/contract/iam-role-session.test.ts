import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { decodedDocument } from '../../functions/credentials/deny-all-policy.ts';
import { IamRoleSessionRevoker } from '../../functions/credentials/iam-role-session.ts';
import { pruneRoleDenies } from '../../functions/credentials/prune-role-denies.ts';
import { denyAllName } from '../../functions/credentials/role-deny-policy.ts';
import type { IamRoleSession } from '../../functions/domain/credential.ts';
import type { RoleSessionsSettings } from '../../functions/domain/credential-settings.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { accountTrust, addRole, deleteRole } from './role-worlds.ts';
import { home, inMemory, onEveryStandIn, type StandIn } from './stand-ins.ts';
import { ada, addUser, order } from './worlds.ts';

const denyAll = { ...order, action: 'deny-all' } as const;
const denySessions = { ...order, action: 'deny-sessions' } as const;

const configured = (role: string, more: Partial<RoleSessionsSettings> = {}): RoleSessionsSettings => ({
  role,
  by: 'session-name',
  names: 'email',
  ...more,
});

const revokerOn = ({ clients }: StandIn, ...roleSessions: RoleSessionsSettings[]) =>
  new IamRoleSessionRevoker({ clients, home, settings: { roleSessions } });

const sessionsOf = (role: string, value: string = ada.email): IamRoleSession => ({
  kind: 'iam-role-session',
  account: home.account,
  region: 'global',
  id: `${role}/session-name/${value}`,
  role,
  by: 'session-name',
  value,
});

const policiesOf = async ({ admin }: StandIn, RoleName: string): Promise<Record<string, unknown>> => {
  const { PolicyNames = [] } = await admin.iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument = '' } = await admin.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return [PolicyName, JSON.parse(decodedDocument(PolicyDocument))];
  });
  return Object.fromEntries(await Promise.all(documents));
};

onEveryStandIn((standIn) => {
  describeRevokerContract('iam-role-session', async () => {
    const aws = standIn();
    const role = await addRole(aws);
    return {
      revoker: revokerOn(aws, configured(role)),
      credential: sessionsOf(role),
      order: denyAll,
      log: aws.log,
      finds: [{ for: 'subject', subjects: [ada] }],
      ignores: [
        { for: 'everyone' },
        { for: 'subject', subjects: [{ format: 'opaque', id: 'ada' }] },
        { for: 'principal', principal: await addUser(aws) },
      ],
      missingAction: 'iam:GetRole',
      deletedByOthers: () => deleteRole(aws, role),
    };
  });

  it('denies this person alone, on this role alone', async () => {
    const aws = standIn();
    const [role, other] = [await addRole(aws), await addRole(aws)];
    const revoker = revokerOn(aws, configured(role), configured(other));
    await revoker.revoke(sessionsOf(role), denyAll);
    const { Role } = await aws.admin.iam.send(new GetRoleCommand({ RoleName: role }));
    expect(Object.values(await policiesOf(aws, role))).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'CutoffDeny',
            Effect: 'Deny',
            Action: '*',
            Resource: '*',
            Condition: { StringEqualsIgnoreCase: { 'aws:userid': `${Role?.RoleId}:ada@example.com` } },
          },
        ],
      },
    ]);
    for (const untouched of [sessionsOf(other), sessionsOf(role, 'bob@example.com')]) {
      expect((await revoker.inspect(untouched, denyAll)).state).toBe('live');
    }
  });

  it('ends sessions from before a time that only grows, and leaves that be when the person is restored', async () => {
    const aws = standIn();
    const role = await addRole(aws);
    const revoker = revokerOn(aws, configured(role));
    const session = sessionsOf(role);
    const later = { ...denySessions, cutoff: '2026-03-01T13:00:00.000Z' };
    await revoker.revoke(session, later);
    await revoker.revoke(session, denySessions);
    expect((await revoker.inspect(session, later)).state).toBe('dead');
    await revoker.revoke(session, denyAll);
    await revoker.restore(session);
    expect((await revoker.inspect(session, denyAll)).state).toBe('live');
    expect((await revoker.inspect(session, later)).state).toBe('dead');
    const muchLater = { ...denySessions, cutoff: '2026-03-01T14:00:00.000Z' };
    expect((await revoker.inspect(session, muchLater)).state).toBe('live');
    await revoker.revoke(session, muchLater);
    expect((await revoker.inspect(session, muchLater)).state).toBe('dead');
  });

  it("takes away no policy of somebody else's, and does not believe it", async () => {
    const aws = standIn();
    const role = await addRole(aws);
    const revoker = revokerOn(aws, configured(role));
    const session = sessionsOf(role);
    const PolicyName = denyAllName(session);
    const theirs = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
    const put = { RoleName: role, PolicyName, PolicyDocument: JSON.stringify(theirs) };
    await aws.admin.iam.send(new PutRolePolicyCommand(put));
    expect((await revoker.inspect(session, denyAll)).state).toBe('live');
    await revoker.restore(session);
    expect(await policiesOf(aws, role)).toEqual({ [PolicyName]: theirs });
    await revoker.revoke(session, denyAll);
    expect((await revoker.inspect(session, denyAll)).state).toBe('dead');
    await aws.admin.iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName }));
    expect((await revoker.inspect(session, denyAll)).state).toBe('live');
  });

  it('is pruned of denies that are over, and of no others', async () => {
    const aws = standIn();
    const role = await addRole(aws);
    const revoker = revokerOn(aws, configured(role));
    const session = sessionsOf(role);
    await revoker.revoke(session, denyAll);
    await revoker.revoke(session, denySessions);
    const nextDay = () => new Date('2026-03-02T13:00:00.001Z');
    expect(await pruneRoleDenies({ clients: aws.clients, home, now: nextDay })).toBeGreaterThan(0);
    expect(Object.keys(await policiesOf(aws, role))).toEqual([denyAllName(session)]);
  });

  it('says whose the sessions are, by the facts of their role', async () => {
    const aws = standIn();
    const role = await addRole(aws, { tags: [{ Key: 'team', Value: 'data' }] });
    const revoker = revokerOn(aws, configured(role));
    const facts = {
      arn: `arn:aws:iam::${home.account}:role/federated/${role}`,
      name: role,
      tags: { team: 'data' },
      inherentOwners: ['email:ada@example.com'],
    };
    const subjects = [{ format: 'email', email: 'Ada@Example.com' } as const, ada];
    expect(await Array.fromAsync(revoker.discover({ for: 'subject', subjects }))).toEqual([
      { credential: sessionsOf(role), facts },
    ]);
    expect(await revoker.describe(sessionsOf(role))).toEqual(facts);
  });

  it('doubts a name that the trust policy lets callers choose', async () => {
    const aws = standIn();
    const role = await addRole(aws, { trust: accountTrust });
    const revoker = revokerOn(aws, configured(role));
    const found = await Array.fromAsync(revoker.discover({ for: 'subject', subjects: [ada] }));
    expect(found.map(({ facts }) => facts.doubt)).toEqual(['session-name-not-vouched-for']);
    expect((await revoker.describe(sessionsOf(role)))?.doubt).toBe('session-name-not-vouched-for');
  });
});

const foundFor = async (revoker: IamRoleSessionRevoker, ...subjects: Parameters<typeof idsIn>) =>
  (await Array.fromAsync(revoker.discover({ for: 'subject', subjects: idsIn(...subjects) }))).map(
    ({ credential, facts }) => [credential.by, credential.value, facts.inherentOwners?.[0]],
  );

const idsIn = (...ids: string[]) => ids.map((id) => ({ format: 'opaque', id }) as const);

it('looks for ids where the settings say that names are ids, an address among them', async () => {
  const aws = inMemory();
  const role = await addRole(aws);
  const settings = { by: 'source-identity', names: 'opaque' } as const;
  const other = configured('other', { by: 'source-identity' });
  const revoker = revokerOn(aws, other, configured(role), configured(role, settings));
  expect(await foundFor(revoker, 'Ada', 'ada@example.com')).toEqual([
    ['source-identity', 'Ada', 'opaque:Ada'],
    ['source-identity', 'ada@example.com', 'opaque:ada@example.com'],
  ]);
  const credential = {
    ...sessionsOf(role),
    id: `${role}/source-identity/ada@example.com`,
    by: 'source-identity',
  } as const;
  expect((await revoker.describe(credential))?.inherentOwners).toEqual(['opaque:ada@example.com']);
});

it('finds nothing under a name that no session can carry, or on a role that is not there', async () => {
  const aws = inMemory();
  const role = await addRole(aws);
  const names = { names: 'opaque' } as const;
  const revoker = revokerOn(aws, configured(role, names), configured('gone', names));
  expect(await foundFor(revoker, 'a', '*', "o'hara", 'x'.repeat(65), 'ada')).toEqual([
    ['session-name', 'ada', 'opaque:ada'],
  ]);
});

it('asks nothing of IAM where the settings name no role', async () => {
  const aws = inMemory();
  const revoker = revokerOn(aws);
  expect(revoker.isConfigured).toBe(false);
  expect(await Array.fromAsync(revoker.discover({ for: 'subject', subjects: [ada] }))).toEqual([]);
  expect(aws.log.calls).toEqual([]);
});

it('says which role is full, and does not try again', async () => {
  const aws = inMemory();
  const role = await addRole(aws);
  const full = { RoleName: role, PolicyName: 'theirs', PolicyDocument: 'x'.repeat(10_200) };
  await aws.admin.iam.send(new PutRolePolicyCommand(full));
  await expect(revokerOn(aws, configured(role)).deny(sessionsOf(role), denyAll)).rejects.toMatchObject({
    code: 'limit-exceeded',
    retryable: false,
    message: expect.stringContaining(role),
  });
});

it.each(['/aws-reserved/sso.amazonaws.com/eu-west-1/', '/aws-service-role/ecs.amazonaws.com/'])(
  'knows that a role under %s cannot be modified, and does not try again',
  async (path) => {
    const aws = inMemory();
    const role = await addRole(aws, { path, trust: accountTrust });
    const revoker = revokerOn(aws, configured(role));
    const [found] = await Array.fromAsync(revoker.discover({ for: 'subject', subjects: [ada] }));
    expect(found?.facts.doubt).toBe('role-cannot-be-modified');
    await expect(revoker.deny(sessionsOf(role), denyAll)).rejects.toMatchObject({
      code: 'invalid-input',
      retryable: false,
      message: expect.stringContaining(role),
    });
  },
);
