import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { StoredSecretsSource } from '../../../../functions/sweep/sources/stored-secrets.ts';

const aws = mockClient(SecretsManagerClient);
beforeEach(() => aws.reset());

const home = { account: '123456789012', region: 'eu-west-1' };
const client = new SecretsManagerClient({ region: home.region });
const clients = { secretsManager: () => client };
const source = new StoredSecretsSource({ clients, home, pace: async () => undefined });
const id = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:partner-AbCdEf';

const read = async (secret: object) => {
  aws.on(DescribeSecretCommand).resolves({ ARN: id, Name: 'partner', ...secret });
  const [facts] = await source.read({ kind: 'stored-secret', ...home, id });
  return facts;
};

const CreatedDate = new Date('2026-01-01T00:00:00.000Z');
const LastChangedDate = new Date('2026-01-05T00:00:00.000Z');
const LastRotatedDate = new Date('2026-01-03T00:00:00.000Z');

it('was read at the end of the day that is told, at the latest', async () => {
  const facts = await read({ LastAccessedDate: new Date('2026-02-03T00:00:00.000Z') });
  expect(facts?.lastUse).toEqual({ at: '2026-02-04T00:00:00.000Z' });
  expect((await read({}))?.lastUse).toBe('never');
});

it('is as old as its rotation, or as the last change of any kind, and never taken for older', async () => {
  expect(await read({ CreatedDate, LastChangedDate, LastRotatedDate })).toMatchObject({
    createdAt: CreatedDate.toISOString(),
    rotatedAt: LastRotatedDate.toISOString(),
  });
  const rotatedAt = LastChangedDate.toISOString();
  expect(await read({ CreatedDate, LastChangedDate })).toMatchObject({ rotatedAt });
  expect(await read({ CreatedDate })).not.toHaveProperty('rotatedAt');
});

it('is active until it is marked as cut', async () => {
  expect((await read({}))?.isActive).toBe(true);
  expect((await read({ Tags: [{ Key: 'cutoff:revoked', Value: 'x' }] }))?.isActive).toBe(false);
});

it('is not there any more while its deletion is scheduled', async () => {
  expect(await read({ DeletedDate: new Date() })).toBeUndefined();
});
