import * as iam from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  awsDenyAllArn,
  denyAllDocument,
  denyAllName,
} from '../../../functions/credentials/deny-all-policy.ts';
import {
  deniedBeforeIn,
  denySessionsDocument,
  denySessionsName,
} from '../../../functions/credentials/deny-sessions-policy.ts';
import { IamUserRevoker } from '../../../functions/credentials/iam-user.ts';

const aws = mockClient(iam.IAMClient);
const client = new iam.IAMClient({ region: 'eu-west-1' });
const home = { account: '123456789012', region: 'eu-west-1' };
const revoker = new IamUserRevoker({ iam: () => client }, home);
const ada = { kind: 'iam-user', account: '123456789012', region: 'global', id: 'ada' } as const;
const denyAll = { revocationId: 'rev-1', action: 'deny-all', cutoff: '2026-03-02T09:00:00.000Z' } as const;
const denySessions = { ...denyAll, action: 'deny-sessions' } as const;
const PolicyArn = awsDenyAllArn('eu-west-1');
const foreign = '{"Version":"2012-10-17","Statement":[]}';

const $metadata = {};
const noSuchEntity = new iam.NoSuchEntityException({ message: 'gone', $metadata });
const limitExceeded = new iam.LimitExceededException({ message: 'full', $metadata: { httpStatusCode: 409 } });

const inlineIs = (document: string) =>
  aws.on(iam.GetUserPolicyCommand).resolves({ PolicyDocument: encodeURIComponent(document) });
const attachedAre = (...arns: string[]) =>
  aws
    .on(iam.ListAttachedUserPoliciesCommand)
    .resolves({ AttachedPolicies: arns.map((arn) => ({ PolicyArn: arn })) });

beforeEach(() => {
  aws.reset();
  aws.onAnyCommand().resolves({});
  aws.on(iam.GetUserPolicyCommand).rejects(noSuchEntity);
  attachedAre();
});

