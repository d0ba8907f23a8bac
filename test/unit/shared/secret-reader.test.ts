import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { secretReader } from '../../../functions/shared/secret-reader.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:scim-AbCdEf';
const aws = mockClient(SecretsManagerClient);
const calls = () => aws.commandCalls(GetSecretValueCommand);

let clock: number;
let read: () => Promise<string>;
beforeEach(() => {
  aws.reset();
  aws.on(GetSecretValueCommand).resolves({ SecretString: 'first' });
  clock = Date.parse('2026-03-02T09:00:00Z');
  read = secretReader(new SecretsManagerClient({}), () => new Date(clock))(arn);
});

describe('a secret', () => {
  it('is read by its ARN when it is first asked for, and not before', async () => {
    expect(calls()).toHaveLength(0);
    expect(await read()).toBe('first');
    expect(calls().map(({ args }) => args[0].input)).toEqual([{ SecretId: arn }]);
  });

  it('is kept for five minutes', async () => {
    await read();
    aws.on(GetSecretValueCommand).resolves({ SecretString: 'second' });
    clock += 5 * 60_000 - 1;
    expect(await read()).toBe('first');
    clock += 1;
    expect(await read()).toBe('second');
    expect(calls()).toHaveLength(2);
  });

  it('is read once for callers that come at the same time', async () => {
    expect(await Promise.all([read(), read(), read()])).toEqual(['first', 'first', 'first']);
    expect(calls()).toHaveLength(1);
  });

  it('is asked for again after a failure', async () => {
    aws.on(GetSecretValueCommand).rejectsOnce(new Error('away')).resolves({ SecretString: 'first' });
    await expect(read()).rejects.toThrow('away');
    expect(await read()).toBe('first');
  });

  it('must be text', async () => {
    aws.on(GetSecretValueCommand).resolves({ SecretBinary: new Uint8Array([1]) });
    await expect(read()).rejects.toMatchObject({ code: 'not-found' });
    aws.on(GetSecretValueCommand).resolves({ SecretString: '' });
    await expect(read()).rejects.toThrow('holds no text');
  });

  it('is kept apart from others', async () => {
    const reader = secretReader(new SecretsManagerClient({}));
    aws.on(GetSecretValueCommand, { SecretId: 'other' }).resolves({ SecretString: 'theirs' });
    expect([await reader(arn)(), await reader('other')()]).toEqual(['first', 'theirs']);
  });
});
