import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { calling } from '../credentials/aws-errors.ts';
import { InvalidInput } from '../domain/errors.ts';

/** RFC 7517 section 5, public halves only. */
export interface Jwks {
  readonly keys: readonly JsonWebKey[];
}

/** KMS tells it as DER of a SubjectPublicKeyInfo ("GetPublicKey", AWS KMS API Reference). */
const jwkOf = async (client: KMSClient, keyId: string): Promise<JsonWebKey> => {
  const get = new GetPublicKeyCommand({ KeyId: keyId });
  const { PublicKey = new Uint8Array() } = await calling('kms:GetPublicKey', () => client.send(get));
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new InvalidInput('issue.tokens', `${keyId} is no key of P-256`);
  return { ...key.export({ format: 'jwk' }), kid: keyId, alg: 'ES256', use: 'sig' };
};

/** A key never changes under its id, so one answer serves as long as the process lives. What failed is asked again. */
export const keySetFrom = (client: KMSClient, keyIds: readonly string[]): (() => Promise<Jwks>) => {
  let known: Promise<Jwks> | undefined;
  const load = async () => ({ keys: await Promise.all(keyIds.map((keyId) => jwkOf(client, keyId))) });
  return () => {
    known ??= load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
};
