import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issuerSchema } from '../../functions/domain/settings.ts';
import { type Bundles, buildBundles } from './authorize-bundles.ts';
import type { CallName } from './authorize-calls.ts';
import type { ClientAnswer, ClientQuestion } from './authorize-client.ts';
import { audience, type Signed, signTokens } from './authorize-tokens.ts';
import type { DenylistAnswer, DenylistQuestion } from './denylist-process.ts';
import { type Peer, startPeer } from './peer.ts';

export type Client = Peer<ClientQuestion, ClientAnswer>;
export type Store = Peer<DenylistQuestion, DenylistAnswer>;

/** What the measurements share. */
export interface Stage {
  readonly bundles: Bundles;
  readonly store: Store;
  /** Of a function, as Lambda would have it. */
  readonly env: NodeJS.ProcessEnv;
  /** A process that has run nothing yet. */
  client(name: CallName, execArgv?: readonly string[]): Client;
}

const tokens = 500;

/** Serves its keys, which are signed with on first demand. */
const startIssuer = async () => {
  let jwks: Signed['jwks'] = { keys: [] };
  const server = createServer((_request, response) => void response.end(JSON.stringify(jwks)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serve = (keys: Signed['jwks']) => {
    jwks = keys;
  };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, serve, close };
};

/** Nothing of the shell that runs this: no real account is within reach. */
const environmentOf = (props: {
  readonly issuer: string;
  readonly store: string;
  readonly signed: Signed;
}) => {
  const { issuer, store, signed } = props;
  const settings = issuerSchema.parse({
    issuer,
    audience,
    jwksUri: `${issuer}/keys`,
    subjectClaim: 'sub',
    subjectFormat: 'opaque',
  });
  return {
    DENYLIST_TABLE: 'denylist',
    ISSUERS: JSON.stringify([settings]),
    AUTHORIZER: JSON.stringify({ httpApiResponses: 'simple', memorySeconds: 0 }),
    CLOCK_SKEW_SECONDS: '5',
    JWKS: JSON.stringify(signed.jwks),
    POWERTOOLS_SERVICE_NAME: 'authorize',
    AWS_LAMBDA_FUNCTION_NAME: 'authorize',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
    AWS_SESSION_TOKEN: 'not-a-session'.repeat(40),
    AWS_ENDPOINT_URL_DYNAMODB: store,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
};

const here = (name: string) => new URL(name, import.meta.url);

/** Everything set up, and taken down after the work. */
export const onStage = async <T>(work: (stage: Stage) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'cutoff-bench-'));
  await mkdir(join(folder, 'bench'));
  const issuer = await startIssuer();
  const store: Store = startPeer(here('denylist-process.ts'));
  const peers: Peer<never, unknown>[] = [store];
  try {
    const bundles = await buildBundles(folder);
    const written = { issuer: issuer.url, at: Math.floor(Date.now() / 1000) };
    const signed = await signTokens(tokens, written);
    issuer.serve(signed.jwks);
    const samples = join(folder, 'bench', 'samples.json');
    await writeFile(samples, JSON.stringify(signed));
    const { url } = await store.ask({ written });
    const env = environmentOf({ issuer: issuer.url, store: url, signed });
    const client = (name: CallName, execArgv: readonly string[] = []): Client => {
      const bundle = name === 'handler' ? bundles.authorizer : bundles.bound;
      const bench = { BENCH_CALL: name, BENCH_BUNDLE: bundle, BENCH_SAMPLES: samples };
      const started: Client = startPeer(here('authorize-client.ts'), { execArgv, env: { ...env, ...bench } });
      peers.push(started);
      return started;
    };
    return await work({ bundles, store, env, client });
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
    issuer.close();
    await rm(folder, { recursive: true, force: true });
  }
};
