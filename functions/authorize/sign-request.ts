import { type BinaryLike, createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** Where DynamoDB answers, and who asks. */
export interface DynamoAccess {
  readonly region: string;
  readonly endpoint: URL;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** SHA-256, or HMAC-SHA-256 where there is a key: what the signer hashes with. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(key?: BinaryLike | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key as BinaryLike);
  }

  update(bytes: string | Uint8Array): void {
    this.#hash.update(bytes);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

/** DynamoDB Developer Guide, "DynamoDB low-level API". */
const batchGetItem = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.BatchGetItem',
};

/**
 * Headers of a BatchGetItem with this body, signed by the SDK's own signer; they are good for minutes only. Assumption:
 * Lambda's clock is that exact. The SDK would correct it, but one that is not judges the times of tokens wrongly too.
 */
export const requestSigner = ({ region, endpoint, credentials }: DynamoAccess) => {
  const signer = new SignatureV4({ service: 'dynamodb', region, credentials, sha256: Sha256 });
  const { protocol, hostname, host, pathname: path } = endpoint;
  return async (body: string): Promise<Record<string, string>> => {
    const headers = { host, ...batchGetItem };
    const signed = await signer.sign({ method: 'POST', protocol, hostname, path, query: {}, headers, body });
    return signed.headers;
  };
};
