import { z } from 'zod';
import { tokenNamed } from '../credentials/bearer-token-names.ts';
import type { Credential } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Issuer } from '../domain/settings.ts';
import type { Place } from '../shared/aws-clients.ts';

const id = z.string().min(1).max(1024);
const within = (inner: string) => z.string().regex(/^[^/]+\/.+$/, `must be ${inner}`);

const byId = z.strictObject({
  kind: z.enum(['iam-user', 'api-gateway-key', 'stored-secret', 'oauth-grant']),
  id,
});
const inPool = z.strictObject({
  kind: z.literal(['cognito-user', 'cognito-app-client']),
  id: within('POOL/NAME'),
});

const accessKey = z.strictObject({ kind: z.literal('iam-access-key'), id });
export type NamedKey = z.output<typeof accessKey>;

/** What has an owner that an operator may settle. */
export const ownedSchema = z.discriminatedUnion('kind', [byId, inPool]);

/** What can leak, as people name it. */
export const namedSchema = z.discriminatedUnion('kind', [
  byId,
  inPool,
  accessKey,
  /** `ROLE/SESSION`, or `ROLE` for every session of the role. */
  z.strictObject({ kind: z.literal('iam-assumed-session'), id }),
  z.strictObject({
    kind: z.literal('bearer-token'),
    issuer: id,
    by: z.enum(['subject', 'jti', 'sid', 'client']),
    value: id,
  }),
]);
export type Named = Exclude<z.output<typeof namedSchema>, { kind: 'iam-access-key' }>;

/** What sweeps can find: `sweptKinds`. */
export const sweptSchema = z.discriminatedUnion('kind', [
  byId.extend({ kind: byId.shape.kind.exclude(['oauth-grant']) }),
  inPool.extend({ kind: z.literal('cognito-app-client') }),
  accessKey,
]);

const split = (text: string): [string, string] => {
  const slash = text.indexOf('/');
  return slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
};

export interface NamedDeps {
  readonly home: Place;
  readonly issuers: readonly Issuer[];
}

const tokenOf = (named: Extract<Named, { kind: 'bearer-token' }>, deps: NamedDeps): Credential => {
  const token = tokenNamed(named, deps);
  if (token) return token;
  throw new InvalidInput('request.credential.issuer', 'is none that the authorizer trusts');
};

/** The credential of this account that a request names. */
export const credentialOf = (named: Named, deps: NamedDeps): Credential => {
  const { home } = deps;
  const { account } = home;
  switch (named.kind) {
    case 'bearer-token':
      return tokenOf(named, deps);
    case 'iam-user':
      return { ...named, account, region: 'global' };
    case 'iam-assumed-session': {
      const [role, session] = split(named.id);
      return { ...named, account, region: 'global', role, ...(session && { session }) };
    }
    case 'cognito-user': {
      const [pool, user] = split(named.id);
      return { kind: named.kind, id: named.id, ...home, pool, user };
    }
    case 'cognito-app-client': {
      const [pool, client] = split(named.id);
      return { kind: named.kind, id: named.id, ...home, pool, client };
    }
    default:
      return { kind: named.kind, id: named.id, ...home };
  }
};
