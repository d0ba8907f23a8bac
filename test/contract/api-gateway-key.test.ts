import {
  DeleteApiKeyCommand,
  DeleteUsagePlanCommand,
  GetApiKeyCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from 'vitest';
import { ApiGatewayKeyRevoker } from '../../functions/credentials/api-gateway-key.ts';
import type { CredentialRevoker } from '../../functions/credentials/credential-revoker.ts';
import type { ApiGatewayKey } from '../../functions/domain/credential.ts';
import { apiKeyDenialKey, apiKeyHashDenialKey } from '../../functions/domain/denial.ts';
import { enforcementSchema } from '../../functions/domain/enforcement-settings.ts';
import { sha256 } from '../../functions/domain/sha256.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';
import { loggedDenylist } from './call-log.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, onEveryStandIn, type StandIn } from './stand-ins.ts';
import { ada, addApiKey, addUsagePlan, addUser, now, order } from './worlds.ts';

interface Mode {
  readonly apiKeyHeader?: string;
  readonly probes?: { readonly apiKeyUrl: string };
  readonly denylist?: MemoryDenylist;
  readonly fetch?: typeof fetch;
}

const noFetch = () => Promise.reject(new Error('nothing is tried'));

const revokerOn = (
  { clients, log }: StandIn,
  { denylist = new MemoryDenylist(), fetch = noFetch, ...enforcement }: Mode = {},
): CredentialRevoker<ApiGatewayKey> =>
  new ApiGatewayKeyRevoker({
    clients,
    home,
    denylist: loggedDenylist(denylist, log),
    blockedDays: 90,
    enforcement: enforcementSchema.parse(enforcement),
    fetch,
    now,
  });

const inHeader = { apiKeyHeader: 'x-partner-key' };
const tried = { probes: { apiKeyUrl: 'https://api.example.com/prod/partner' } };

onEveryStandIn((standIn) => {
  describe.each([
    ['api-gateway-key', {}],
    ['api-gateway-key in a header of your own', inHeader],
    ['api-gateway-key that is tried', tried],
  ])('%s', (name, mode) =>
    describeRevokerContract(name, async () => {
      const aws = standIn();
      const credential = await addApiKey(aws);
      await addUsagePlan(aws, credential);
      const apiKey = credential.id;
      return {
        revoker: revokerOn(aws, mode),
        credential,
        order,
        log: aws.log,
        finds: [{ for: 'everyone' }, { for: 'subject', subjects: [ada] }],
        ignores: [{ for: 'principal', principal: await addUser(aws) }],
        missingAction: 'dynamodb:PutItem',
        cutByOthers: async () => {
          const patchOperations = [{ op: 'replace', path: '/enabled', value: 'false' } as const];
          await aws.admin.apiGateway.send(new UpdateApiKeyCommand({ apiKey, patchOperations }));
        },
        deletedByOthers: async () => {
          await aws.admin.apiGateway.send(new DeleteApiKeyCommand({ apiKey }));
        },
      };
    }),
  );

  describe('a key in a header of your own', () => {
    const rowsOf = async (aws: StandIn, { id }: ApiGatewayKey) => {
      const get = new GetApiKeyCommand({ apiKey: id, includeValue: true });
      const { value = '' } = await aws.admin.apiGateway.send(get);
      expect(value).not.toBe('');
      return { byId: apiKeyDenialKey(id), byHash: apiKeyHashDenialKey(sha256(value)), value };
    };
    const world = async () => {
      const aws = standIn();
      const credential = await addApiKey(aws);
      const denylist = new MemoryDenylist();
      const revoker = revokerOn(aws, { ...inHeader, denylist });
      return { aws, credential, denylist, revoker, ...(await rowsOf(aws, credential)) };
    };

    it('is refused by the hash of its value, which is the only trace of the value', async () => {
      const { credential, denylist, revoker, byId, byHash, value } = await world();
      const before = await revoker.inspect(credential, order);
      await revoker.revoke(credential, order);
      expect([...denylist.rows.keys()]).toEqual([byId, byHash]);
      expect(denylist.rows.get(byHash)).toMatchObject({ blocked: true });
      const seen = [before, await revoker.inspect(credential, order), await revoker.describe(credential)];
      expect(JSON.stringify([seen, [...denylist.rows]])).not.toContain(value);
    });

    it('lives while either row is missing', async () => {
      const { credential, denylist, revoker, byId, byHash } = await world();
      for (const missing of [byId, byHash]) {
        await revoker.revoke(credential, order);
        expect((await revoker.inspect(credential, order)).state).toBe('dead');
        denylist.rows.delete(missing);
        expect((await revoker.inspect(credential, order)).state).toBe('live');
      }
    });

    it('is prolonged and lifted under both names', async () => {
      const { credential, denylist, revoker, byId, byHash } = await world();
      const { original } = await revoker.inspect(credential, order);
      await revoker.revoke(credential, order);
      for (const row of [byId, byHash]) {
        denylist.rows.set(row, { blocked: true, blockedBy: [row], expiresAt: 1 });
      }
      await revoker.prolong(credential);
      const expiries = [...denylist.rows.values()].map(({ expiresAt }) => expiresAt);
      expect(expiries).toEqual([expect.any(Number), expiries[0]]);
      expect(expiries[0]).toBeGreaterThan(1);
      await revoker.restore(credential, original);
      expect([...denylist.rows.values()].map(({ blocked }) => blocked)).toEqual([false, false]);
    });

    it('that is deleted meanwhile has no value to be refused by: its row by id is all there is', async () => {
      const { aws, credential, denylist, revoker, byId } = await world();
      await aws.admin.apiGateway.send(new DeleteApiKeyCommand({ apiKey: credential.id }));
      expect(await revoker.deny(credential, order)).toBe('denied');
      await revoker.prolong(credential);
      expect([...denylist.rows.keys()]).toEqual([byId]);
      await revoker.restore(credential, {});
      expect(denylist.rows.get(byId)?.blocked).toBe(false);
    });
  });

  it('is tried with its own value, which is told nowhere, and writes nothing', async () => {
    const aws = standIn();
    const credential = await addApiKey(aws);
    const get = new GetApiKeyCommand({ apiKey: credential.id, includeValue: true });
    const { value = '' } = await aws.admin.apiGateway.send(get);
    const sent: Headers[] = [];
    const refusing = async (_: unknown, init?: RequestInit) => {
      sent.push(new Headers(init?.headers));
      return new Response(value, { status: 403, headers: { 'x-amzn-errortype': 'ForbiddenException' } });
    };
    const revoker = revokerOn(aws, { ...tried, fetch: refusing });
    expect(revoker.requiredEvidence).toEqual(['control-plane', 'probe']);
    const inspection = await revoker.probe?.(credential, order);
    expect(inspection).toMatchObject({ state: 'dead', level: 'probe' });
    expect(sent.map((headers) => headers.get('x-api-key'))).toEqual([value]);
    expect(JSON.stringify(inspection)).not.toContain(value);
    expect(aws.log.writes()).toEqual([]);
  });

  it('is not tried where the settings name no route', async () => {
    const aws = standIn();
    const revoker = revokerOn(aws);
    expect(revoker.requiredEvidence).toEqual(['control-plane']);
    expect(await revoker.probe?.(await addApiKey(aws), order)).toBeUndefined();
  });

  it('reads the same facts from the inventory and from the key itself', async () => {
    const aws = standIn();
    const credential = await addApiKey(aws);
    const revoker = revokerOn(aws);
    const facts = {
      arn: `arn:aws:apigateway:eu-west-1::/apikeys/${credential.id}`,
      name: expect.stringMatching(/^ada-/),
      tags: { owner: ada.email },
      createdAt: expect.stringMatching(/^20.*Z$/),
    };
    expect(await revoker.describe(credential)).toEqual(facts);
    expect(await Array.fromAsync(revoker.discover({ for: 'everyone' }))).toContainEqual({
      credential,
      facts,
    });
  });

  it('takes the key off its usage plans, and puts it back on those that are still there', async () => {
    const aws = standIn();
    const credential = await addApiKey(aws);
    const keyId = credential.id;
    const plans = [await addUsagePlan(aws, credential), await addUsagePlan(aws, credential)];
    const deleted = await addUsagePlan(aws, credential);
    const onPlans = async () =>
      (await aws.admin.apiGateway.send(new GetUsagePlansCommand({ keyId }))).items?.map(({ id }) => id);
    const revoker = revokerOn(aws);
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    expect(await onPlans()).toEqual([]);
    await aws.admin.apiGateway.send(new DeleteUsagePlanCommand({ usagePlanId: deleted }));
    await revoker.restore(credential, original);
    expect(await onPlans()).toEqual(plans);
  });

  it('is alive while it is on a plan, enabled or not refused', async () => {
    const aws = standIn();
    const credential = await addApiKey(aws);
    const revoker = revokerOn(aws);
    await revoker.revoke(credential, order);
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
    await addUsagePlan(aws, credential);
    expect((await revoker.inspect(credential, order)).state).toBe('live');
  });
});