describe('inspect', () => {
  it('is dead by our inline policy, which is never part of the original', async () => {
    inlineIs(denyAllDocument);
    const { state, original } = await revoker.inspect(ada, denyAll);
    expect({ state, original }).toEqual({ state: 'dead', original: { denyAllAttached: false } });
  });

  it('is live under another document with our name, and remembers it', async () => {
    inlineIs(foreign);
    expect(await revoker.inspect(ada, denyAll)).toEqual({
      state: 'live',
      level: 'control-plane',
      observed: 'iam:GetUserPolicy another CutoffDenyAll, iam:ListAttachedUserPolicies no AWSDenyAll',
      original: { denyAllAttached: false, replacedPolicy: foreign },
    });
  });

  it('is dead by AWSDenyAll, on whatever page it stands', async () => {
    aws
      .on(iam.ListAttachedUserPoliciesCommand)
      .resolves({
        AttachedPolicies: [{ PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
        IsTruncated: true,
        Marker: '2',
      })
      .on(iam.ListAttachedUserPoliciesCommand, { Marker: '2' })
      .resolves({ AttachedPolicies: [{ PolicyArn }] });
    expect(await revoker.inspect(ada, denyAll)).toMatchObject({
      state: 'dead',
      original: { denyAllAttached: true },
    });
  });
});

describe('deny', () => {
  it('attaches AWSDenyAll where no inline policy fits any more', async () => {
    aws.on(iam.PutUserPolicyCommand).rejects(limitExceeded);
    expect(await revoker.deny(ada, denyAll)).toBe('denied');
    expect(aws.commandCalls(iam.AttachUserPolicyCommand, { UserName: 'ada', PolicyArn })).toHaveLength(1);
  });

  it('attaches nothing where the inline policy fits', async () => {
    await revoker.deny(ada, denyAll);
    expect(aws.commandCalls(iam.AttachUserPolicyCommand)).toHaveLength(0);
  });

  it('says limit-exceeded where neither fits: waiting will not help', async () => {
    aws
      .on(iam.PutUserPolicyCommand)
      .rejects(limitExceeded)
      .on(iam.AttachUserPolicyCommand)
      .rejects(limitExceeded);
    await expect(revoker.deny(ada, denyAll)).rejects.toMatchObject({
      code: 'limit-exceeded',
      retryable: false,
    });
  });

  it('does not take a missing AWSDenyAll for a missing user', async () => {
    aws
      .on(iam.PutUserPolicyCommand)
      .rejects(limitExceeded)
      .on(iam.AttachUserPolicyCommand)
      .rejects(noSuchEntity);
    await expect(revoker.revoke(ada, denyAll)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('has nothing to deny for a user that is gone', async () => {
    aws.on(iam.PutUserPolicyCommand).rejects(noSuchEntity);
    expect(await revoker.deny(ada, denyAll)).toBe('nothing-to-deny');
  });

  it('is tried again when somebody else changes the user at the same time', async () => {
    const busy = new iam.EntityTemporarilyUnmodifiableException({ message: 'busy', $metadata });
    aws.on(iam.PutUserPolicyCommand).rejects(busy);
    await expect(revoker.deny(ada, denyAll)).rejects.toMatchObject({ code: 'conflict', retryable: true });
  });
});

it.each([
  ['cn-north-1', 'arn:aws-cn:iam::aws:policy/AWSDenyAll'],
  ['us-gov-west-1', 'arn:aws-us-gov:iam::aws:policy/AWSDenyAll'],
])('takes AWSDenyAll of the partition that the client in %s works in', async (region, arn) => {
  const there = new iam.IAMClient({ region });
  aws.on(iam.PutUserPolicyCommand).rejects(limitExceeded);
  await new IamUserRevoker({ iam: () => there }, { ...home, region }).deny(ada, denyAll);
  expect(aws.commandCalls(iam.AttachUserPolicyCommand, { PolicyArn: arn })).toHaveLength(1);
});

describe('remove', () => {
  const names = () => aws.calls().map((call) => call.args[0].constructor.name.replace(/Command$/, ''));

  it('takes a user that is gone for removed', async () => {
    aws.onAnyCommand().rejects(noSuchEntity);
    expect(await revoker.remove(ada)).toBe('removed');
  });

  it('deletes no virtual device of a security key or a hardware token', async () => {
    const serials = [
      'arn:aws:iam::123456789012:mfa/ada',
      'arn:aws:iam::123456789012:u2f/user/ada/key',
      'GAHT12345678',
    ];
    const MFADevices = serials.map((SerialNumber) => ({
      UserName: 'ada',
      SerialNumber,
      EnableDate: new Date(0),
    }));
    aws.on(iam.ListMFADevicesCommand).resolves({ MFADevices });
    await revoker.remove(ada);
    expect(aws.commandCalls(iam.DeactivateMFADeviceCommand)).toHaveLength(3);
    const deleted = aws.commandCalls(iam.DeleteVirtualMFADeviceCommand).map((call) => call.args[0].input);
    expect(deleted).toEqual([{ SerialNumber: serials[0] }]);
  });

  it('leaves AWSDenyAll, too, until nothing else is left', async () => {
    attachedAre(PolicyArn, 'arn:aws:iam::aws:policy/ReadOnlyAccess');
    aws.on(iam.ListUserPoliciesCommand).resolves({ PolicyNames: [denyAllName, 'other'] });
    await revoker.remove(ada);
    expect(
      aws.commandCalls(iam.DeleteUserPolicyCommand).map((call) => call.args[0].input.PolicyName),
    ).toEqual(['other', denyAllName]);
    expect(aws.commandCalls(iam.DetachUserPolicyCommand).map((call) => call.args[0].input.PolicyArn)).toEqual(
      ['arn:aws:iam::aws:policy/ReadOnlyAccess', PolicyArn],
    );
  });

  it('leaves the permissions boundary to DeleteUser: without it the user might be allowed more', async () => {
    await revoker.remove(ada);
    expect(names()).not.toContain('DeleteUserPermissionsBoundary');
    expect(names().at(-1)).toBe('DeleteUser');
  });

  it('is tried again where somebody adds something meanwhile', async () => {
    const conflict = new iam.DeleteConflictException({ message: 'delete others first', $metadata });
    aws.on(iam.DeleteUserCommand).rejects(conflict);
    await expect(revoker.remove(ada)).rejects.toMatchObject({ retryable: true });
  });
});

describe('restore', () => {
  const ours = { PolicyDocument: encodeURIComponent(denyAllDocument) };

  it('takes ours away, and leaves an AWSDenyAll beside it to whoever attached it meanwhile', async () => {
    aws.on(iam.GetUserPolicyCommand).resolves(ours);
    await revoker.restore(ada, { denyAllAttached: false });
    expect(aws.commandCalls(iam.DeleteUserPolicyCommand, { PolicyName: denyAllName })).toHaveLength(1);
    expect(aws.commandCalls(iam.DetachUserPolicyCommand)).toHaveLength(0);
  });

  it('detaches AWSDenyAll where ours had no room', async () => {
    aws.on(iam.GetUserPolicyCommand).rejects(noSuchEntity);
    await revoker.restore(ada, { denyAllAttached: false });
    expect(aws.commandCalls(iam.DetachUserPolicyCommand, { PolicyArn })).toHaveLength(1);
  });

  it('leaves AWSDenyAll where it was attached before us', async () => {
    aws.on(iam.GetUserPolicyCommand).rejects(noSuchEntity);
    await revoker.restore(ada, { denyAllAttached: true });
    expect(aws.commandCalls(iam.DetachUserPolicyCommand)).toHaveLength(0);
  });

  it('puts the document back that stood under our name', async () => {
    aws.on(iam.GetUserPolicyCommand).resolves(ours);
    await revoker.restore(ada, { denyAllAttached: false, replacedPolicy: foreign });
    expect(aws.commandCalls(iam.PutUserPolicyCommand, { PolicyDocument: foreign })).toHaveLength(1);
    expect(aws.commandCalls(iam.DeleteUserPolicyCommand)).toHaveLength(0);
  });
});

describe('discover', () => {
  it('reads every page of the account', async () => {
    aws
      .on(iam.GetAccountAuthorizationDetailsCommand)
      .resolves({ UserDetailList: [{ UserName: 'a' }, { UserName: 'b' }], IsTruncated: true, Marker: '2' })
      .on(iam.GetAccountAuthorizationDetailsCommand, { Marker: '2' })
      .resolves({ UserDetailList: [], IsTruncated: true, Marker: '3' })
      .on(iam.GetAccountAuthorizationDetailsCommand, { Marker: '3' })
      .resolves({ UserDetailList: [{ UserName: 'c' }] });
    const found = await Array.fromAsync(revoker.discover({ for: 'everyone' }));
    expect(found.map(({ credential }) => credential.id)).toEqual(['a', 'b', 'c']);
    const [first] = aws.commandCalls(iam.GetAccountAuthorizationDetailsCommand);
    expect(first?.args[0].input).toMatchObject({ Filter: ['User'], MaxItems: 1000 });
  });
});

describe('describe', () => {
  it('always names the user: without a name IAM would describe the caller', async () => {
    aws.on(iam.GetUserCommand).rejects(noSuchEntity);
    expect(await revoker.describe(ada)).toBeUndefined();
    expect(aws.commandCalls(iam.GetUserCommand)[0]?.args[0].input).toEqual({ UserName: 'ada' });
  });
});

describe('deny-sessions', () => {
  const deniedUntil = (time: string) => inlineIs(denySessionsDocument(time));
  const put = () => aws.commandCalls(iam.PutUserPolicyCommand).map((call) => call.args[0].input);

  it('denies what was minted before the cutoff, and not the long-term keys', async () => {
    expect(await revoker.deny(ada, denySessions)).toBe('denied');
    expect(put()).toEqual([
      { UserName: 'ada', PolicyName: denySessionsName, PolicyDocument: expect.any(String) },
    ]);
    expect(JSON.parse(put()[0]?.PolicyDocument ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'CutoffDenySessions',
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': denySessions.cutoff } },
        },
      ],
    });
  });

  it('never moves an earlier deny back, and sees it as enough', async () => {
    deniedUntil('2026-03-02T09:00:00.001Z');
    expect(await revoker.deny(ada, denySessions)).toBe('denied');
    expect(put()).toEqual([]);
    expect(await revoker.inspect(ada, denySessions)).toMatchObject({ state: 'dead' });
  });

  it('is live where the deny ends too early, or is not ours', async () => {
    deniedUntil('2026-03-02T08:59:59.999Z');
    expect(await revoker.inspect(ada, denySessions)).toMatchObject({ state: 'live' });
    inlineIs(foreign);
    expect(await revoker.inspect(ada, denySessions)).toMatchObject({ state: 'live' });
    await revoker.revoke(ada, denySessions);
    expect(put()).toHaveLength(1);
  });

  it('attaches AWSDenyAll for want of room: the safe side', async () => {
    aws.on(iam.PutUserPolicyCommand).rejects(limitExceeded);
    expect(await revoker.deny(ada, denySessions)).toBe('denied');
    expect(aws.commandCalls(iam.AttachUserPolicyCommand, { UserName: 'ada', PolicyArn })).toHaveLength(1);
  });

  it('attaches nothing where the deny of sessions fits', async () => {
    await revoker.revoke(ada, denySessions);
    expect(aws.commandCalls(iam.AttachUserPolicyCommand)).toHaveLength(0);
  });

  it('says limit-exceeded where neither fits: waiting will not help', async () => {
    aws
      .on(iam.PutUserPolicyCommand)
      .rejects(limitExceeded)
      .on(iam.AttachUserPolicyCommand)
      .rejects(limitExceeded);
    const failure = { code: 'limit-exceeded', retryable: false };
    await expect(revoker.revoke(ada, denySessions)).rejects.toMatchObject(failure);
  });

  it('is dead under AWSDenyAll, and tells that only an operator detaches it', async () => {
    attachedAre(PolicyArn);
    expect(await revoker.inspect(ada, denySessions)).toEqual({
      state: 'dead',
      level: 'control-plane',
      observed:
        'iam:GetUserPolicy sessions denied before no time, iam:ListAttachedUserPolicies AWSDenyAll: the whole user is denied until an operator detaches it',
      original: {},
    });
  });

  it('is live under any other managed policy', async () => {
    attachedAre('arn:aws:iam::aws:policy/ReadOnlyAccess');
    expect(await revoker.inspect(ada, denySessions)).toMatchObject({
      state: 'live',
      observed: 'iam:GetUserPolicy sessions denied before no time',
    });
  });

  it('puts its own deny beside an AWSDenyAll, which whoever attached it may detach', async () => {
    attachedAre(PolicyArn);
    await revoker.revoke(ada, denySessions);
    expect(put()).toHaveLength(1);
  });

  it('finds a user that is gone to be gone', async () => {
    aws
      .on(iam.ListAttachedUserPoliciesCommand)
      .rejects(noSuchEntity)
      .on(iam.PutUserPolicyCommand)
      .rejects(noSuchEntity);
    expect(await revoker.inspect(ada, denySessions)).toMatchObject({ state: 'gone' });
    expect(await revoker.deny(ada, denySessions)).toBe('nothing-to-deny');
  });

  it.each([
    ['another action', denySessionsDocument('2026-03-02T09:00:00Z').replace('"*"', '"s3:*"')],
    ['an allow', denySessionsDocument('2026-03-02T09:00:00Z').replace('Deny"', 'Allow"')],
    ['no time', denySessionsDocument('soon')],
    ['no JSON', 'x'],
  ])('takes no time from a document with %s', (_, document) => {
    expect(deniedBeforeIn(document)).toBeUndefined();
  });
});
