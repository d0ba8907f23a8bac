import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type Tag,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CredentialRevoker } from '../../functions/credentials/credential-revoker.ts';
import { OAuthGrantRevoker } from '../../functions/credentials/oauth-grant.ts';
import type { OAuthGrant } from '../../functions/domain/credential.ts';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import {
  type AuthorizationServer,
  client,
  startAuthorizationServer,
} from '../support/authorization-server.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, inMemory, onEveryStandIn, type StandIn } from './stand-ins.ts';
import { ada, addUser, order } from './worlds.ts';

const clientSecretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:client-AbCdEf';

const revokerOn = (
  { clients, log }: StandIn,
  ...servers: readonly AuthorizationServer[]
): CredentialRevoker<OAuthGrant> =>
  new OAuthGrantRevoker({
    clients,
    home,
    settings: credentialsSchema.parse({
      oauthServers: servers.map(({ issuer, endpoints }) => ({ issuer, clientSecretArn, ...endpoints })),
    }),
    secret: async () => JSON.stringify(client),
    fetch: (url, init) => {
      const { pathname } = new URL(String(url));
      log.note(pathname.endsWith('/introspection') ? 'Get introspection' : `POST ${pathname}`);
      return fetch(url, init);
    },
  });

const tags = (issuer: string): Tag[] => [
  { Key: 'owner', Value: ada.email },
  { Key: 'cutoff:holds', Value: 'refresh-token' },
  { Key: 'cutoff:issuer', Value: issuer },
];

const addSecret = async ({ admin }: StandIn, SecretString: string, Tags: Tag[]): Promise<OAuthGrant> => {
  const create = new CreateSecretCommand({ Name: `grant-${randomUUID()}`, SecretString, Tags });
  const { ARN } = await admin.secretsManager.send(create);
  return { kind: 'oauth-grant', ...home, id: ARN ?? '' };
};

const addGrant = async (aws: StandIn, server: AuthorizationServer) => {
  const minted = await server.mint(ada.email);
  return { credential: await addSecret(aws, minted.refreshToken, tags(server.issuer)), ...minted };
};

const tagsOn = async ({ admin }: StandIn, { id }: OAuthGrant): Promise<Record<string, string>> => {
  const { Tags = [] } = await admin.secretsManager.send(new DescribeSecretCommand({ SecretId: id }));
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
};

/** As a revocation leaves it, so that the token is tried. */
const mark = async ({ admin }: StandIn, { id }: OAuthGrant): Promise<void> => {
  const { VersionId } = await admin.secretsManager.send(new GetSecretValueCommand({ SecretId: id }));
  const Tags = [{ Key: 'cutoff:revoked', Value: `${order.cutoff}/${VersionId}` }];
  await admin.secretsManager.send(new TagResourceCommand({ SecretId: id, Tags }));
};

const asked = ({ log }: StandIn, what: RegExp) => log.calls.filter((call) => what.test(call));

