import { generateKeyPairSync, sign } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';

export const keyId = '0a1b2c3d-0000-4000-8000-000000000001';

/** KMS with one key, which signs as "Sign" of the AWS KMS API Reference says: ECDSA over SHA-256 of what it gets, in DER. */
export const kmsWithKey = (namedCurve = 'P-256') => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const kms = mockClient(KMSClient);
  const PublicKey = publicKey.export({ format: 'der', type: 'spki' });
  kms
    .on(GetPublicKeyCommand)
    .resolves({ KeyId: `arn:aws:kms:eu-west-1:123456789012:key/${keyId}`, PublicKey });
  kms
    .on(SignCommand, { MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' })
    .callsFake(({ Message }: { Message: Uint8Array }) => ({
      Signature: sign('sha256', Message, privateKey),
    }));
  return { kms, client: new KMSClient({}), PublicKey };
};

/** An error as the SDK throws it. */
export const awsError = (name: string, status = 400) =>
  Object.assign(new Error('quotes input'), { name, $metadata: { httpStatusCode: status } });
