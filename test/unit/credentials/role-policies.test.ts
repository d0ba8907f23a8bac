import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, expect, it } from 'vitest';
import { RolePolicies } from '../../../functions/credentials/role-policies.ts';

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
  return { policies: new RolePolicies(client, 'data'), count: () => requests };
};

it.each([
  [
    'LimitExceeded',
    409,
    'limit-exceeded',
    'iam:PutRolePolicy: role data has no room for another inline policy',
  ],
  ['UnmodifiableEntity', 400, 'invalid-input', 'iam:PutRolePolicy: role data cannot be modified'],
])('asks once where IAM says %s, and names the role', async (name, status, code, message) => {
  const { policies, count } = await policiesRefusedWith(name, status);
  await expect(policies.deny('Name', '{}')).rejects.toMatchObject({ code, retryable: false, message });
  expect(count()).toBe(1);
});

it('has nothing to deny on a role that is gone', async () => {
  const { policies } = await policiesRefusedWith('NoSuchEntity', 404);
  expect(await policies.deny('Name', '{}')).toBe('nothing-to-deny');
  expect(await policies.read()).toBeUndefined();
});
