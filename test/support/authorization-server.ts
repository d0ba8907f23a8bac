import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { type ClientMetadata, Provider } from 'oidc-provider';

/** Id and secret have characters that HTTP Basic needs encoded (RFC 6749 section 2.3.1). */
export const client = { clientId: 'app:1', clientSecret: 's3cret+/%: &=' };

const scope = 'openid offline_access';

const metadata: ClientMetadata = {
  client_id: client.clientId,
  client_secret: client.clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://app.example.com/callback'],
};

export interface Minted {
  readonly refreshToken: string;
  readonly accessToken: string;
}

export interface AuthorizationServer {
  readonly issuer: string;
  /** The endpoints as settings name them. */
  readonly endpoints: { revocationEndpoint: string; introspectionEndpoint?: string; tokenEndpoint: string };
  /** Tokens of a person, as after a consent. */
  mint(accountId: string, options?: { clientId?: string }): Promise<Minted>;
  /** Ended at the server itself, by its owner or an administrator. */
  end(refreshToken: string): Promise<void>;
  /** What the server itself knows of a token. */
  isLive(token: string): Promise<boolean>;
  /** Tokens that refreshes brought. */
  readonly issued: readonly string[];
  stop(): Promise<void>;
}

interface Options {
  readonly introspection?: boolean;
  readonly rotates?: boolean;
}

const makeProvider = async (issuer: string, { introspection = true, rotates = true }: Options) => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return new Provider(issuer, {
    clients: [metadata, { ...metadata, client_id: 'another' }],
    jwks: { keys: [await exportJWK(privateKey)] },
    cookies: { keys: ['only for this test'] },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    rotateRefreshToken: rotates,
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      introspection: { enabled: introspection, allowedPolicy: () => true },
    },
    ttl: { AccessToken: 3600, Grant: 3600, IdToken: 3600, RefreshToken: 3600 },
  });
};

/** A real authorization server (`oidc-provider`) in this process, without any page to log in on. */
export const startAuthorizationServer = async (options: Options = {}): Promise<AuthorizationServer> => {
  let handle: ReturnType<Provider['callback']> = () => Promise.resolve();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await makeProvider(issuer, options);
  handle = provider.callback();
  const issued: string[] = [];
  provider.on('grant.success', ({ body }) => {
    const { access_token: access, refresh_token: refresh } = body as Record<string, string | undefined>;
    issued.push(...[access, refresh].filter((token) => token !== undefined));
  });
  return {
    issuer,
    endpoints: {
      revocationEndpoint: `${issuer}/token/revocation`,
      ...(options.introspection !== false && { introspectionEndpoint: `${issuer}/token/introspection` }),
      tokenEndpoint: `${issuer}/token`,
    },
    mint: async (accountId, { clientId = client.clientId } = {}) => {
      const grant = new provider.Grant({ accountId, clientId });
      grant.addOIDCScope(scope);
      const grantId = await grant.save();
      const of = await provider.Client.find(clientId);
      if (!of) throw new Error(`no client ${clientId}`);
      const token = { accountId, grantId, scope, client: of, gty: 'authorization_code' };
      return {
        refreshToken: await new provider.RefreshToken(token).save(),
        accessToken: await new provider.AccessToken(token).save(),
      };
    },
    end: async (refreshToken) => (await provider.RefreshToken.find(refreshToken))?.destroy(),
    isLive: async (token) => {
      const found = (await provider.RefreshToken.find(token)) ?? (await provider.AccessToken.find(token));
      return found?.isValid === true;
    },
    issued,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
  };
};
