/// <reference lib="esnext.disposable" />
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from 'vitest';
import { AuthorizerCaches } from '../../../infra/local/authorizer-caches.ts';
import { freePort } from '../../../infra/local/free-port.ts';
import { gatewayStarter } from '../../../infra/local/gateway-starter.ts';
import { policyFor } from './gateway-player.ts';
import { gatewayTemplate, httpTemplate } from './gateway-template.ts';

describe('gateways of one local stack', () => {
  it('ask the deployed authorizer, share the caches and end with the stack', async () => {
    const started = new AsyncDisposableStack();
    const caches = new AuthorizerCaches();
    const invoked: string[] = [];
    const invoke = async (functionName: string) => {
      invoked.push(functionName);
      return policyFor('Allow', '*');
    };
    const apiGateway = new APIGatewayClient({ region: 'eu-west-1' });
    const startGateway = gatewayStarter({ functionName: 'authorize-1', invoke, apiGateway, caches }, started);
    const port = await freePort();
    const rest = await startGateway({ template: gatewayTemplate(), apiId: 'rest7', port });
    const http = await startGateway({ template: httpTemplate(['GET /health']), apiId: 'http7' });
    expect(rest.url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${rest.url}/hello`, { headers: { authorization: 'Bearer x' } })).status).toBe(200);
    expect(invoked).toEqual(['authorize-1']);
    expect([caches.flush('rest7', 'prod'), caches.flush('http7', '$default')]).toEqual([true, true]);
    await started.disposeAsync();
    await expect(fetch(`${rest.url}/hello`)).rejects.toThrow('fetch failed');
    await expect(fetch(`${http.url}/health`)).rejects.toThrow('fetch failed');
  });
});
