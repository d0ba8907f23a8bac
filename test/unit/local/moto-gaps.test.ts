import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { EventHistory } from '../../../infra/local/event-history.ts';
import type { HttpServer } from '../../../infra/local/http-server.ts';
import { localClients } from '../../../infra/local/local-clients.ts';
import { startMotoGaps } from '../../../infra/local/moto-gaps.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let moto: Server;
let motoUrl: string;
let gaps: HttpServer;
let asked: Asked[];
let answer: (response: ServerResponse) => void;
beforeEach(async () => {
  asked = [];
  answer = (response) => response.end('{}');
  moto = createServer(async (request, response) => {
    const { method, url, headers } = request;
    asked.push({ method, url, headers, body: await text(request) });
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(moto, 'listening');
  motoUrl = `http://127.0.0.1:${(moto.address() as AddressInfo).port}`;
  gaps = await startMotoGaps({ endpoint: motoUrl, history: new EventHistory() });
  return async () => {
    await gaps.close();
    moto.closeAllConnections();
    moto.close();
  };
});

describe('in front of moto', () => {
  it('what is not answered here is handed on, and the answer back, as they are', async () => {
    answer = (response) => response.writeHead(418, { 'x-amzn-requestid': 'r1' }).end('<Tea/>');
    const body = 'Action=ListUsers&PathPrefix=%2Fa%2B';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: 'AWS4 iam' };
    const got = await fetch(`${gaps.url}/a/b?c=%20d`, { method: 'POST', headers, body });
    expect([got.status, got.headers.get('x-amzn-requestid'), await got.text()]).toEqual([
      418,
      'r1',
      '<Tea/>',
    ]);
    expect(asked).toEqual([
      { method: 'POST', url: '/a/b?c=%20d', headers: expect.objectContaining(headers), body },
    ]);
    await fetch(`${gaps.url}/_local/events`);
    expect(asked[1]).toMatchObject({ method: 'GET', url: '/_local/events' });
  });

  it('clients of the local stack ask there for IAM and CloudTrail alone', async () => {
    const { iam, cloudTrail, dynamoDb } = localClients(motoUrl, gaps.url);
    await iam.send(new GetUserCommand({})).catch(() => undefined);
    await cloudTrail.send(new DescribeTrailsCommand({}));
    await dynamoDb.send(new ListTablesCommand({}));
    expect(asked.map(({ headers }) => `http://${headers.host}`)).toEqual([gaps.url, gaps.url, motoUrl]);
  });

  it('a moto that is gone is named as the reason', async () => {
    const alone = await startMotoGaps({ endpoint: 'http://127.0.0.1:1', history: new EventHistory() });
    const body = new URLSearchParams({ Action: 'GetUser' });
    const got = await fetch(alone.url, { method: 'POST', body });
    expect(got.status).toBe(502);
    expect(await got.text()).toContain('<Message>connect ECONNREFUSED 127.0.0.1:1</Message>');
    await alone.close();
  });

  it('closing waits for no answer, and leaves no connection to moto', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    answer = arrived.resolve;
    const call = fetch(gaps.url);
    const response = await arrived.promise;
    const ended = once(response, 'close');
    await Promise.all([gaps.close(), expect(call).rejects.toThrow('fetch failed')]);
    await ended;
  });
});
