import {
  APIGatewayClient,
  GetApiKeysCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  NotFoundException,
} from '@aws-sdk/client-api-gateway';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiKeyUsage, usageAnswer } from '../../../infra/local/api-key-usage.ts';
import { play } from './gateway-player.ts';
import { gatewayTemplate } from './gateway-template.ts';

const aws = mockClient(APIGatewayClient);
const apiGateway = new APIGatewayClient({ region: 'eu-west-1' });
let time: string;
let usage: ApiKeyUsage;
beforeEach(() => {
  aws.reset();
  time = '2026-03-02T09:00:00Z';
  usage = new ApiKeyUsage(() => new Date(time));
  aws.on(GetUsagePlanKeysCommand).resolves({ items: [{ id: 'k1' }, { id: 'k2' }, { id: 'k3' }] });
});

const window = 'startDate=2026-03-01&endDate=2026-03-03';
const ask = (url: string, method = 'GET') => usageAnswer({ method, url }, { usage, apiGateway });
const usageOf = async (more = '') => (await ask(`/usageplans/p1/usage?${window}${more}`))?.body;

describe('what GetUsage tells locally', () => {
  it('is a row a day for each key on the plan, used or not', async () => {
    usage.count('p1', 'k2');
    usage.count('p1', 'k2');
    time = '2026-03-03T00:00:00Z';
    usage.count('p1', 'k2');
    usage.count('p2', 'k1');
    expect(await usageOf()).toEqual({
      usagePlanId: 'p1',
      startDate: '2026-03-01',
      endDate: '2026-03-03',
      values: {
        k1: [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        k2: [
          [0, 0],
          [2, 0],
          [1, 0],
        ],
        k3: [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
      },
    });
  });

  it('is of one key where it is asked for', async () => {
    expect(await usageOf('&keyId=k2')).toMatchObject({ values: { k2: expect.anything() } });
    expect(Object.keys(((await usageOf('&keyId=k2')) as { values: object }).values)).toEqual(['k2']);
  });

  it('comes in pages', async () => {
    const first = (await usageOf('&limit=2')) as { values: object; position: string };
    expect([Object.keys(first.values), first.position]).toEqual([['k1', 'k2'], '2']);
    const second = (await usageOf(`&limit=2&position=${first.position}`)) as { values: object };
    expect(second).not.toHaveProperty('position');
    expect(Object.keys(second.values)).toEqual(['k3']);
  });

  it('is an error for a plan that is not there, and for a question that is none', async () => {
    expect((await ask('/usageplans/p1/usage?startDate=2026-03-01'))?.status).toBe(400);
    aws.on(GetUsagePlanKeysCommand).rejects(new NotFoundException({ message: 'x', $metadata: {} }));
    const gone = await ask(`/usageplans/p1/usage?${window}`);
    expect([gone?.status, gone?.headers?.['x-amzn-errortype']]).toEqual([404, 'NotFoundException']);
  });

  it.each([
    ['GET', '/usageplans/p1'],
    ['GET', '/usageplans'],
    ['PATCH', `/usageplans/p1/usage?${window}`],
    ['GET', '/usageplans/p1/keys/k1/usage'],
  ])('is all that is answered: not %s %s', async (method, url) => {
    expect(await ask(url, method)).toBeUndefined();
  });
});

describe('a gateway', () => {
  const stage = { apiId: 'api7', stage: 'prod' };
  beforeEach(() => {
    aws.on(GetApiKeysCommand).resolves({ items: [{ id: 'k1', value: 'v1', enabled: true }] });
    aws.on(GetUsagePlansCommand).resolves({
      items: [
        { id: 'p0', apiStages: [{ ...stage, stage: 'x' }] },
        { id: 'p1', apiStages: [stage] },
      ],
    });
  });

  it('counts each use of a key on the plan that opens the stage, and no other request', async () => {
    const player = await play({ template: gatewayTemplate({ ByKey: {} }), usage });
    await player.ask('/partner', { 'x-api-key': 'v1' });
    await player.ask('/partner', { 'x-api-key': 'v1' });
    await player.ask('/partner', { 'x-api-key': 'other' });
    await player.ask('/partner');
    expect(usage.on('2026-03-02', 'p1', 'k1')).toBe(2);
    expect(usage.on('2026-03-02', 'p0', 'k1')).toBe(0);
  });

  it('counts none for a key that is disabled', async () => {
    aws.on(GetApiKeysCommand).resolves({ items: [{ id: 'k1', value: 'v1', enabled: false }] });
    const player = await play({ template: gatewayTemplate({ ByKey: {} }), usage });
    await player.ask('/partner', { 'x-api-key': 'v1' });
    expect(usage.on('2026-03-02', 'p1', 'k1')).toBe(0);
  });
});
