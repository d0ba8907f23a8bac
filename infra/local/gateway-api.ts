/**
 * A part of the request that must be there before the authorizer is asked; all of them together name its cached
 * answer.
 */
export type IdentitySource =
  | { readonly in: 'header' | 'querystring'; readonly name: string }
  | { readonly in: 'routeKey' };

export interface Authorizer {
  /** In the template: tells the authorizers of a stage apart. */
  readonly logicalId: string;
  readonly type: 'REQUEST' | 'TOKEN';
  readonly identitySources: readonly IdentitySource[];
  /** Of a TOKEN authorizer: what the token has to look like. */
  readonly validation?: RegExp;
  /** 0 keeps nothing. */
  readonly ttlSeconds: number;
  /** What it has to answer with. */
  readonly answers: 'policy' | 'simple';
}

export interface Route {
  /** `ANY` is every one. */
  readonly method: string;
  /** `/orders/{id}`, `/{proxy+}`, or `$default` for all that no other route takes. */
  readonly path: string;
  readonly apiKeyRequired: boolean;
  /** Absent where the route is open to everybody. */
  readonly authorizer?: Authorizer;
  /** REST APIs only: IAM guards it, and looks at the signature instead. */
  readonly isSigned?: boolean;
  /** REST APIs only: a function answers (Lambda proxy integration). */
  readonly isProxy?: boolean;
  /** What stands behind it answers so, where it is no function. */
  readonly status: number;
  readonly body: unknown;
}

interface Api {
  readonly name: string;
  readonly stage: string;
  readonly routes: readonly Route[];
}

export interface RestApi extends Api {
  readonly kind: 'rest';
  /** Where the API key comes from: the header x-api-key, or the authorizer's answer. */
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
}

export interface HttpApi extends Api {
  readonly kind: 'http';
}

/** What a route answers whose integration is not simulated. */
export const backend = { status: 200, body: { message: 'reached the backend' } } as const;

export const defaultRoute = '$default';

/** `GET /orders/{id}`, as a route was written. */
export const routeKeyOf = ({ method, path }: Route): string =>
  path === defaultRoute ? defaultRoute : `${method} ${path}`;
