import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { startHttpServer } from './http-server.ts';

/** One secret that was found in public ("Secret scanning partner program", GitHub docs). */
export interface Match {
  readonly token: string;
  readonly type: string;
  readonly url?: string;
  readonly source?: string;
}

/** What GitHub would POST. */
export interface LeakReport {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface LeakReporter {
  /** Where its public keys are, in the form of GitHub's `/meta/public_keys/secret_scanning`. */
  readonly publicKeysUrl: string;
  report(matches: readonly Match[]): LeakReport;
  close(): Promise<void>;
}

/**
 * Reports leaks as GitHub does, with a key that lives as long as the process: ECDSA over P-256 and SHA-256, DER in base64,
 * over the bytes of the body.
 */
export const startLeakReporter = async (): Promise<LeakReporter> => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key_identifier = randomUUID();
  const key = publicKey.export({ type: 'spki', format: 'pem' });
  const keys = { public_keys: [{ key_identifier, key, is_current: true }] };
  const server = await startHttpServer('leak reporter', 0, async ({ url }) =>
    url === '/public_keys' ? { status: 200, body: keys } : { status: 404, body: { error: 'not_found' } },
  );
  return {
    publicKeysUrl: `${server.url}/public_keys`,
    report: (matches) => {
      const body = JSON.stringify(matches.map((match) => ({ url: '', source: 'content', ...match })));
      const signature = sign('sha256', Buffer.from(body), privateKey).toString('base64');
      const headers = {
        'content-type': 'application/json',
        'github-public-key-identifier': key_identifier,
        'github-public-key-signature': signature,
      };
      return { headers, body };
    },
    close: server.close,
  };
};
