import * as apigateway from '@aws-sdk/client-api-gateway';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiGatewayKeyRevoker } from '../../../functions/credentials/api-gateway-key.ts';
import { apiKeyDenialKey } from '../../../functions/domain/denial.ts';
import { enforcementSchema } from '../../../functions/domain/enforcement-settings.ts';
import type { Denylist } from '../../../functions/stores/denylist.ts';
import { MemoryDenylist } from '../../support/memory-denylist.ts';

const aws = mockClient(apigateway.APIGatewayClient);
const client = new apigateway.APIGatewayClient({});
const home = { account: '123456789012', region: 'eu-west-1' };
const key = { kind: 'api-gateway-key', ...home, id: 'k1' } as const;
const now = new Date('2026-03-01T12:00:00.900Z');
const nowSeconds = 1_772_366_400;
const row = apiKeyDenialKey('k1');

let denylist: MemoryDenylist;
let revoker: ApiGatewayKeyRevoker;

beforeEach(() => {
  aws.reset();
  aws.onAnyCommand().resolves({});
  aws.on(apigateway.GetApiKeyCommand).resolves({ id: 'k1', name: 'partner', enabled: true });
  denylist = new MemoryDenylist();
  revoker = new ApiGatewayKeyRevoker({
    clients: { apiGateway: () => client },
    home,
    denylist,
    blockedDays: 2,
    enforcement: enforcementSchema.parse({}),
    fetch: () => Promise.reject(new Error('nothing is tried')),
    now: () => now,
  });
});

const twoPagesOfPlans = () =>
  aws
    .on(apigateway.GetUsagePlansCommand, { keyId: 'k1' })
    .resolves({ items: [{ id: 'p1', name: 'gold' }], position: '2' })
    .on(apigateway.GetUsagePlansCommand, { keyId: 'k1', position: '2' })
    .resolves({ items: [{ id: 'p2', name: 'silver' }] });

describe('inspect', () => {
  it('remembers the usage plans of every page, and no value', async () => {
    twoPagesOfPlans();
    aws.on(apigateway.GetApiKeyCommand).resolves({ id: 'k1', enabled: true, value: 'secret' });
    const inspection = await revoker.inspect(key);
    expect(inspection.original).toEqual({
      enabled: true,
      usagePlans: [
        { id: 'p1', name: 'gold' },
        { id: 'p2', name: 'silver' },
      ],
    });
    expect(JSON.stringify([inspection, await revoker.describe(key)])).not.toContain('secret');
  });

  it.each([
    ['enabled, blocked', true, true, nowSeconds + 1, 'live'],
    ['disabled, no row', false, false, nowSeconds + 1, 'live'],
    ['disabled, blocked, but the row has expired', false, true, nowSeconds, 'live'],
    ['disabled, blocked', false, true, nowSeconds + 1, 'dead'],
  ])('%s', async (_, enabled, blocked, expiresAt, state) => {
    aws.on(apigateway.GetApiKeyCommand).resolves({ id: 'k1', enabled });
    await denylist.deny(row, { blocked, expiresAt });
    expect((await revoker.inspect(key)).state).toBe(state);
  });

  it('spends two requests on a look: the quota is 10 a second', async () => {
    await revoker.inspect(key);
    expect(aws.calls()).toHaveLength(2);
  });

  it('is alive while it is on a usage plan', async () => {
    twoPagesOfPlans();
    aws.on(apigateway.GetApiKeyCommand).resolves({ id: 'k1', enabled: false });
    await revoker.deny(key);
    expect((await revoker.inspect(key)).state).toBe('live');
  });
});

describe('revoke', () => {
  it('denies with no request to API Gateway at all', async () => {
    await revoker.deny(key);
    expect(aws.calls()).toHaveLength(0);
    expect(denylist.rows.get(row)).toMatchObject({ blocked: true, expiresAt: nowSeconds + 2 * 86_400 });
  });

  it('has denied before it is refused by API Gateway', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    aws.on(apigateway.UpdateApiKeyCommand).rejects(denied);
    await expect(revoker.revoke(key)).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('apigateway:PATCH'),
    });
    expect(denylist.rows.get(row)?.blocked).toBe(true);
  });

  it('patches the state and nothing else', async () => {
    await revoker.revoke(key);
    expect(aws.commandCalls(apigateway.UpdateApiKeyCommand)[0]?.args[0].input).toEqual({
      apiKey: 'k1',
      patchOperations: [{ op: 'replace', path: '/enabled', value: 'false' }],
    });
  });
});

