import { expect, it } from 'vitest';
import { awsClients, impatient } from '../../../functions/shared/aws-clients.ts';

const home = { account: '123456789012', region: 'eu-west-1' };
const clients = awsClients(home, 'eu-central-1');

it('serves the home region, and IAM as global', async () => {
  expect(await clients.iam({ ...home, region: 'global' }).config.region()).toBe('eu-west-1');
  expect(await clients.cognito(home).config.region()).toBe('eu-west-1');
  expect(clients.iam(home)).toBe(clients.iam({ ...home, region: 'global' }));
});

it('asks Identity Center where it lives, and the event history of us-east-1 too', async () => {
  expect(await clients.ssoAdmin({ ...home, region: 'eu-central-1' }).config.region()).toBe('eu-central-1');
  expect(await clients.cloudTrail({ ...home, region: 'us-east-1' }).config.region()).toBe('us-east-1');
  expect(await clients.cloudTrail(home).config.region()).toBe('eu-west-1');
});

it.each([
  ['another account', { ...home, account: '999999999999' }],
  ['another region', { ...home, region: 'us-east-1' }],
  ['the region of Identity Center alone', { ...home, region: 'eu-central-1' }],
])('refuses %s, and never takes it for its own', (_, place) => {
  expect(() => clients.apiGateway(place)).toThrow('is not served by this deployment');
});

it('tries again by itself, but not with what must not be asked twice', async () => {
  expect(await clients.iam(home).config.maxAttempts()).toBeGreaterThan(1);
  const once = awsClients(home, home.region, impatient);
  expect(await once.iam(home).config.maxAttempts()).toBe(1);
  expect(await once.apiGateway(home).config.maxAttempts()).toBe(1);
});
