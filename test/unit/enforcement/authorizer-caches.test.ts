import { APIGatewayClient, FlushStageAuthorizersCacheCommand } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, ResetAuthorizersCacheCommand } from '@aws-sdk/client-apigatewayv2';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CachedStage, cachedStageSchema } from '../../../functions/domain/enforcement-settings.ts';
import { CutoffError, needsAttention } from '../../../functions/domain/errors.ts';
import { emptyAuthorizerCaches } from '../../../functions/enforcement/authorizer-caches.ts';
import type { Place } from '../../../functions/shared/aws-clients.ts';

const rest = mockClient(APIGatewayClient);
const http = mockClient(ApiGatewayV2Client);
const home = { account: '123456789012', region: 'eu-west-1' };
const shop = cachedStageSchema.parse({ api: 'shop1', stage: 'prod', seconds: 300 });
const app = cachedStageSchema.parse({ api: 'app2', stage: '$default', type: 'http', seconds: 60 });

const at = (place: Place) => expect(place).toEqual(home);
const clients = {
  apiGateway: (place: Place) => {
    at(place);
    return new APIGatewayClient({});
  },
  httpApis: (place: Place) => {
    at(place);
    return new ApiGatewayV2Client({});
  },
};

beforeEach(() => {
  rest.reset();
  http.reset();
  rest.onAnyCommand().resolves({});
  http.onAnyCommand().resolves({});
});

afterEach(() => {
  vi.useRealTimers();
});

const empty = async (...stages: CachedStage[]) => emptyAuthorizerCaches(stages, { clients, home })?.();

const failureOf = async (...stages: CachedStage[]): Promise<CutoffError> => {
  const error: unknown = await empty(...stages).catch((thrown: unknown) => thrown);
  if (error instanceof CutoffError) return error;
  return expect.fail('no CutoffError was thrown');
};

const failing = (name: string, status = 400) =>
  Object.assign(new Error('quotes arn:aws:sts::1:assumed-role/secret'), {
    name,
    $metadata: { httpStatusCode: status },
  });

it('empties every stage that is named, by the call of its type of API', async () => {
  await empty(shop, app);
  expect(rest.calls().map(({ args }) => args[0])).toEqual([expect.any(FlushStageAuthorizersCacheCommand)]);
  expect(rest.calls()[0]?.args[0].input).toEqual({ restApiId: 'shop1', stageName: 'prod' });
  expect(http.calls().map(({ args }) => args[0])).toEqual([expect.any(ResetAuthorizersCacheCommand)]);
  expect(http.calls()[0]?.args[0].input).toEqual({ ApiId: 'app2', StageName: '$default' });
});

it('is nothing at all where no stage is named', () => {
  expect(emptyAuthorizerCaches([], { clients, home })).toBeUndefined();
});

it('makes one call a stage for callers at the same time who can share it', async () => {
  const emptyCaches = emptyAuthorizerCaches([shop], { clients, home });
  await Promise.all([1, 2, 3, 4].map(() => emptyCaches?.()));
  expect(rest.calls()).toHaveLength(2);
});

describe('a stage whose cache could not be emptied', () => {
  it('is named, with the seconds that it may still answer and the missing action, and is to be tried again', async () => {
    rest.on(FlushStageAuthorizersCacheCommand).rejects(failing('AccessDeniedException', 403));
    const { code, retryable, message } = await failureOf(shop);
    expect({ code, retryable }).toEqual({ code: 'cache-not-flushed', retryable: true });
    expect(message).toBe(
      'shop1/prod may answer from its cache for 300 seconds: ' +
        'apigateway:DELETE /restapis/*/stages/*/cache/authorizers is not allowed to this role',
    );
  });

  it('keeps no other from being emptied, and of several each is named', async () => {
    rest.on(FlushStageAuthorizersCacheCommand).rejects(failing('TooManyRequestsException', 429));
    expect((await failureOf(shop, app)).message).not.toContain('app2');
    expect(http.calls()).toHaveLength(1);
    http.on(ResetAuthorizersCacheCommand).rejects(failing('TooManyRequestsException', 429));
    expect((await failureOf(shop, app)).message).toMatch(/^shop1\/prod .* 300 .*; app2\/\$default .* 60 /);
  });

  it.each([
    ['TooManyRequestsException', 429, false],
    ['AccessDeniedException', 403, true],
    ['NotFoundException', 404, true],
    ['BadRequestException', 400, true],
  ])('is said aloud at once where waiting does not mend it: %s', async (name, status, aloud) => {
    http.on(ResetAuthorizersCacheCommand).rejects(failing(name, status));
    expect(needsAttention(await failureOf(app))).toBe(aloud);
  });

  it('is said aloud though another one may mend itself', async () => {
    rest.on(FlushStageAuthorizersCacheCommand).rejects(failing('TooManyRequestsException', 429));
    http.on(ResetAuthorizersCacheCommand).rejects(failing('NotFoundException', 404));
    expect(needsAttention(await failureOf(shop, app))).toBe(true);
  });

  it('is not waited for without end, and others are emptied after it', async () => {
    vi.useFakeTimers();
    rest.on(FlushStageAuthorizersCacheCommand).callsFake(() => new Promise(() => undefined));
    const emptyCaches = emptyAuthorizerCaches([shop], { clients, home });
    const outcomes = Promise.allSettled([emptyCaches?.(), emptyCaches?.()]);
    await vi.runAllTimersAsync();
    const late = { status: 'rejected', reason: expect.objectContaining({ code: 'cache-not-flushed' }) };
    expect(await outcomes).toEqual([late, late]);
    expect(rest.calls()).toHaveLength(2);
  });
});

it('gives the calls up that it does not wait for any more: their own tries would use up the quota', async () => {
  await empty(shop, app);
  const calls = [
    ...rest.commandCalls(FlushStageAuthorizersCacheCommand),
    ...http.commandCalls(ResetAuthorizersCacheCommand),
  ];
  expect(calls).toHaveLength(2);
  for (const { args } of calls) expect(args).toContainEqual({ abortSignal: expect.any(AbortSignal) });
});
