import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweptKinds } from '../../../functions/domain/sweep-settings.ts';
import { credentialField } from '../../../functions/sources/credential-field.ts';
import { readDetail } from '../../../functions/sources/read-detail.ts';
import { anyJson, fuzzRuns } from '../../support/fuzz.ts';
import { refusedField } from '../../support/refused-field.ts';

const inIam = { account: '123456789012', region: 'global' };
const here = { account: '123456789012', region: 'eu-west-1' };
const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:partners/mailer-Ab12Cd';

const key = { kind: 'iam-access-key', ...inIam, id: 'AKIAACMEH3QDZQMBQRVP', user: 'dana' };
const user = { kind: 'iam-user', ...inIam, id: 'dana' };
const apiKey = { kind: 'api-gateway-key', ...here, id: 'k7acme0lkj' };
const client = {
  kind: 'cognito-app-client',
  ...here,
  id: 'eu-west-1_AcmePool1/4acme5',
  pool: 'eu-west-1_AcmePool1',
  client: '4acme5',
};
const secret = { kind: 'stored-secret', ...here, id: arn };
const all = [key, user, apiKey, client, secret];

const fieldOf = (credential: unknown) => refusedField(() => readDetail(credentialField, credential, 'c'));

it('is of each kind that can be swept, and of no other', () => {
  expect(all.map(({ kind }) => kind).sort()).toEqual([...sweptKinds].sort());
  for (const credential of all) expect(credentialField.parse(credential)).toEqual(credential);
  expect(fieldOf({ kind: 'bearer-token', ...here, id: 'x' })).toBe('c.kind');
  expect(fieldOf({ ...inIam, id: 'dana' })).toBe('c.kind');
});

it.each(['us-gov-west-1', 'cn-north-1', 'us-isob-east-1', 'ap-southeast-4'])(
  'takes the region %s',
  (region) => {
    expect(fieldOf({ ...apiKey, region })).toBe('accepted');
  },
);

it('takes a secret of another partition', () => {
  const id = arn.replace('arn:aws:', 'arn:aws-us-gov:').replace('eu-west-1', 'us-gov-west-1');
  expect(fieldOf({ ...secret, region: 'us-gov-west-1', id })).toBe('accepted');
});

describe('refuses by name', () => {
  it.each([
    ['c.secret', { ...key, secret: 'x' }],
    ['c.user', { ...key, user: undefined }],
    ['c.user', { ...key, user: 'dana:root' }],
    ['c.user', { ...user, user: 'dana' }],
    ['c.pool', { ...apiKey, pool: 'eu-west-1_AcmePool1' }],
    ['c.id', { ...key, id: 'ASIAACMEH3QDZQMBQRVP' }],
    ['c.id', { ...key, id: 'AKIA' }],
    ['c.region', { ...key, region: 'eu-west-1' }],
    ['c.region', { ...user, region: 'us-east-1' }],
    ['c.account', { ...user, account: '12345678901' }],
    ['c.id', { ...user, id: '' }],
    ['c.id', { ...user, id: 'dana/x' }],
    ['c.region', { ...apiKey, region: 'global' }],
    ['c.id', { ...apiKey, id: 'k7/../k8' }],
    ['c.id', { ...client, id: 'eu-west-1_AcmePool1/other' }],
    ['c.pool', { ...client, pool: 'AcmePool1', id: 'AcmePool1/4acme5' }],
    ['c.client', { ...client, client: '4acme/5', id: 'eu-west-1_AcmePool1/4acme/5' }],
    ['c.id', { ...secret, id: arn.replace('123456789012', '210987654321') }],
    ['c.id', { ...secret, region: 'eu-central-1' }],
    ['c.id', { ...secret, id: arn.replace('secretsmanager', 'ssm') }],
    ['c.id', { ...secret, id: `${arn}${'x'.repeat(512)}` }],
  ])('%s', (field, credential) => {
    expect(fieldOf(credential)).toBe(field);
  });
});

it(
  'takes nothing but these, whatever it is given',
  () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(fieldOf(value)).not.toBe('accepted');
        expect(fieldOf({ ...key, id: value })).toBe('c.id');
      }),
      { numRuns: fuzzRuns },
    );
  },
  60 * fuzzRuns,
);
