import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionHost } from '../../../infra/local/function-host.ts';
import {
  functionNameOf,
  type LambdaEndpoint,
  startLambdaEndpoint,
} from '../../../infra/local/lambda-endpoint.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:operator';

let localAws: Server;
let lambda: LambdaEndpoint;
let client: LambdaClient;
let asked: string[];
let invoked: string[];

const host: FunctionHost = {
  has: (name) => name === 'operator',
  invokeRaw: async (_, event) => {
    invoked.push(event);
    return event.includes('bad')
      ? { error: { errorType: 'InvalidInput', errorMessage: 'request.bad: is not a known field' } }
      : { payload: '{"done":true}' };
  },
  invoke: async () => undefined,
  stop: async () => undefined,
};

beforeEach(async () => {
  asked = [];
  invoked = [];
  localAws = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"Functions":[{"FunctionName":"operator"}]}');
  });
  await new Promise<void>((resolve) => localAws.listen(0, '127.0.0.1', resolve));
  const { port } = localAws.address() as AddressInfo;
  lambda = await startLambdaEndpoint({ host, endpoint: `http://127.0.0.1:${port}` });
  client = new LambdaClient({ endpoint: lambda.url, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await lambda.close();
  localAws.closeAllConnections();
  await new Promise((resolve) => localAws.close(resolve));
});

const post = (name: string, body: string) =>
  fetch(`${lambda.url}/2015-03-31/functions/${name}/invocations`, { method: 'POST', body });

it.each(['operator', 'operator:$LATEST', '123456789012:function:operator', arn, `${arn}:prod`])(
  'takes %s for the function operator',
  (text) => expect(functionNameOf(text)).toBe('operator'),
);

describe('the Lambda endpoint', () => {
  it.each(['operator', arn])('runs %s and gives its answer', async (FunctionName) => {
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload: '{"list":"held"}' }));
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(answer.Payload?.transformToString()).toBe('{"done":true}');
    expect(invoked).toEqual(['{"list":"held"}']);
    expect(asked).toEqual([]);
  });

  it('marks an error of the function', async () => {
    const answer = await client.send(new InvokeCommand({ FunctionName: 'operator', Payload: '{"bad":1}' }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({
      errorType: 'InvalidInput',
      errorMessage: 'request.bad: is not a known field',
    });
  });

  it('takes no payload for an empty event', async () => {
    await client.send(new InvokeCommand({ FunctionName: 'operator' }));
    expect(invoked).toEqual(['{}']);
  });

  it('answers at once where nobody waits, and runs nothing in a dry run', async () => {
    const call = (InvocationType: 'Event' | 'DryRun') =>
      client.send(new InvokeCommand({ FunctionName: 'operator', InvocationType, Payload: '{"a":1}' }));
    expect((await call('DryRun')).StatusCode).toBe(204);
    expect(invoked).toEqual([]);
    expect((await call('Event')).StatusCode).toBe(202);
    expect(invoked).toEqual(['{"a":1}']);
  });

  it('refuses what Lambda refuses', async () => {
    const missing = client.send(new InvokeCommand({ FunctionName: 'other' }));
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect((await post('operator', '{not json')).status).toBe(400);
    expect((await post('operator', `"${'x'.repeat(6 * 1024 * 1024)}"`)).status).toBe(413);
    expect(invoked).toEqual([]);
  });

  it('hands every other call on to the local AWS', async () => {
    const { Functions } = await client.send(new ListFunctionsCommand({}));
    expect(Functions).toEqual([{ FunctionName: 'operator' }]);
    expect(asked).toEqual(['GET /2015-03-31/functions']);
  });

  it('says so where the local AWS is gone', async () => {
    localAws.closeAllConnections();
    await new Promise((resolve) => localAws.close(resolve));
    expect((await fetch(`${lambda.url}/2015-03-31/functions`)).status).toBe(502);
  });
});
