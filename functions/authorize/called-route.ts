import { Unauthenticated } from './refusal.ts';

/** What is called, as API Gateway itself names it. */
export interface CalledRoute {
  /** ARN of every method of the stage, `arn:…:execute-api:REGION:ACCOUNT:API/STAGE/*`. */
  readonly stageArn: string;
  readonly method: string;
  /** Below the stage, with a slash in front. */
  readonly path: string;
}

const arnParts = /^(arn:[\w-]+:execute-api:[\w-]+:\d{12}:[\w-]+\/[^/*]+)\/([^/*]+)(?:\/(.*))?$/s;

/**
 * From `methodArn` or `routeArn`, `arn:…:API/STAGE/METHOD/PATH` ("Control access to a REST API with IAM permissions",
 * "Control access to HTTP APIs with AWS Lambda authorizers"). A stage or method with a wildcard is refused.
 */
export const calledRouteOf = (arn: string | undefined): CalledRoute => {
  const [, stage, method, path = ''] = arnParts.exec(arn ?? '') ?? [];
  if (stage === undefined || method === undefined) throw new Unauthenticated('not-understood');
  return { stageArn: `${stage}/*`, method, path: `/${path}` };
};

/** What a backend might take for another path than the one that was matched. */
const ambiguousPath = /\.\.|%|\\|\/\/|;/;

interface Pattern {
  readonly method: string;
  readonly path: RegExp;
}

const patternOf = (route: string): Pattern => {
  const [method = '', path = ''] = route.split(' ');
  const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return { method, path: new RegExp(`^${escaped}$`, 's') };
};

/** Whether a route is one of these, `GET /catalog/*`. A path that can be read in two ways is none of them. */
export const routeMatcher = (routes: readonly string[]): ((called: CalledRoute) => boolean) => {
  const patterns = routes.map(patternOf);
  return ({ method, path }) =>
    !ambiguousPath.test(path) &&
    patterns.some(
      (pattern) => (pattern.method === '*' || pattern.method === method) && pattern.path.test(path),
    );
};
