import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { expect, it } from 'vitest';
import { keySetFrom } from '../../../functions/token/jwks.ts';
import { awsError, keyId, kmsWithKey } from './kms-key.ts';

it('publishes each key under its id, those of before too, and never a private half', async () => {
  const { client, kms } = kmsWithKey();
  const { keys } = await keySetFrom(client, keyId, ['former'])();
  expect(kms.commandCalls(GetPublicKeyCommand).map(({ args }) => args[0].input.KeyId)).toEqual([
    keyId,
    'former',
  ]);
  const coordinate = expect.stringMatching(/^[\w-]{43}$/);
  const common = { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', x: coordinate, y: coordinate };
  expect(keys).toEqual([
    { ...common, kid: keyId },
    { ...common, kid: 'former' },
  ]);
});

it('asks KMS once, however many ask at the same time', async () => {
  const { client, kms } = kmsWithKey();
  const keySet = keySetFrom(client, keyId);
  const [first, second] = await Promise.all([keySet(), keySet()]);
  expect(await keySet()).toEqual(first);
  expect(second).toEqual(first);
  expect(kms.commandCalls(GetPublicKeyCommand)).toHaveLength(1);
});

it('asks again where it failed', async () => {
  const { client, kms, PublicKey } = kmsWithKey();
  kms.on(GetPublicKeyCommand).rejectsOnce(awsError('ThrottlingException')).resolves({ PublicKey });
  const keySet = keySetFrom(client, keyId);
  await expect(keySet()).rejects.toMatchObject({ code: 'throttled' });
  expect((await keySet()).keys).toHaveLength(1);
});

it('publishes no key of another curve under the name of ES256', async () => {
  const { client } = kmsWithKey('P-384');
  await expect(keySetFrom(client, keyId)()).rejects.toMatchObject({ code: 'invalid-input' });
});

it.each([
  ['is disabled', awsError('DisabledException')],
  ['may not be read', awsError('AccessDeniedException')],
])(
  'goes on with the key that signs where one of before %s, and asks for that one again',
  async (_, error) => {
    const { client, kms, PublicKey } = kmsWithKey();
    const former = kms.on(GetPublicKeyCommand, { KeyId: 'former' }).rejects(error);
    const keySet = keySetFrom(client, keyId, ['former', 'older']);
    const { keys, unread } = await keySet();
    expect(keys.map(({ kid }) => kid)).toEqual([keyId, 'older']);
    expect(unread).toHaveLength(1);
    former.resolves({ PublicKey });
    const whole = await keySet();
    expect(whole.keys.map(({ kid }) => kid)).toEqual([keyId, 'former', 'older']);
    expect(whole.unread).toEqual([]);
    const asked = kms.commandCalls(GetPublicKeyCommand).map(({ args }) => args[0].input.KeyId);
    expect(asked).toEqual([keyId, 'former', 'older', 'former']);
  },
);

it('publishes none of before without the one that signs', async () => {
  const { client, kms } = kmsWithKey();
  kms.on(GetPublicKeyCommand, { KeyId: keyId }).rejects(awsError('DisabledException'));
  await expect(keySetFrom(client, keyId, ['former'])()).rejects.toMatchObject({ code: 'unavailable' });
});
