import { type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { calling } from '../credentials/aws-errors.ts';
import { CutoffError } from '../domain/errors.ts';
import { joseSignature } from './ecdsa-signature.ts';

/** A compact JWS (RFC 7515 section 3.1) of these claims. Throws `CutoffError`. */
export type Sign = (claims: object) => Promise<string>;

/** Bytes that KMS hashes by itself ("Sign", AWS KMS API Reference); more would be a token that no header holds. */
const longestInput = 4096;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** ES256 with a KMS key of P-256, whose id is the `kid`: the private half never leaves KMS. */
export const kmsSigner =
  (client: KMSClient, keyId: string): Sign =>
  async (claims) => {
    const input = `${encoded({ alg: 'ES256', typ: 'at+jwt', kid: keyId })}.${encoded(claims)}`;
    if (input.length > longestInput) {
      const message = `a token of ${input.length} bytes is longer than KMS signs`;
      throw new CutoffError(message, { code: 'limit-exceeded', retryable: false });
    }
    const sign = new SignCommand({
      KeyId: keyId,
      Message: Buffer.from(input),
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
    const { Signature = new Uint8Array() } = await calling('kms:Sign', () => client.send(sign));
    return `${input}.${joseSignature(Signature).toString('base64url')}`;
  };
