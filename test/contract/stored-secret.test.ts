import {
  DeleteSecretCommand,
  RestoreSecretCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import type { StoredSecret } from '../../functions/domain/credential.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { onEveryStandIn, type StandIn } from './stand-ins.ts';
import {
  addSecret,
  described,
  holdsKey,
  otherPolicy,
  owner,
  policyOf,
  putPolicy,
  revokerOn,
  value,
} from './stored-secret-world.ts';
import { ada, addUser, order } from './worlds.ts';

onEveryStandIn((standIn) => {
  describeRevokerContract('stored-secret', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const SecretId = credential.id;
    return {
      revoker: revokerOn(aws),
      credential,
      order,
      log: aws.log,
      finds: [{ for: 'everyone' }, { for: 'subject', subjects: [ada] }],
      ignores: [{ for: 'principal', principal: await addUser(aws) }],
      missingAction: 'secretsmanager:DescribeSecret',
      cutByOthers: () => putPolicy(aws, credential, otherPolicy),
      deletedByOthers: async () => {
        const remove = { SecretId, ForceDeleteWithoutRecovery: true };
        await aws.admin.secretsManager.send(new DeleteSecretCommand(remove));
      },
    };
  });

  it('reads the same facts from the listing and from the secret itself', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const revoker = revokerOn(aws);
    const facts = {
      arn: credential.id,
      name: expect.stringMatching(/^partner-/),
      tags: { owner: ada.email, 'cutoff:holds': 'api-key' },
    };
    expect(await revoker.describe(credential)).toEqual(facts);
    expect(await Array.fromAsync(revoker.discover({ for: 'everyone' }))).toContainEqual({
      credential,
      facts,
    });
  });

  it('finds every secret that is tagged as holding a key, page by page, and no other', async () => {
    const aws = standIn();
    const ours = [await addSecret(aws), await addSecret(aws), await addSecret(aws)];
    const others = [
      await addSecret(aws, [owner]),
      await addSecret(aws, [owner, { Key: 'cutoff:holds', Value: 'api-key-of-ours' }]),
      await addSecret(aws, [
        { Key: 'cutoff:holds', Value: 'nothing' },
        { Key: 'team', Value: 'api-key' },
      ]),
    ];
    const found = await Array.fromAsync(revokerOn(aws).discover({ for: 'subject', subjects: [ada] }));
    const ids = found.map(({ credential }) => credential.id);
    expect(ids).toEqual(expect.arrayContaining(ours.map(({ id }) => id)));
    for (const { id } of others) expect(ids).not.toContain(id);
  });

  it('asks nothing where the settings do not name it', async () => {
    const aws = standIn();
    await addSecret(aws);
    const revoker = revokerOn(aws, false);
    expect(revoker.isConfigured).toBe(false);
    expect(await Array.fromAsync(revoker.discover({ for: 'everyone' }))).toEqual([]);
    expect(aws.log.calls).toEqual([]);
  });

  it('never asks for the value, and never shows it', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const revoker = revokerOn(aws);
    const before = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    const after = await revoker.inspect(credential, order);
    await revoker.restore(credential, before.original);
    await revoker.remove(credential);
    expect(aws.log.calls.filter((call) => call.endsWith('SecretValue'))).toEqual([]);
    expect(JSON.stringify([before, after])).not.toContain(value);
  });

  it('puts the denial beside what others wrote, and gives their text back byte for byte', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    await putPolicy(aws, credential, otherPolicy);
    const revoker = revokerOn(aws);
    const { original } = await revoker.inspect(credential, order);
    expect(await revoker.deny(credential, order)).toBe('denied');
    expect(await policyOf(aws, credential)).toMatch(/NoReader.*CutoffDeny/);
    expect(JSON.stringify((await revoker.inspect(credential, order)).original)).not.toContain('CutoffDeny');
    await revoker.restore(credential, original);
    expect(await policyOf(aws, credential)).toBe(otherPolicy);
  });

  it('keeps what others wrote into the policy meanwhile', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const revoker = revokerOn(aws);
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    const policy = JSON.parse((await policyOf(aws, credential)) ?? '');
    const theirs = JSON.parse(otherPolicy).Statement;
    await putPolicy(aws, credential, JSON.stringify({ ...policy, Statement: [...policy.Statement, theirs] }));
    await revoker.restore(credential, original);
    expect(JSON.parse((await policyOf(aws, credential)) ?? '').Statement).toEqual([theirs]);
  });

  it('does not touch a policy that our denial was taken out of', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const revoker = revokerOn(aws);
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    await putPolicy(aws, credential, otherPolicy);
    aws.log.calls.length = 0;
    await revoker.restore(credential, original);
    expect(aws.log.writes()).toEqual(['UntagResource']);
    expect(await policyOf(aws, credential)).toBe(otherPolicy);
  });

  it('leaves no policy and no mark where there was none', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const revoker = revokerOn(aws);
    const { original } = await revoker.inspect(credential, order);
    expect(original).toEqual({ policy: null });
    await revoker.revoke(credential, order);
    expect((await described(aws, credential)).Tags).toContainEqual({
      Key: 'cutoff:revoked',
      Value: order.cutoff,
    });
    await revoker.restore(credential, original);
    expect(await policyOf(aws, credential)).toBeUndefined();
    expect((await described(aws, credential)).Tags).toEqual([owner, holdsKey]);
  });

  it.each([
    [
      'the denial',
      'no CutoffDeny',
      (aws: StandIn, secret: StoredSecret) => putPolicy(aws, secret, otherPolicy),
    ],
    [
      'the mark',
      'not marked',
      async ({ admin }: StandIn, { id }: StoredSecret) => {
        const untag = new UntagResourceCommand({ SecretId: id, TagKeys: ['cutoff:revoked'] });
        await admin.secretsManager.send(untag);
      },
    ],
  ])('is live again, and says so, when somebody takes %s away', async (_, words, takeAway) => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const revoker = revokerOn(aws);
    await revoker.revoke(credential, order);
    await takeAway(aws, credential);
    const { state, observed } = await revoker.inspect(credential, order);
    expect(state).toBe('live');
    expect(observed).toContain(words);
  });

  it('takes a secret whose deletion is scheduled for gone, and leaves it so', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const revoker = revokerOn(aws);
    await aws.admin.secretsManager.send(new DeleteSecretCommand({ SecretId: credential.id }));
    const { DeletedDate } = await described(aws, credential);
    expect(await revoker.deny(credential, order)).toBe('nothing-to-deny');
    await revoker.revoke(credential, order);
    await revoker.restore(credential, { policy: otherPolicy });
    expect(await revoker.remove(credential)).toBe('removed');
    expect((await revoker.inspect(credential, order)).state).toBe('gone');
    expect(await revoker.describe(credential)).toBeUndefined();
    const listed = await Array.fromAsync(revoker.discover({ for: 'everyone' }));
    expect(listed.map((found) => found.credential.id)).not.toContain(credential.id);
    expect(aws.log.writes()).toEqual([]);
    expect((await described(aws, credential)).DeletedDate).toEqual(DeletedDate);
  });

  it('can be recovered for a week after its removal, denied as it was', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const revoker = revokerOn(aws);
    await revoker.revoke(credential, order);
    const start = Date.now();
    await revoker.remove(credential);
    const days = (Number((await described(aws, credential)).DeletedDate) - start) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThan(7.1);
    await aws.admin.secretsManager.send(new RestoreSecretCommand({ SecretId: credential.id }));
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
  });

  it('says that the policy has no room, and does not try again', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    const theirs = { ...JSON.parse(otherPolicy).Statement, Sid: 'x'.repeat(20_280) };
    const full = JSON.stringify({ Version: '2012-10-17', Statement: [theirs] });
    expect(full.length).toBeLessThanOrEqual(20_480);
    await putPolicy(aws, credential, full);
    const failure = { code: 'limit-exceeded', retryable: false };
    await expect(revokerOn(aws).deny(credential, order)).rejects.toMatchObject(failure);
    expect(await policyOf(aws, credential)).toBe(full);
  });
});
