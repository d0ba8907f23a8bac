import { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';
import { isObject } from '../shared/json.ts';
import { anything, id, personNames } from './fields.ts';
import type { Finding, Findings } from './finding.ts';
import { readDetail } from './read-detail.ts';

/** A call of the Management API as its log event (`sapi`) quotes it. Both bodies vary with the operation. */
const detailsSchema = z.object({
  request: z.object({ method: z.string(), path: z.string().max(2048), body: anything }),
  response: z.object({ statusCode: z.number(), body: anything }),
});
type Details = z.output<typeof detailsSchema>;

/** The user itself, or what is below it (roles, sessions, identities, …), which can be deleted without the user. */
const userPath = /^\/api\/v2\/users\/([^/?#]+)(?:\/([\w-]*))?(?:\?.*)?$/;

/**
 * What ends all sessions of a user ("Manage User Sessions with Auth0 Management API", "Manage Refresh Tokens with Auth0
 * Management API", "Revokes selected resources from a user"; Auth0 docs). The deletions are accepted and done later.
 */
const endsSessions: ReadonlySet<string> = new Set([
  'DELETE sessions',
  'DELETE refresh-tokens',
  'POST revoke-access',
]);

const decoded = (segment: string, field: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new InvalidInput(field, 'is not percent-encoded text');
  }
};

/** The victim is named by the path alone; the answer's address counts where it is the same user's. */
const namesOf = (userId: string, { response }: Details) => {
  const { user_id, email } = isObject(response.body) ? response.body : {};
  return personNames(userId, user_id === userId ? email : undefined);
};

/**
 * What a PATCH asked for, never what the answer says: that is the whole user, blocked since long ago perhaps. A new
 * password stands in the body masked: assumed, since no example is published.
 */
const changesOfPatch = (body: unknown): readonly Omit<Finding, 'names'>[] => {
  if (!isObject(body)) return [];
  const blocked = { true: 'suspended', false: 'reactivated' } as const;
  const turned = typeof body.blocked === 'boolean' ? blocked[`${body.blocked}`] : undefined;
  return [
    ...(turned ? [{ change: turned, reason: `sapi: blocked ${body.blocked}` }] : []),
    ...('password' in body ? [{ change: 'session-revoked', reason: 'sapi: password set' } as const] : []),
  ];
};

/** `revoke-access` may name one session: that is less than what we would end. */
const changesBelow = (
  operation: string,
  { request, response }: Details,
): readonly Omit<Finding, 'names'>[] => {
  const isDone = response.statusCode >= 200 && response.statusCode < 300;
  const isPart = operation.startsWith('POST') && isObject(request.body) && 'session_id' in request.body;
  if (!isDone || isPart || !endsSessions.has(operation)) return [];
  return [{ change: 'session-revoked', reason: `sapi: ${operation.toLowerCase()}` }];
};

const changesOf = (method: string, { request, response }: Details): readonly Omit<Finding, 'names'>[] => {
  if (method === 'DELETE' && response.statusCode === 204) {
    return [{ change: 'deleted', reason: 'sapi: user deleted' }];
  }
  return method === 'PATCH' && response.statusCode === 200 ? changesOfPatch(request.body) : [];
};

/** `user_id` of the log event is not asked: it is the admin's. `field`: where the details stand. */
export const understandManagement = (details: unknown, field: string): Findings => {
  const call = readDetail(detailsSchema, details, field);
  const method = call.request.method.toUpperCase();
  const [, segment, below] = userPath.exec(call.request.path) ?? [];
  if (!segment) return 'sapi: not an operation on a user itself';
  const changes = below ? changesBelow(`${method} ${below}`, call) : changesOf(method, call);
  if (changes.length === 0)
    return `sapi: ${method.slice(0, 16)} ${call.response.statusCode} ends nobody's access`;
  const path = `${field}.request.path`;
  const names = namesOf(readDetail(id, decoded(segment, path), path), call);
  return changes.map((change) => ({ ...change, names }));
};
