import { SignCommand } from '@aws-sdk/client-kms';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { keySetFrom } from '../../../functions/token/jwks.ts';
import { kmsSigner } from '../../../functions/token/sign.ts';
import { awsError, keyId, kmsWithKey } from './kms-key.ts';

it('what KMS signs is a JWS that others verify with the published key', async () => {
  const { client } = kmsWithKey();
  const { keys } = await keySetFrom(client, keyId)();
  const jwks = createLocalJWKSet({ keys: keys.map((key) => ({ ...key, kty: 'EC' })) });
  const sign = kmsSigner(client, keyId);
  for (let round = 0; round < 50; round += 1) {
    const { payload, protectedHeader } = await jwtVerify(
      await sign({ sub: 'ada@acme.example', round }),
      jwks,
    );
    expect(payload).toEqual({ sub: 'ada@acme.example', round });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: keyId });
  }
});

it('asks for that key, and for the input itself', async () => {
  const { client, kms } = kmsWithKey();
  const token = await kmsSigner(client, keyId)({ sub: 'ä' });
  const [call] = kms.commandCalls(SignCommand);
  const { KeyId, Message } = call?.args[0].input ?? {};
  expect(KeyId).toBe(keyId);
  expect(Buffer.from(Message ?? []).toString()).toBe(token.slice(0, token.lastIndexOf('.')));
});

it('does not ask for what KMS would refuse as too long', async () => {
  const { client, kms } = kmsWithKey();
  const sign = kmsSigner(client, keyId);
  await expect(sign({ scope: 'x'.repeat(4096) })).rejects.toMatchObject({
    code: 'limit-exceeded',
    retryable: false,
  });
  expect(kms.commandCalls(SignCommand)).toEqual([]);
  const token = await sign({ scope: 'x'.repeat(2900) });
  expect(token.length).toBeGreaterThan(3900);
});

it.each([
  ['ThrottlingException', 'throttled'],
  ['AccessDeniedException', 'access-denied'],
  ['KMSInvalidStateException', 'unavailable'],
])('%s is %s, and quotes nothing', async (name, code) => {
  const { client, kms } = kmsWithKey();
  kms.on(SignCommand).rejects(awsError(name));
  const failure = kmsSigner(client, keyId)({ sub: 'ada@acme.example' });
  await expect(failure).rejects.toMatchObject({ code });
  await expect(failure).rejects.not.toThrow(/quotes|ada/);
});

it('takes no answer without a signature', async () => {
  const { client, kms } = kmsWithKey();
  kms.on(SignCommand).resolves({});
  await expect(kmsSigner(client, keyId)({})).rejects.toMatchObject({ code: 'unavailable' });
});
