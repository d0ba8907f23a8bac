import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { calling } from '../credentials/aws-errors.ts';
import { InvalidInput } from '../domain/errors.ts';

/** RFC 7517 section 5, public halves only. */
export interface KeySet {
  readonly keys: readonly JsonWebKey[];
  /** Why keys of before are missing; no part of what is published. */
  readonly unread: readonly unknown[];
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
const kept = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let known: Promise<T> | undefined;
  return () => {
    known ??= load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
};

/**
 * The key that signs must be there. One of before that cannot be read, such as one that was disabled too early, takes nothing
 * but itself out of the set.
 */
export const keySetFrom = (
  client: KMSClient,
  current: string,
  former: readonly string[] = [],
): (() => Promise<KeySet>) => {
  const readerOf = (keyId: string) => kept(() => jwkOf(client, keyId));
  const [signing, others] = [readerOf(current), former.map(readerOf)];
  return async () => {
    const [key, read] = await Promise.all([signing(), Promise.allSettled(others.map((other) => other()))]);
    return {
      keys: [key, ...read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))],
      unread: read.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
    };
  };
};
