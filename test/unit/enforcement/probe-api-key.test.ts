import { APIGatewayClient, GetApiKeyCommand, NotFoundException } from '@aws-sdk/client-api-gateway';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { enforcementSchema } from '../../../functions/domain/enforcement-settings.ts';
import { probeApiKey } from '../../../functions/enforcement/api-key-probe.ts';

const value = 'k3y-that-must-not-be-told';
const url = 'https://api.example.com/prod/partner';
const key = { kind: 'api-gateway-key', account: '123456789012', region: 'eu-west-1', id: 'k1' } as const;
const aws = mockClient(APIGatewayClient);
const client = new APIGatewayClient({});

beforeEach(() => {
  aws.reset();
  aws.on(GetApiKeyCommand, { apiKey: 'k1', includeValue: true }).resolves({ id: 'k1', value });
});

const probing = (settings: object, answer: () => Response = () => new Response()) => {
  const sent: [string, RequestInit][] = [];
  const deps = {
    clients: { apiGateway: () => client },
    enforcement: enforcementSchema.parse(settings),
    fetch: (async (to: string, init: RequestInit) => {
      sent.push([to, init]);
      return answer();
    }) as typeof fetch,
  };
  return { sent, probe: () => probeApiKey(key, deps) };
};

const configured = { probes: { apiKeyUrl: url } };
const forbidden = () =>
  new Response(JSON.stringify({ message: value }), {
    status: 403,
    headers: { 'x-amzn-errortype': 'ForbiddenException', 'x-echo': value },
  });

describe('a key that is tried', () => {
  it('goes to the route that the settings name, in the header of API Gateway', async () => {
    const { sent, probe } = probing(configured, forbidden);
    await probe();
    expect(sent).toMatchObject([
      [url, { method: 'GET', headers: { 'x-api-key': value }, redirect: 'manual' }],
    ]);
  });

  it('goes in the header that the settings name, and in no other', async () => {
    const { sent, probe } = probing({ ...configured, apiKeyHeader: 'X-Partner-Key' }, forbidden);
    await probe();
    expect(sent[0]?.[1].headers).toEqual({ 'x-partner-key': value });
  });

  it('is dead where it is refused, and nothing is told that the server echoes', async () => {
    expect(await probing(configured, forbidden).probe()).toEqual({
      state: 'dead',
      level: 'probe',
      observed: `GET ${url} with the key refused (403 ForbiddenException)`,
      original: {},
    });
  });

  it('is live where it gets through, and its value is nowhere to be seen', async () => {
    const inspection = await probing(
      configured,
      () => new Response(value, { headers: { 'x-echo': value } }),
    ).probe();
    expect(inspection).toMatchObject({ state: 'live', level: 'probe' });
    expect(JSON.stringify(inspection)).not.toContain(value);
  });

  it('proves nothing while the route is out of order', async () => {
    const failure = probing(configured, () => new Response(value, { status: 502 })).probe();
    await expect(failure).rejects.toMatchObject({
      code: 'probe-inconclusive',
      message: expect.not.stringContaining(value),
    });
  });

  it('is gone where it was deleted meanwhile, and nothing is sent', async () => {
    aws.on(GetApiKeyCommand).rejects(new NotFoundException({ message: 'x', $metadata: {} }));
    const { sent, probe } = probing(configured);
    expect(await probe()).toMatchObject({ state: 'gone', level: 'probe' });
    expect(sent).toEqual([]);
  });

  it('proves nothing where API Gateway tells no value: an empty key would be refused by any route', async () => {
    aws.on(GetApiKeyCommand).resolves({ id: 'k1' });
    const { sent, probe } = probing(configured, forbidden);
    await expect(probe()).rejects.toMatchObject({ code: 'probe-inconclusive' });
    expect(sent).toEqual([]);
  });

  it('is not even read where the settings name no route', async () => {
    const { sent, probe } = probing({});
    expect(await probe()).toBeUndefined();
    expect(aws.calls()).toEqual([]);
    expect(sent).toEqual([]);
  });
});