describe('restore', () => {
  const usagePlans = [
    { id: 'p1', name: 'gold' },
    { id: 'p3', name: 'bronze' },
  ];

  it('re-attaches only the plans that are missing', async () => {
    twoPagesOfPlans();
    await revoker.restore(key, { enabled: true, usagePlans });
    const created = aws.commandCalls(apigateway.CreateUsagePlanKeyCommand).map((call) => call.args[0].input);
    expect(created).toEqual([{ usagePlanId: 'p3', keyId: 'k1', keyType: 'API_KEY' }]);
  });

  it('lifts the row last: a restore that breaks off lets nobody in', async () => {
    await revoker.deny(key);
    aws.on(apigateway.UpdateApiKeyCommand).rejects(new Error('socket hang up'));
    await expect(revoker.restore(key, { enabled: true, usagePlans: [] })).rejects.toMatchObject({
      retryable: true,
    });
    expect(denylist.rows.get(row)?.blocked).toBe(true);
  });

  it('leaves a key disabled that was disabled before us', async () => {
    await revoker.restore(key, { enabled: false, usagePlans: [] });
    expect(aws.calls()).toHaveLength(0);
  });
});

it('reads every page of keys and never asks for a value', async () => {
  aws
    .on(apigateway.GetApiKeysCommand)
    .resolves({ items: [{ id: 'k1' }], position: '2' })
    .on(apigateway.GetApiKeysCommand, { position: '2' })
    .resolves({ items: [{ id: 'k2', name: 'b', tags: { owner: 'x' } }] });
  const found = await Array.fromAsync(revoker.discover({ for: 'everyone' }));
  await revoker.describe(key);
  await revoker.revoke(key);
  const { original } = await revoker.inspect(key);
  await revoker.restore(key, original);
  expect(found.map(({ credential }) => credential.id)).toEqual(['k1', 'k2']);
  const inputs = aws.calls().map((call) => call.args[0].input as Record<string, unknown>);
  expect(inputs[0]).toMatchObject({ limit: 500, includeValues: false });
  for (const input of inputs) {
    expect(input.includeValue ?? false).toBe(false);
    expect(input.includeValues ?? false).toBe(false);
  }
});

describe('in a header of your own', () => {
  const value = 'abcdefghijklmnopqrst';
  const told = (answer: object) =>
    aws.on(apigateway.GetApiKeyCommand, { includeValue: true }).resolves({ id: 'k1', ...answer });
  const withHeader = (store: Denylist = denylist) =>
    new ApiGatewayKeyRevoker({
      clients: { apiGateway: () => client },
      home,
      denylist: store,
      blockedDays: 2,
      enforcement: enforcementSchema.parse({ apiKeyHeader: 'x-partner-key' }),
      fetch: () => Promise.reject(new Error('nothing is tried')),
      now: () => now,
    });

  it('has its row by id before it is asked for its value, which may be throttled', async () => {
    aws
      .on(apigateway.GetApiKeyCommand)
      .rejects(Object.assign(new Error(value), { name: 'TooManyRequestsException' }));
    const failure: unknown = await withHeader()
      .deny(key)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'throttled', retryable: true });
    expect((failure as Error).message).not.toContain(value);
    expect([...denylist.rows.keys()]).toEqual([row]);
  });

  it.each([{}, { value: '' }])(
    'is never taken for refused where its value is not told: %j',
    async (answer) => {
      told({ enabled: false, ...answer });
      const failed = { code: 'unavailable', retryable: true };
      await expect(withHeader().deny(key)).rejects.toMatchObject(failed);
      await expect(withHeader().inspect(key)).rejects.toMatchObject(failed);
    },
  );

  it('still spends two requests on a look', async () => {
    told({ value });
    await withHeader().inspect(key);
    expect(aws.calls()).toHaveLength(2);
  });

  it('asks for no value to describe it', async () => {
    await withHeader().describe(key);
    expect(aws.commandCalls(apigateway.GetApiKeyCommand)[0]?.args[0].input.includeValue).toBe(false);
  });
});
