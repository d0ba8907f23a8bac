import { expect } from 'vitest';
import { isLive, tokenDenialKey } from '../../../functions/domain/denial.ts';
import type { CutoffError } from '../../../functions/domain/errors.ts';
import { issuerSchema } from '../../../functions/domain/settings.ts';
import { Canary, type CanaryDeps } from '../../../functions/enforcement/canary-probe.ts';
import { MemoryDenylist } from '../../support/memory-denylist.ts';

export const start = Date.parse('2026-03-01T12:00:00.000Z');
export const clientSecret = 's3cret+/%: &=';

export const canary = {
  url: 'https://api.example.com/prod/hello',
  tokenUrl: 'https://id.example.com/token',
  clientSecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:canary-AbCdEf',
};

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

const forbidden = () =>
  new Response('{"message":"User is not authorized"}', {
    status: 403,
    headers: { 'x-amzn-errortype': 'AccessDeniedException' },
  });

/** The protected route: `jti` of the token, and whether its row is on the denylist. */
type Route = (jti: string, isDenied: boolean) => Response | Promise<Response>;

export const obeying: Route = (_, isDenied) => (isDenied ? forbidden() : new Response('hello'));

interface Options {
  /** Over the claims of each token. */
  readonly claims?: object;
  readonly secret?: string;
  /** As the settings and the denylist spell it. */
  readonly issuer?: string;
}

/** An issuer, a protected route and a denylist in memory, on one clock that is moved by hand. */
export const makeStage = ({ claims = {}, secret, issuer = 'https://id.example.com' }: Options = {}) => {
  const stage = {
    clock: start,
    route: obeying,
    grant: (token: string): Response => Response.json({ access_token: token, token_type: 'Bearer' }),
    minted: [] as string[],
    forms: [] as [string, RequestInit][],
    /** Tokens in the order in which they were sent to the route. */
    tried: [] as string[],
    denylist: new MemoryDenylist(),
  };
  const token = () => {
    const exp = stage.clock / 1000 + 600;
    const payload = { iss: issuer, jti: `canary-${stage.minted.length + 1}`, exp, ...claims };
    const made = `${encode({ alg: 'RS256' })}.${encode(payload)}.c2lnbmF0dXJl`;
    stage.minted.push(made);
    return made;
  };
  const deps = {
    issuers: [issuerSchema.parse({ issuer, audience: 'api', tokenUse: 'access', jwksUri: `${issuer}/jwks` })],
    denylist: stage.denylist,
    secret: async () => secret ?? JSON.stringify({ clientId: 'app:1', clientSecret }),
    now: () => new Date(stage.clock),
    fetch: (async (url: string, init: RequestInit) => {
      if (url === canary.tokenUrl) {
        stage.forms.push([url, init]);
        return stage.grant(token());
      }
      if (url !== canary.url) throw new Error(`nothing is at ${url}`);
      const sent = String(new Headers(init.headers).get('authorization')).replace('Bearer ', '');
      stage.tried.push(sent);
      const { jti } = payloadOf(sent);
      const row = await stage.denylist.read(tokenDenialKey(issuer, 'jti', jti));
      return stage.route(jti, row?.blocked === true && isLive(row, stage.clock / 1000));
    }) as typeof fetch,
  } satisfies CanaryDeps;
  return { stage, deps };
};

/** `more`: over the settings. */
export const canaryWorld = (options: Options = {}, more: object = {}) => {
  const { stage, deps } = makeStage(options);
  return { stage, deps, canary: new Canary({ ...canary, ...more }, deps) };
};

export const failureOf = (one: Canary): Promise<CutoffError> =>
  one.probe().then(
    () => expect.fail('did not fail'),
    (error: CutoffError) => error,
  );
