import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../functions/domain/credential.ts';
import { sweptKinds } from '../../../functions/domain/sweep-settings.ts';
import { parseRequest } from '../../../functions/operator/request.ts';
import { makeWorld } from '../../support/world.ts';

const account = '123456789012';
const key: Credential = { kind: 'iam-access-key', account, region: 'global', id: 'AKIANIGHTLY', user: 'ci' };
const ask = { keep: { kind: 'iam-access-key', id: 'AKIANIGHTLY' }, until: '2026-06-01', reason: 'CHG-12' };

/** It is 2026-03-02, 09:00. */
const company = () => {
  const world = makeWorld();
  world.account.addUser('ci', {}, ['AKIANIGHTLY']);
  world.account.addApiKey('key-acme', {});
  return world;
};
const at = '2026-03-02T09:00:00.000Z';

describe('keep', () => {
  it('leaves an access key alone until that day, by its id alone', async () => {
    const world = company();
    const answer = await world.operate(ask);
    const kept = 'iam-access-key:123456789012:global:AKIANIGHTLY';
    expect(answer).toEqual({ kept, until: '2026-06-01', reason: 'CHG-12' });
    expect(await world.keeps.of(key)).toEqual({ until: '2026-06-01', reason: 'CHG-12', at });
    expect(world.audit).toEqual([
      {
        type: 'planned',
        revocationId: 'operator:request-1',
        once: 'keep',
        data: { keep: kept, until: '2026-06-01', reason: 'CHG-12' },
      },
    ]);
  });

  it('once more says on record what it was before', async () => {
    const world = company();
    await world.operate(ask);
    await world.operate({ ...ask, until: '2026-04-01', reason: 'sooner' });
    expect(await world.keeps.of(key)).toEqual({ until: '2026-04-01', reason: 'sooner', at });
    expect(world.audit[1]?.data).toMatchObject({ earlier: { until: '2026-06-01', reason: 'CHG-12' } });
  });

  it('takes an API key and a user too, and touches neither', async () => {
    const world = company();
    await world.operate({ ...ask, keep: { kind: 'api-gateway-key', id: 'key-acme' } });
    await world.operate({ ...ask, keep: { kind: 'iam-user', id: 'ci' } });
    expect(world.account.calls.filter((call) => !call.includes(':describe'))).toEqual([]);
    const apiKey = { kind: 'api-gateway-key', account, region: 'eu-west-1', id: 'key-acme' } as const;
    expect(await world.keeps.of(apiKey)).toBeDefined();
    expect(await world.keeps.of({ kind: 'iam-user', account, region: 'global', id: 'ci' })).toBeDefined();
  });

  it.each(['2026-03-03', '2027-04-06'])('may end on %s', async (until) => {
    await expect(company().operate({ ...ask, until })).resolves.toMatchObject({ until });
  });

  it.each([
    ['today', { until: '2026-03-02' }, 'request.until'],
    ['the past', { until: '2025-12-31' }, 'request.until'],
    ['more than 400 days', { until: '2027-04-07' }, 'request.until'],
    ['no end', { until: undefined }, 'request.until'],
    ['no date', { until: '2026-02-30' }, 'request.until'],
    ['a time', { until: '2026-06-01T00:00:00Z' }, 'request.until'],
    ['no reason', { reason: ' ' }, 'request.reason'],
    ['an unknown field', { owner: 'dana' }, 'request.owner'],
    ['a kind that no sweep finds', { keep: { kind: 'oauth-grant', id: 'x' } }, 'request.keep.kind'],
    ['a user of a pool', { keep: { kind: 'cognito-user', id: 'pool/x' } }, 'request.keep.kind'],
    ['a misspelt id', { keep: { kind: 'api-gateway-key', id: 'key-amce' } }, 'request.keep.id'],
    ['no such key', { keep: { kind: 'iam-access-key', id: 'AKIANOBODY' } }, 'request.keep.id'],
    ['a kind that is not configured', { keep: { kind: 'stored-secret', id: 'x' } }, 'request.keep.kind'],
  ])('refuses %s by its field, and keeps nothing', async (_, more, field) => {
    const world = company();
    await expect(world.operate({ ...ask, ...more })).rejects.toMatchObject({ field });
    expect(world.audit).toEqual([]);
  });

  it('knows every kind that a sweep can find', () => {
    const ids = { 'cognito-app-client': 'eu-west-1_Pool/client' };
    for (const kind of sweptKinds) {
      const id = kind === 'cognito-app-client' ? ids[kind] : 'x';
      expect(parseRequest({ ...ask, keep: { kind, id } })).toMatchObject({ keep: { kind } });
    }
  });
});
