import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, expect, it } from 'vitest';
import { IamUserPolicies } from '../../../functions/credentials/iam-user-policies.ts';

let server: Server;
afterEach(() => server.close());

/** IAM that refuses everything with one error; the real client, so that its real retry is at work. */
const policiesRefusedWith = async (code: string, status: number) => {
  let requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    request.resume();
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(`<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new IAMClient({ endpoint, retryMode: 'adaptive', maxAttempts: 2 });
  return { policies: new IamUserPolicies(client, 'ada'), count: () => requests };
};

it.each(['put', 'attach'])('asks once when there is no room to %s', async (how) => {
  const { policies, count } = await policiesRefusedWith('LimitExceeded', 409);
  const call = how === 'put' ? policies.putInline('Name', '{}') : policies.attach('arn');
  await expect(call).rejects.toMatchObject({ code: 'limit-exceeded', retryable: false });
  expect(count()).toBe(1);
});

it('still lets the SDK retry what is throttled', async () => {
  const { policies, count } = await policiesRefusedWith('Throttling', 400);
  await expect(policies.putInline('Name', '{}')).rejects.toMatchObject({
    code: 'throttled',
    retryable: true,
  });
  expect(count()).toBe(2);
});
