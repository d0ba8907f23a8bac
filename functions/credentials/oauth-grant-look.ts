import type { Inspection } from './credential-revoker.ts';
import type { HeldToken } from './oauth-grant-secret.ts';
import type { OAuthServerClient } from './oauth-server.ts';

/** A secret that is there, its token, and the server that the token is from. */
export interface Grant {
  readonly server: OAuthServerClient;
  readonly held: HeldToken;
  readonly isMarked: boolean;
}

type Look = Pick<Inspection, 'state' | 'observed'>;

export const gone: Look = {
  state: 'gone',
  observed: 'secretsmanager:DescribeSecret not found or to be deleted, so that the token could not be tried',
};

/** Whether its server would still honour the token. Nothing is minted on a grant that nobody revoked. */
export const lookAt = async ({ server, held, isMarked }: Grant): Promise<Look> => {
  if (server.canIntrospect) {
    const active = await server.isActive(held.token);
    return { state: active ? 'live' : 'dead', observed: `introspection active=${active}` };
  }
  if (!isMarked)
    return { state: 'live', observed: 'secretsmanager:DescribeSecret not marked, nothing tried' };
  const granted = await server.refreshes(held.token);
  const observed = granted ? 'refresh granted, its tokens revoked at once' : 'refresh invalid_grant';
  return { state: granted ? 'live' : 'dead', observed };
};
