import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { decodedDocument } from '../../functions/credentials/deny-all-policy.ts';
import { IamAssumedSessionRevoker } from '../../functions/credentials/iam-assumed-session.ts';
import type { Credential, IamAssumedSession } from '../../functions/domain/credential.ts';
import { logged } from './call-log.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { FakeCloudTrail, fakeCloudTrail } from './fake-cloud-trail.ts';
import { accountTrust, addRole, deleteRole } from './role-worlds.ts';
import { home, inMemory, onEveryStandIn, type StandIn } from './stand-ins.ts';
import { ada, addAccessKey, addApiKey, addUser, now, order } from './worlds.ts';

const denySessions = { ...order, action: 'deny-sessions' } as const;

const revokerOn = ({ clients }: Pick<StandIn, 'clients'>, assumedRoles = true) =>
  new IamAssumedSessionRevoker({ clients, home, settings: { assumedRoles }, now });

const sessionOf = (role: string, session?: string): IamAssumedSession => ({
  kind: 'iam-assumed-session',
  account: home.account,
  region: 'global',
  id: `${role}/${session ?? '*'}`,
  role,
  ...(session !== undefined && { session }),
});

onEveryStandIn((standIn) => {
  for (const session of ['deploy', undefined]) {
    describeRevokerContract(`iam-assumed-session ${session ?? 'of the whole role'}`, async () => {
      const aws = standIn();
      const role = await addRole(aws, { trust: accountTrust });
      return {
        revoker: revokerOn(aws),
        credential: sessionOf(role, session),
        order: denySessions,
        log: aws.log,
        // Found in CloudTrail, which moto does not serve: below, in memory.
        finds: [],
        ignores: [
          { for: 'everyone' },
          { for: 'subject', subjects: [ada] },
          { for: 'principal', principal: await addApiKey(aws) },
        ],
        missingAction: 'iam:GetRole',
        deletedByOthers: () => deleteRole(aws, role),
      };
    });
  }

  it('denies sessions of the name from before, whatever the action: the name may be chosen', async () => {
    const aws = standIn();
    const role = await addRole(aws);
    const revoker = revokerOn(aws);
    await revoker.revoke(sessionOf(role, 'deploy'), { ...order, action: 'deny-all' });
    const later = { ...denySessions, cutoff: '2026-03-01T12:00:00.001Z' };
    expect((await revoker.inspect(sessionOf(role, 'deploy'), denySessions)).state).toBe('dead');
    expect((await revoker.inspect(sessionOf(role, 'deploy'), later)).state).toBe('live');
    expect((await revoker.inspect(sessionOf(role, 'other'), denySessions)).state).toBe('live');
    expect((await revoker.inspect(sessionOf(role), denySessions)).state).toBe('live');
  });

  it('denies the whole role as AWS does when its sessions are revoked', async () => {
    const aws = standIn();
    const RoleName = await addRole(aws);
    await revokerOn(aws).deny(sessionOf(RoleName), denySessions);
    const get = new GetRolePolicyCommand({ RoleName, PolicyName: 'CutoffDenyOlderSessions' });
    const { PolicyDocument = '' } = await aws.admin.iam.send(get);
    const [statement] = JSON.parse(decodedDocument(PolicyDocument)).Statement;
    expect(statement.Condition).toEqual({
      DateLessThan: { 'aws:TokenIssueTime': '2026-03-01T12:00:00.000Z' },
    });
  });

  it('tells the facts of the role as it is now', async () => {
    const aws = standIn();
    const role = await addRole(aws, { tags: [{ Key: 'cutoff:protected', Value: 'true' }] });
    expect(await revokerOn(aws).describe(sessionOf(role, 'deploy'))).toEqual({
      arn: `arn:aws:iam::${home.account}:role/federated/${role}`,
      name: role,
      tags: { 'cutoff:protected': 'true' },
    });
  });
});

const arnOf = (role: string, account = home.account, path = '/') =>
  `arn:aws:iam::${account}:role${path}${role}`;

interface Assumed {
  readonly with: string;
  readonly roleArn: string;
  readonly session?: string;
  readonly made?: string;
  readonly at?: string;
}

