import { describe, expect, it } from 'vitest';
import { calling, callingPages, unlessGone } from '../../../functions/credentials/aws-errors.ts';
import { Conflict } from '../../../functions/domain/errors.ts';

const awsError = (name: string, httpStatusCode = 400) =>
  Object.assign(new Error('User arn:aws:iam::1:user/x secret'), { name, $metadata: { httpStatusCode } });

const failing = (error: unknown) => calling('iam:GetUser', () => Promise.reject(error));

describe('calling', () => {
  it.each([
    ['AccessDenied', 403, 'access-denied', true],
    ['AccessDeniedException', 403, 'access-denied', true],
    ['UnauthorizedException', 401, 'access-denied', true],
    ['Throttling', 400, 'throttled', true],
    ['TooManyRequestsException', 429, 'throttled', true],
    ['ProvisionedThroughputExceededException', 400, 'throttled', true],
    // IAM's is a quota, API Gateway's a rate: only the status tells them apart.
    ['LimitExceededException', 409, 'limit-exceeded', false],
    ['LimitExceededException', 429, 'throttled', true],
    ['NoSuchEntityException', 404, 'not-found', false],
    ['NotFoundException', 404, 'not-found', false],
    ['ConcurrentModificationException', 409, 'conflict', true],
    ['EntityTemporarilyUnmodifiableException', 409, 'conflict', true],
    ['ValidationError', 400, 'invalid-input', false],
    ['ServiceFailureException', 500, 'unavailable', true],
    ['TimeoutError', 0, 'unavailable', true],
    ['ResourceNotFoundException', 400, 'unavailable', true],
  ])('maps %s with status %i to %s', async (name, status, code, retryable) => {
    const error = await failing(awsError(name, status)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retryable });
    expect((error as Error).message).toMatch(/^iam:GetUser [a-z ]+$/);
  });

  it('takes what is no error at all for unavailable', async () => {
    await expect(failing('boom')).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  it('leaves our own errors as they are', async () => {
    const conflict = new Conflict('row');
    await expect(failing(conflict)).rejects.toBe(conflict);
  });
});

describe('callingPages', () => {
  it('names the action when a later page fails', async () => {
    async function* pages() {
      yield 1;
      throw awsError('AccessDenied', 403);
    }
    const all = Array.fromAsync(callingPages('iam:ListAccessKeys', pages()));
    await expect(all).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('iam:ListAccessKeys'),
    });
  });
});

describe('unlessGone', () => {
  it('swallows not-found and nothing else', async () => {
    expect(await unlessGone(failing(awsError('NoSuchEntityException', 404)))).toBeUndefined();
    await expect(unlessGone(failing(awsError('AccessDenied', 403)))).rejects.toThrow();
    expect(await unlessGone(Promise.resolve(1))).toBe(1);
  });
});
