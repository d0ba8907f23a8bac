import { CutoffError } from '../domain/errors.ts';
import { isObject, jsonOf } from '../shared/json.ts';

/** What came back from a protected route. Any of the texts may quote the credential that was sent. */
export interface ProbeAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The beginning of the body. */
  readonly text: string;
}

export interface Reading {
  readonly verdict: 'refused' | 'got-through';
  readonly status: number;
  /** Status and error type, such as `403 ForbiddenException`: words of ours, none of the server's. */
  readonly says: string;
}

/** The attempt says nothing, neither that the credential works nor that it does not. */
export const inconclusive = (problem: string): CutoffError =>
  new CutoffError(`a probe ${problem}`, { code: 'probe-inconclusive', retryable: true });

/** By status, the error types with which a REST API refuses for the credential's sake. */
const refusing = new Map([
  [401, ['UnauthorizedException']],
  [403, ['AccessDeniedException', 'ForbiddenException']],
]);

/** HTTP APIs send no error type: the whole body of their refusals, by status. */
const refusalBodies = new Map([
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
]);

/** And of their answers, and those of REST APIs, where there is no such route. */
const noRoute = new Map([
  [403, 'Missing Authentication Token'],
  [404, 'Not Found'],
]);

/** Error types that may be written down; any other text may be the credential itself. */
const quotable: ReadonlySet<string> = new Set([
  ...[...refusing.values()].flat(),
  'MissingAuthenticationTokenException',
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'InvalidClientTokenIdException',
  'ExpiredTokenException',
  'TooManyRequestsException',
  'LimitExceededException',
  'NotFoundException',
  'BadRequestException',
  'InternalServerErrorException',
]);

/** AWS services may put more behind a colon. */
const errorTypeOf = ({ headers }: ProbeAnswer): string | undefined =>
  headers.get('x-amzn-errortype')?.split(':')[0]?.trim();

/** Refusals by IAM or by a resource policy spell it `Message`. A body with anything else in it is somebody else's. */
const messageOf = ({ text }: ProbeAnswer): unknown => {
  const body = jsonOf(text);
  if (!isObject(body) || Object.keys(body).length !== 1) return undefined;
  return body.message ?? body.Message;
};

/** A resource policy or IAM says no to the caller, whatever it brings: `User: anonymous is not authorized to …`. */
const isAboutTheCaller = (answer: ProbeAnswer): boolean =>
  /^User: |security token/.test(String(messageOf(answer) ?? ''));

const isRefusal = (answer: ProbeAnswer): boolean => {
  const { status } = answer;
  const type = errorTypeOf(answer);
  if (type === undefined) return refusalBodies.has(status) && messageOf(answer) === refusalBodies.get(status);
  return refusing.get(status)?.includes(type) === true && !isAboutTheCaller(answer);
};

const isInconclusive = (answer: ProbeAnswer): boolean => {
  const { status, headers } = answer;
  if (status < 400 || status >= 500 || status === 408 || status === 429) return true;
  if (errorTypeOf(answer) !== undefined || headers.get('server') === 'CloudFront') return true;
  return noRoute.has(status) && messageOf(answer) === noRoute.get(status);
};

const saysOf = (answer: ProbeAnswer): string => {
  const type = errorTypeOf(answer);
  if (type === undefined) return `${answer.status}`;
  return `${answer.status} ${quotable.has(type) ? type : 'and an unknown error type'}`;
};

/**
 * Who answered, by the marks that API Gateway leaves. Refused: 401 and 403 of its own for the credential's sake. Got
 * through: 2xx, and 4xx that bear no mark of the gateway, so that they came from behind it. Throws
 * `probe-inconclusive` for everything else: redirects, 408, 429, 5xx, no such route, any other error of the gateway.
 *
 * REST: "How do I troubleshoot HTTP 403 errors from API Gateway?" (AWS re:Post) for `x-amzn-errortype` and messages.
 * HTTP APIs: `{"message":"Forbidden"}`, `{"message":"Unauthorized"}`, `{"message":"Not Found"}` and nothing else.
 *
 * Limits. AWS WAF before a REST API and a custom domain without a mapping answer exactly as for a key that is refused
 * (`ForbiddenException`, `Forbidden`), and an authorizer that cannot reach its denylist refuses everybody: only a
 * positive control tells these apart. A backend that copies these marks is believed. A cache in front, such as
 * CloudFront's, may answer for the gateway. Assumption: what CloudFront makes up itself has `server: CloudFront`.
 */
export const readAnswer = (answer: ProbeAnswer): Reading => {
  const { status } = answer;
  const says = saysOf(answer);
  if (isRefusal(answer)) return { verdict: 'refused', status, says };
  const isSuccess = status >= 200 && status < 300;
  if (!isSuccess && isInconclusive(answer)) throw inconclusive(`was answered ${says}`);
  return { verdict: 'got-through', status, says };
};