const assumed = ({ with: accessKeyId, roleArn, session = 'deploy', made = 'ASIANEW', at }: Assumed) => ({
  eventName: 'AssumeRole',
  eventTime: at ?? '2026-03-01T11:00:00Z',
  userIdentity: { accessKeyId },
  requestParameters: { roleArn, roleSessionName: session },
  responseElements: { credentials: { accessKeyId: made, sessionToken: 'a secret' } },
});

const withTrail = () => {
  const aws = inMemory();
  const trail = new FakeCloudTrail();
  const client = logged(new CloudTrailClient(home), aws.log, fakeCloudTrail(trail));
  return { aws, trail, revoker: revokerOn({ clients: { ...aws.clients, cloudTrail: () => client } }) };
};

const found = (revoker: IamAssumedSessionRevoker, principal: Credential) =>
  Array.fromAsync(revoker.discover({ for: 'principal', principal }));

it('finds what was assumed with every key of a user, once each', async () => {
  const { aws, trail, revoker } = withTrail();
  const user = await addUser(aws);
  const keys = [await addAccessKey(aws, user), await addAccessKey(aws, user)];
  for (const { id } of [...keys, ...keys]) {
    trail.record(assumed({ with: id, roleArn: arnOf('admin', home.account, '/ops/'), session: `by-${id}` }));
  }
  expect(await found(revoker, user)).toEqual(
    keys.map(({ id }) => ({
      credential: sessionOf('admin', `by-${id}`),
      facts: { arn: 'arn:aws:iam::123456789012:role/ops/admin', name: 'admin', tags: {} },
    })),
  );
});

it('finds what was assumed with one key, and not with the other', async () => {
  const { aws, trail, revoker } = withTrail();
  const user = await addUser(aws);
  const [leaked, other] = [await addAccessKey(aws, user), await addAccessKey(aws, user)];
  trail.record(assumed({ with: leaked.id, roleArn: arnOf('admin') }));
  trail.record(assumed({ with: other.id, roleArn: arnOf('backup') }));
  expect((await found(revoker, leaked)).map(({ credential }) => credential.id)).toEqual(['admin/deploy']);
});

it('looks no further back than a session token can last', async () => {
  const { aws, trail, revoker } = withTrail();
  const key = await addAccessKey(aws, await addUser(aws));
  trail.record(assumed({ with: key.id, roleArn: arnOf('old'), at: '2026-02-27T23:59:59Z' }));
  trail.record(assumed({ with: key.id, roleArn: arnOf('recent'), at: '2026-02-28T00:00:00Z' }));
  expect((await found(revoker, key)).map(({ credential }) => credential.role)).toEqual(['recent']);
});

it('tells a role of another account, and one that cannot be modified', async () => {
  const { aws, trail, revoker } = withTrail();
  const key = await addAccessKey(aws, await addUser(aws));
  const reserved = '/aws-reserved/sso.amazonaws.com/';
  trail.record(
    assumed({ with: key.id, roleArn: arnOf('admin', '210987654321'), at: '2026-03-01T11:00:02Z' }),
  );
  trail.record(assumed({ with: key.id, roleArn: arnOf('admin'), at: '2026-03-01T11:00:01Z' }));
  trail.record(assumed({ with: key.id, roleArn: arnOf('sso', home.account, reserved) }));
  const all = await found(revoker, key);
  expect(all.map(({ credential: { account, id }, facts }) => [account, id, facts.doubt])).toEqual([
    ['210987654321', 'admin/deploy', undefined],
    [home.account, 'admin/deploy', undefined],
    [home.account, 'sso/deploy', 'role-cannot-be-modified'],
  ]);
});

it('finds nothing under a user that is gone or has no key, and asks CloudTrail nothing', async () => {
  const { aws, revoker } = withTrail();
  const user = await addUser(aws);
  expect(await found(revoker, user)).toEqual([]);
  expect(await found(revoker, { ...user, id: 'nobody' })).toEqual([]);
  expect(aws.log.calls).not.toContain('LookupEvents');
});

it('asks nothing at all where the settings say so', async () => {
  const aws = inMemory();
  const key = await addAccessKey(aws, await addUser(aws));
  const revoker = revokerOn(aws, false);
  expect(revoker.isConfigured).toBe(false);
  expect(await found(revoker, key)).toEqual([]);
  expect(aws.log.calls).toEqual([]);
});
