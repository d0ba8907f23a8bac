import {
  CancelRotateSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import type { StoredSecret } from '../../functions/domain/credential.ts';
import { inMemoryOnly, type StandIn } from './stand-ins.ts';
import { addSecret, described, policyOf, revokerOn } from './stored-secret-world.ts';
import { order } from './worlds.ts';

inMemoryOnly('moto rotates at once, and only with a function that it can run', (standIn) => {
  const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:rotate-key';
  const role = 'arn:aws:iam::123456789012:role/rotates-partner-keys';
  const now = () => ({ ...order, cutoff: new Date().toISOString() });

  const addRotating = async (
    aws: StandIn,
    by: object = { RotationLambdaARN: lambda },
  ): Promise<StoredSecret> => {
    const credential = await addSecret(aws);
    const configure = { SecretId: credential.id, RotateImmediately: false, ...by };
    await aws.admin.secretsManager.send(new RotateSecretCommand(configure));
    return credential;
  };

  const startRotation = async ({ admin }: StandIn, { id }: StoredSecret): Promise<void> => {
    await admin.secretsManager.send(new RotateSecretCommand({ SecretId: id }));
  };

  /** As a rotation function does last. */
  const endRotation = async (aws: StandIn, credential: StoredSecret): Promise<void> => {
    const { VersionIdsToStages = {} } = await described(aws, credential);
    const [pending] = Object.keys(VersionIdsToStages).filter((id) =>
      VersionIdsToStages[id]?.includes('AWSPENDING'),
    );
    const move = { SecretId: credential.id, VersionStage: 'AWSCURRENT', MoveToVersionId: pending };
    await aws.admin.secretsManager.send(new UpdateSecretVersionStageCommand(move));
  };

  const rotations = ({ log }: StandIn) => log.calls.filter((call) => call === 'RotateSecret').length;

  it('is dead only when the rotation has ended', async () => {
    const aws = standIn();
    const credential = await addRotating(aws);
    const revoker = revokerOn(aws);
    const cut = now();
    await revoker.revoke(credential, cut);
    expect(rotations(aws)).toBe(1);
    expect(await revoker.inspect(credential, cut)).toMatchObject({
      state: 'live',
      observed: expect.stringContaining('not rotated since the cutoff'),
    });
    await endRotation(aws, credential);
    expect((await revoker.inspect(credential, cut)).state).toBe('dead');
  });

  it('is not rotated a second time by the same cut, and is by a later one', async () => {
    const aws = standIn();
    const credential = await addRotating(aws);
    const revoker = revokerOn(aws);
    const cut = now();
    await revoker.revoke(credential, cut);
    await endRotation(aws, credential);
    await revoker.revoke(credential, cut);
    expect(rotations(aws)).toBe(1);
    const later = { ...order, cutoff: new Date(Date.now() + 60_000).toISOString() };
    expect((await revoker.inspect(credential, later)).state).toBe('live');
    await revoker.revoke(credential, later);
    expect(rotations(aws)).toBe(2);
  });

  it('takes a rotation that is already under way for its own', async () => {
    const aws = standIn();
    const credential = await addRotating(aws);
    await startRotation(aws, credential);
    const revoker = revokerOn(aws);
    const cut = now();
    await revoker.revoke(credential, cut);
    expect((await revoker.inspect(credential, cut)).state).toBe('live');
    await endRotation(aws, credential);
    expect((await revoker.inspect(credential, cut)).state).toBe('dead');
  });

  it('lets through what rotates the secret, and nobody else', async () => {
    const aws = standIn();
    const revoker = revokerOn(aws);
    const byFunction = await addRotating(aws);
    const byRole = await addRotating(aws, { ExternalSecretRotationRoleArn: role });
    for (const credential of [byFunction, byRole]) await revoker.deny(credential, order);
    expect(JSON.parse((await policyOf(aws, byFunction)) ?? '').Statement[0].Condition).toEqual({
      StringNotEquals: { 'aws:PrincipalTag/cutoff:rotates': 'api-key' },
    });
    expect(JSON.parse((await policyOf(aws, byRole)) ?? '').Statement[0].Condition).toEqual({
      ArnNotEquals: { 'aws:PrincipalArn': role },
    });
  });

  it('neither rotates nor lets anybody through where rotation was turned off', async () => {
    const aws = standIn();
    const credential = await addRotating(aws);
    await aws.admin.secretsManager.send(new CancelRotateSecretCommand({ SecretId: credential.id }));
    const revoker = revokerOn(aws);
    await revoker.revoke(credential, order);
    expect(rotations(aws)).toBe(0);
    expect(await policyOf(aws, credential)).not.toContain('Condition');
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
  });

  it('says that starting the rotation was refused, with the secret denied and marked all the same', async () => {
    const aws = standIn();
    const credential = await addRotating(aws);
    const { note } = aws.log;
    aws.log.note = (call) => {
      if (call === 'RotateSecret') aws.log.failing = 'denied';
      note.call(aws.log, call);
    };
    await expect(revokerOn(aws).revoke(credential, now())).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('secretsmanager:RotateSecret or lambda:InvokeFunction'),
    });
    expect(await policyOf(aws, credential)).toContain('CutoffDeny');
    expect((await described(aws, credential)).Tags).toContainEqual(
      expect.objectContaining({ Key: 'cutoff:revoked' }),
    );
  });

  it('keeps the new value when it is restored', async () => {
    const aws = standIn();
    const credential = await addRotating(aws);
    const revoker = revokerOn(aws);
    const cut = now();
    const { original } = await revoker.inspect(credential, cut);
    await revoker.revoke(credential, cut);
    await endRotation(aws, credential);
    const { LastRotatedDate } = await described(aws, credential);
    await revoker.restore(credential, original);
    expect(await policyOf(aws, credential)).toBeUndefined();
    expect((await described(aws, credential)).LastRotatedDate).toEqual(LastRotatedDate);
  });

  it('tells the day of the last use', async () => {
    const aws = standIn();
    const credential = await addSecret(aws);
    await aws.admin.secretsManager.send(new GetSecretValueCommand({ SecretId: credential.id }));
    const lastUsedAt = '2026-03-01T00:00:00.000Z';
    expect(await revokerOn(aws).describe(credential)).toMatchObject({ lastUsedAt });
  });
});
