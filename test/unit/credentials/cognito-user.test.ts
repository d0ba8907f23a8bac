import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { CognitoUserRevoker } from '../../../functions/credentials/cognito-user.ts';
import { awsClients } from '../../../functions/shared/aws-clients.ts';
import {
  addPool,
  addPoolUser,
  dependenciesOn,
  issuerOfPool,
  verified,
} from '../../contract/cognito-worlds.ts';
import { home, inMemory } from '../../contract/stand-ins.ts';
import { ada, order } from '../../contract/worlds.ts';

const setUp = async () => {
  const aws = inMemory();
  const pool = await addPool(aws);
  const revoker = new CognitoUserRevoker(dependenciesOn(aws, [pool], [issuerOfPool(pool)]));
  return { aws, pool, revoker };
};

// What moto does not do: it searches with case, takes no alias and gives no quotation marks back.
describe('a cognito-user revoker', () => {
  it('finds an address that the pool spells in other capitals', async () => {
    const { aws, pool, revoker } = await setUp();
    await addPoolUser(aws, pool, { ...verified, email: 'Ada@Example.COM' });
    const [found] = await Array.fromAsync(revoker.discover({ for: 'subject', subjects: [ada] }));
    expect(found?.facts.inherentOwners).toContain('email:ada@example.com');
  });

  it.each(['"ada"@example.com', 'a\\@example.com', 'a"or"b@example.com'])(
    'searches for an address as odd as %s',
    async (email) => {
      const { aws, pool, revoker } = await setUp();
      await addPoolUser(aws, pool, { ...verified, email });
      await addPoolUser(aws, pool, { ...verified, name: 'grace', email: 'grace@example.com' });
      const found = revoker.discover({ for: 'subject', subjects: [{ format: 'email', email }] });
      expect((await Array.fromAsync(found)).map(({ credential }) => credential.user)).toEqual(['ada']);
    },
  );

  it('does not take the alias of somebody else for a user that is gone', async () => {
    const { aws, pool, revoker } = await setUp();
    const { credential } = await addPoolUser(aws, pool);
    const { original } = await revoker.inspect(credential, order);
    await aws.admin.cognito.send(new AdminDeleteUserCommand({ UserPoolId: pool, Username: 'ada' }));
    await addPoolUser(aws, pool, { name: 'grace', preferred_username: 'ada' });
    const grace = { UserPoolId: pool, Username: 'grace' };
    const isEnabled = async () => (await aws.admin.cognito.send(new AdminGetUserCommand(grace))).Enabled;
    expect((await revoker.inspect(credential, order)).state).toBe('gone');
    await revoker.revoke(credential, order);
    expect(await revoker.remove(credential)).toBe('removed');
    expect(await isEnabled()).toBe(true);
    await aws.admin.cognito.send(new AdminDisableUserCommand(grace));
    await revoker.restore(credential, original);
    expect(await isEnabled()).toBe(false);
  });

  it('asks no pool where no subject can name a user of it', async () => {
    const { aws, revoker } = await setUp();
    const subjects = [
      { format: 'opaque', id: '00u1ada' },
      { format: 'iss_sub', iss: 'https://id.example.com', sub: 'ada' },
      { format: 'uri', uri: 'arn:aws:iam::123456789012:user/ada' },
    ] as const;
    expect(await Array.fromAsync(revoker.discover({ for: 'subject', subjects }))).toEqual([]);
    expect(aws.log.calls).toEqual([]);
  });

  it('reads nothing to contain a user whose tokens nobody trusts', async () => {
    const aws = inMemory();
    const pool = await addPool(aws);
    const { credential } = await addPoolUser(aws, pool);
    const revoker = new CognitoUserRevoker(dependenciesOn(aws, [pool]));
    expect(await revoker.deny(credential, order)).toBe('nothing-to-deny');
    await revoker.prolong(credential);
    expect(aws.log.calls).toEqual([]);
  });

  it('is not configured, and asks nobody, where the settings name no pool', async () => {
    const aws = inMemory();
    const revoker = new CognitoUserRevoker(dependenciesOn(aws, []));
    expect(revoker.isConfigured).toBe(false);
    expect(await Array.fromAsync(revoker.discover({ for: 'everyone' }))).toEqual([]);
    expect(aws.log.calls).toEqual([]);
    expect(new CognitoUserRevoker(dependenciesOn(aws, ['eu-west-1_a'])).isConfigured).toBe(true);
  });

  it('says that a pool of another region is not served', async () => {
    const dependencies = { ...dependenciesOn(inMemory(), ['us-east-1_a']), clients: awsClients(home) };
    const search = Array.fromAsync(new CognitoUserRevoker(dependencies).discover({ for: 'everyone' }));
    await expect(search).rejects.toMatchObject({ code: 'foreign-account', retryable: false });
  });
});
