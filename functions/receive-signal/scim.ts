import { randomUUID } from 'node:crypto';
import { InvalidInput } from '../domain/errors.ts';
import type { ScimDirectory } from '../stores/scim-directory.ts';
import type { Channel, Received, SignalRequest } from './channel.ts';
import { readJson } from './request-body.ts';
import { discover } from './scim/discovery.ts';
import { InvalidScim, scimRefusal } from './scim/problem.ts';
import { groupKind, userKind } from './scim/resource-kind.ts';
import { onResources, type ResourceRequest } from './scim/resource-requests.ts';
import { isSharedSecret } from './shared-secret.ts';

export interface ScimDeps {
  /** The bearer token that the provider was given. */
  readonly secret: () => Promise<string>;
  readonly directory: ScimDirectory;
  readonly now: () => Date;
  readonly newId?: () => string;
}

const prefix = '/scim/v2';

const authenticate = async ({ headers }: SignalRequest, secret: ScimDeps['secret']): Promise<void> => {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? '') ?? [];
  if (isSharedSecret(token, await secret())) return;
  throw scimRefusal(401, 'the bearer token is not the one that was agreed on', {
    headers: { 'www-authenticate': 'Bearer realm="scim"' },
  });
};

/** The parts below the prefix; nothing where one is not encoded as it should be. */
const partsOf = (path: string): string[] | undefined => {
  try {
    return path.slice(prefix.length).split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
};

const refusalOf = (error: unknown): unknown =>
  error instanceof InvalidInput
    ? scimRefusal(400, error.message, {
        scimType: error instanceof InvalidScim ? error.scimType : 'invalidValue',
      })
    : error;

/**
 * A SCIM 2.0 service provider (RFC 7643, RFC 7644), as small as Okta's and Entra's provisioning needs it. Kept are ids,
 * names of accounts, external ids, email addresses and whether a user is active, and of groups the name and the ids of
 * members; nothing else of what is sent is stored or answered. Okta's test suite for its public catalogue ("SCIM 2.0 SPEC
 * Test") asks for given and family names too: that part of it fails here, and provisioning does without.
 */
export const scimChannel = ({ secret, directory, now, newId = randomUUID }: ScimDeps): Channel => {
  const users = { kind: userKind, store: directory.users, now, newId };
  const groups = { kind: groupKind(directory), store: directory.groups, now, newId };

  const route = async (request: SignalRequest): Promise<Received> => {
    const { method, query } = request;
    const [endpoint, id, ...further] = partsOf(request.path) ?? [];
    const body = () => readJson(request, scimRefusal);
    const resource: ResourceRequest = { method, id, query, body };
    if (endpoint === 'Users' && further.length === 0) return onResources(users, resource);
    if (endpoint === 'Groups' && further.length === 0) return onResources(groups, resource);
    const answer = further.length === 0 && method === 'GET' ? discover(endpoint, id) : undefined;
    if (answer) return { answer, signals: [] };
    throw scimRefusal(404, 'nothing is here');
  };

  return {
    name: 'scim',
    prefix,
    receive: async (request) => {
      await authenticate(request, secret);
      return route(request).catch((error: unknown) => {
        throw refusalOf(error);
      });
    },
  };
};