describe('a refresh token', () => {
  let introspecting: AuthorizationServer;
  /** Without introspection, and with refresh tokens that change at each use. */
  let silent: AuthorizationServer;
  beforeAll(async () => {
    introspecting = await startAuthorizationServer({ rotates: false });
    silent = await startAuthorizationServer({ introspection: false });
  });
  afterAll(async () => {
    await introspecting.stop();
    await silent.stop();
  });

  onEveryStandIn((standIn) => {
    const contractWith = (name: string, pick: () => AuthorizationServer) =>
      describeRevokerContract(name, async () => {
        const aws = standIn();
        const { credential, refreshToken } = await addGrant(aws, pick());
        const input = { SecretId: credential.id };
        return {
          revoker: revokerOn(aws, pick()),
          credential,
          order: { ...order, action: 'revoke' },
          log: aws.log,
          finds: [{ for: 'everyone' }, { for: 'subject', subjects: [ada] }],
          ignores: [{ for: 'principal', principal: await addUser(aws) }],
          missingAction: 'secretsmanager:DescribeSecret',
          // Without introspection nobody can tell, until it is tried.
          ...(pick() === introspecting && { cutByOthers: () => pick().end(refreshToken) }),
          deletedByOthers: async () => {
            const remove = new DeleteSecretCommand({ ...input, ForceDeleteWithoutRecovery: true });
            await aws.admin.secretsManager.send(remove);
          },
        };
      });
    contractWith('oauth-grant, by introspection', () => introspecting);
    contractWith('oauth-grant, by refresh', () => silent);

    it.each([
      ['introspection', () => introspecting],
      ['refresh', () => silent],
    ])('is dead at its server, with the access tokens of its grant: %s', async (_, pick) => {
      const aws = standIn();
      const { credential, refreshToken, accessToken } = await addGrant(aws, pick());
      const bystander = await addGrant(aws, pick());
      await revokerOn(aws, pick()).revoke(credential, order);
      expect(await pick().isLive(refreshToken)).toBe(false);
      expect(await pick().isLive(accessToken)).toBe(false);
      expect(await pick().isLive(bystander.refreshToken)).toBe(true);
    });

    it('is not tried while nobody revoked it', async () => {
      const aws = standIn();
      const { credential, refreshToken } = await addGrant(aws, silent);
      expect((await revokerOn(aws, silent).inspect(credential, order)).state).toBe('live');
      expect(asked(aws, /POST/)).toEqual([]);
      expect(await silent.isLive(refreshToken)).toBe(true);
    });

    it.each([true, false])(
      'is live where a refresh is granted after all, and keeps none of its tokens (rotating: %s)',
      async (rotates) => {
        const aws = standIn();
        const server = await startAuthorizationServer({ introspection: false, rotates });
        const { credential } = await addGrant(aws, server);
        await mark(aws, credential);
        const revoker = revokerOn(aws, server);
        expect(await revoker.inspect(credential, order)).toMatchObject({ state: 'live', level: 'probe' });
        expect(server.issued).toHaveLength(2);
        expect(await Promise.all(server.issued.map(server.isLive))).toEqual([false, false]);
        expect(asked(aws, /revocation/).length).toBeGreaterThan(0);
        await server.stop();
      },
    );

    it('is marked once, with the time of the cut and the version that was cut', async () => {
      const aws = standIn();
      const { credential } = await addGrant(aws, introspecting);
      const revoker = revokerOn(aws, introspecting);
      await revoker.revoke(credential, order);
      const input = { SecretId: credential.id };
      const { VersionId } = await aws.admin.secretsManager.send(new GetSecretValueCommand(input));
      const marked = { 'cutoff:revoked': `${order.cutoff}/${VersionId}` };
      expect(await tagsOn(aws, credential)).toMatchObject(marked);
      await revoker.revoke(credential, { ...order, cutoff: '2026-03-02T12:00:00.000Z' });
      expect(await tagsOn(aws, credential)).toMatchObject(marked);
      expect(asked(aws, /TagResource/)).toHaveLength(1);
    });

    it('is neither tried nor removed when it was granted anew in the same secret, and can be cut again', async () => {
      const aws = standIn();
      const { credential } = await addGrant(aws, silent);
      const revoker = revokerOn(aws, silent);
      await revoker.revoke(credential, order);
      const { refreshToken } = await silent.mint(ada.email);
      const put = new PutSecretValueCommand({ SecretId: credential.id, SecretString: refreshToken });
      await aws.admin.secretsManager.send(put);
      expect((await revoker.inspect(credential, order)).state).toBe('live');
      expect(await revoker.remove(credential)).toBe('nothing-to-remove');
      expect(await silent.isLive(refreshToken)).toBe(true);
      await revoker.revoke(credential, order);
      expect((await revoker.inspect(credential, order)).state).toBe('dead');
      expect(await silent.isLive(refreshToken)).toBe(false);
    });

    it('can be recovered for a week after it was removed', async () => {
      const aws = standIn();
      const { credential } = await addGrant(aws, introspecting);
      const revoker = revokerOn(aws, introspecting);
      await revoker.revoke(credential, order);
      expect(await revoker.remove(credential)).toBe('removed');
      const { observed } = await revoker.inspect(credential, order);
      expect(observed).toContain('could not be tried');
      const describeIt = new DescribeSecretCommand({ SecretId: credential.id });
      const { DeletedDate } = await aws.admin.secretsManager.send(describeIt);
      expect(DeletedDate).toBeInstanceOf(Date);
      await aws.admin.secretsManager.send(new RestoreSecretCommand({ SecretId: credential.id }));
      expect((await revoker.inspect(credential, order)).state).toBe('dead');
    });

    it('is read from JSON too', async () => {
      const aws = standIn();
      const { refreshToken } = await introspecting.mint(ada.email);
      const text = JSON.stringify({ access_token: 'stale', refresh_token: refreshToken });
      const credential = await addSecret(aws, text, tags(introspecting.issuer));
      const revoker = revokerOn(aws, introspecting);
      expect((await revoker.inspect(credential, order)).state).toBe('live');
      await revoker.revoke(credential, order);
      expect(await introspecting.isLive(refreshToken)).toBe(false);
    });

    it.each(['{"password":"hunter2"}', 'hunter2\nhunter3', '{"refresh_token":""}'])(
      'is sent nowhere where the secret holds something else: %s',
      async (text) => {
        const aws = standIn();
        const credential = await addSecret(aws, text, tags(introspecting.issuer));
        const failure = await revokerOn(aws, introspecting)
          .revoke(credential, order)
          .catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: 'invalid-input', retryable: false });
        expect(String(failure)).not.toContain('hunter');
        expect(asked(aws, /POST|introspection/)).toEqual([]);
      },
    );

    it('does not pass over a grant of a server that the settings do not name', async () => {
      const aws = standIn();
      const credential = await addSecret(aws, 'rt', tags('https://unknown.example.com'));
      const untagged = await addSecret(aws, 'rt', tags('').slice(0, 2));
      const revoker = revokerOn(aws, introspecting, silent);
      const found = await Array.fromAsync(revoker.discover({ for: 'subject', subjects: [ada] }));
      for (const one of [credential, untagged]) {
        expect(found.map(({ credential: { id } }) => id)).toContain(one.id);
        for (const call of [() => revoker.inspect(one, order), () => revoker.revoke(one, order)]) {
          await expect(call()).rejects.toMatchObject({
            code: 'invalid-input',
            message: expect.stringContaining('cutoff:issuer'),
          });
        }
      }
      expect(asked(aws, /POST|introspection|SecretValue/)).toEqual([]);
    });

    it('of another client is refused by the server, said so, and not marked', async () => {
      const aws = standIn();
      const { refreshToken } = await silent.mint(ada.email, { clientId: 'another' });
      const credential = await addSecret(aws, refreshToken, tags(silent.issuer));
      const revoked = revokerOn(aws, silent).revoke(credential, order);
      await expect(revoked).rejects.toMatchObject({ code: 'invalid-input' });
      expect(asked(aws, /TagResource/)).toEqual([]);
      expect(await silent.isLive(refreshToken)).toBe(true);
    });

    it('asks the server that its tag names', async () => {
      const aws = standIn();
      const [one, other] = [await addGrant(aws, introspecting), await addGrant(aws, silent)];
      const revoker = revokerOn(aws, introspecting, silent);
      await revoker.revoke(other.credential, order);
      expect([await introspecting.isLive(one.refreshToken), await silent.isLive(other.refreshToken)]).toEqual(
        [true, false],
      );
    });

    it('is found on every page, with the same facts as it says itself, and nothing that only looks like it', async () => {
      const aws = standIn();
      const grants = [];
      for (let count = 0; count < 5; count += 1) grants.push((await addGrant(aws, introspecting)).credential);
      const decoy = await addSecret(aws, 'rt', [
        { Key: 'cutoff:holds', Value: 'api-key' },
        { Key: 'was', Value: 'refresh-token' },
      ]);
      const revoker = revokerOn(aws, introspecting);
      const found = await Array.fromAsync(revoker.discover({ for: 'everyone' }));
      const ids = found.map(({ credential: { id } }) => id);
      expect(ids).toEqual(expect.arrayContaining(grants.map(({ id }) => id)));
      expect(ids).not.toContain(decoy.id);
      const [grant] = grants;
      if (!grant) return expect.fail('no grant');
      const facts = await revoker.describe(grant);
      expect(facts).toMatchObject({
        arn: grant.id,
        name: expect.stringMatching(/^grant-/),
        tags: { owner: ada.email, 'cutoff:holds': 'refresh-token', 'cutoff:issuer': introspecting.issuer },
        createdAt: expect.any(String),
      });
      expect(found).toContainEqual({ credential: grant, facts });
    });

    it('is not looked for where the settings name no server', async () => {
      const aws = standIn();
      const revoker = revokerOn(aws);
      expect(revoker.isConfigured).toBe(false);
      expect(await Array.fromAsync(revoker.discover({ for: 'everyone' }))).toEqual([]);
      expect(aws.log.calls).toEqual([]);
    });
  });

  it('tells when it was used last (moto does not)', async () => {
    const aws = inMemory();
    const { credential } = await addGrant(aws, introspecting);
    const get = new GetSecretValueCommand({ SecretId: credential.id });
    await aws.admin.secretsManager.send(get);
    const found = await Array.fromAsync(revokerOn(aws, introspecting).discover({ for: 'everyone' }));
    const mine = found.find(({ credential: { id } }) => id === credential.id);
    expect(mine?.facts.lastUsedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  });
});
