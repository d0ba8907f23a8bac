import { describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { readAnswer } from '../../../functions/enforcement/probe-answer.ts';

const secret = 'k3y-that-must-not-be-told';

const answer = (status: number, text: string, headers: Record<string, string> = {}) => ({
  status,
  text,
  headers: new Headers(headers),
});
const message = (text: string) => JSON.stringify({ message: text });
const errorType = (name: string) => ({ 'x-amzn-errortype': name });

type Case = [name: string, status: number, text: string, headers?: Record<string, string>];

const explicitDeny = message('User is not authorized to access this resource with an explicit deny');
const denied = errorType('AccessDeniedException');
const forbidden = errorType('ForbiddenException');

const refused: Case[] = [
  ['REST: no identity', 401, message('Unauthorized'), errorType('UnauthorizedException')],
  ['REST: denied by the authorizer', 403, explicitDeny, denied],
  ['REST: the key is disabled', 403, message('Forbidden'), forbidden],
  ['REST: a gateway response of your own', 403, '<p>Go away</p>', forbidden],
  ['REST: more behind the error type', 403, '', errorType('ForbiddenException:http://internal.amazon.com/')],
  ['HTTP API: denied by the authorizer', 403, message('Forbidden')],
  ['HTTP API: no identity', 401, message('Unauthorized')],
];

const gotThrough: Case[] = [
  ['success', 200, message('hello')],
  ['nothing to say', 204, ''],
  ['success that pretends', 200, message('Forbidden'), forbidden],
  ['a backend that misses a parameter', 400, message('limit is missing')],
  ['a backend that refuses by itself', 403, message('not for your plan')],
  ['a backend that says Forbidden and more', 403, JSON.stringify({ message: 'Forbidden', code: 17 })],
  ['a backend that says Forbidden in words', 403, 'Forbidden'],
  ['a backend that wants a login', 401, '<html>log in</html>'],
  ['a backend that finds nothing', 404, message('no such order')],
  ['a backend that says Unauthorized with another status', 403, message('Unauthorized')],
];

const inconclusive: Case[] = [
  [
    'REST: no such route',
    403,
    message('Missing Authentication Token'),
    errorType('MissingAuthenticationTokenException'),
  ],
  ['no such route, without an error type', 403, message('Missing Authentication Token')],
  ['HTTP API: no such route', 404, message('Not Found')],
  [
    'a resource policy',
    403,
    JSON.stringify({ Message: 'User: anonymous is not authorized to perform: execute-api:Invoke' }),
    denied,
  ],
  ['an IAM route', 403, message('The security token included in the request is invalid.'), denied],
  ['a wrong signature', 403, message('x'), errorType('InvalidSignatureException')],
  ['an error type that nobody knows', 403, message('Forbidden'), errorType(secret)],
  ['two error types', 403, '', { 'x-amzn-errortype': 'ForbiddenException, AccessDeniedException' }],
  ['a refusal with the wrong status', 400, message('Forbidden'), forbidden],
  ['an identity refused with the status of a key', 403, '', errorType('UnauthorizedException')],
  ['CloudFront itself', 403, '<html>The request could not be satisfied</html>', { server: 'CloudFront' }],
  ['too many requests', 429, message('Too Many Requests')],
  ['a timeout', 408, ''],
  ['moved', 301, '', { location: 'https://elsewhere.example.com' }],
  ['found', 302, ''],
  ['not modified', 304, ''],
  ['the authorizer broke', 500, message('Internal Server Error')],
  ['a bad gateway', 502, ''],
  ['out of order', 503, message('Forbidden'), forbidden],
];

describe('an answer to a real attempt', () => {
  it.each(refused)('is a refusal: %s', (_, status, text, headers) => {
    expect(readAnswer(answer(status, text, headers))).toMatchObject({ verdict: 'refused', status });
  });

  it.each(gotThrough)('shows that it got through: %s', (_, status, text, headers) => {
    expect(readAnswer(answer(status, text, headers))).toMatchObject({ verdict: 'got-through', status });
  });

  it.each(inconclusive)('says nothing: %s', (_, status, text, headers) => {
    const read = () => readAnswer(answer(status, text, headers));
    expect(read).toThrow(CutoffError);
    expect(read).toThrow(expect.objectContaining({ code: 'probe-inconclusive', retryable: true }));
  });

  it('is named by its status and a known error type', () => {
    expect(readAnswer(answer(403, '', denied)).says).toBe('403 AccessDeniedException');
    expect(readAnswer(answer(403, message('Forbidden'))).says).toBe('403');
    expect(() => readAnswer(answer(503, '', forbidden))).toThrow(
      'a probe was answered 503 ForbiddenException',
    );
  });

  it.each([200, 302, 400, 401, 403, 404, 429, 500])('is never quoted, whatever it echoes: %i', (status) => {
    const echo = answer(status, message(secret), {
      'x-amzn-errortype': secret,
      'x-echo': secret,
      server: secret,
    });
    const told = (() => {
      try {
        return JSON.stringify(readAnswer(echo));
      } catch (error) {
        return `${(error as Error).stack} ${JSON.stringify(error)} ${(error as Error).cause}`;
      }
    })();
    expect(told).toContain(String(status));
    expect(told).not.toContain(secret);
  });
});
