import { describe, expect, it } from 'vitest';
import { callerByIam } from '../../../functions/token/iam-exchange.ts';
import { callerByKey } from '../../../functions/token/key-exchange.ts';
import { byIam, byKey, home, identity } from './identities.ts';

describe('a caller with an API key', () => {
  it('is the key by its id, never by its value', () => {
    const caller = callerByKey(identity({ apiKeyId: 'k1', apiKey: 'value-1' }), home);
    expect(caller).toEqual(byKey);
    expect(JSON.stringify(caller)).not.toContain('value-1');
  });

  it.each([null, ''])('is nobody where the id is %j', (apiKeyId) => {
    expect(() => callerByKey(identity({ apiKeyId, apiKey: 'value-1' }), home)).toThrow('identity-missing');
  });
});

describe('a caller with a signature of IAM', () => {
  const asked = (userArn: string | null, accessKey: string | null = 'AKIADANA') =>
    callerByIam(identity({ userArn, accessKey, accountId: home.account }), home);

  it.each(['user/dana', 'user/people/ops/dana'])(
    'is the IAM user of %s, with the key that was used',
    (name) => {
      expect(asked(`arn:aws:iam::123456789012:${name}`)).toEqual(byIam);
    },
  );

  it('is one in another partition too', () => {
    expect(asked('arn:aws-cn:iam::123456789012:user/dana')).toEqual(byIam);
  });

  it.each([
    [null, 'identity-missing'],
    ['', 'identity-missing'],
    ['dana', 'identity-missing'],
    ['arn:aws:s3::123456789012:user/dana', 'identity-missing'],
    ['arn:aws:iam::999999999999:user/dana', 'foreign-account'],
    ['arn:aws:iam::123456789012:root', 'root-user'],
    ['arn:aws:sts::123456789012:assumed-role/Admin/dana', 'role-session'],
    ['arn:aws:sts::123456789012:federated-user/dana', 'not-a-user'],
    ['arn:aws:sts::123456789012:user/dana', 'not-a-user'],
    ['arn:aws:iam::123456789012:role/dana', 'not-a-user'],
    ['arn:aws:iam::123456789012:user', 'not-a-user'],
  ])('%s gets no token: %s', (arn, reason) => {
    expect(() => asked(arn)).toThrow(reason);
  });

  it.each([null, '', 'ASIADANA'])('gets no token with the key %j, which nothing could trace', (key) => {
    expect(() => asked('arn:aws:iam::123456789012:user/dana', key)).toThrow('not-a-long-term-key');
  });
});
