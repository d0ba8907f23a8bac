import { expect, it } from 'vitest';
import { BearerTokenRevoker } from '../../functions/credentials/bearer-token.ts';
import { bearerToken } from '../../functions/domain/credential.ts';
import { issuerSchema } from '../../functions/domain/settings.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';
import { canaryWorld } from '../unit/enforcement/canary-stage.ts';
import { CallLog, loggedDenylist } from './call-log.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home } from './stand-ins.ts';
import { ada, now, order } from './worlds.ts';

const issuer = issuerSchema.parse({
  issuer: 'https://id.example.com',
  audience: 'api',
  jwksUri: 'https://id.example.com/jwks',
});

// Only Cutoff writes the denylist, and a subject's tokens are never gone: those two promises do not arise.
describeRevokerContract('bearer-token', async () => {
  const log = new CallLog();
  const denylist = loggedDenylist(new MemoryDenylist(), log);
  const credential = bearerToken(home, { issuer: issuer.issuer, by: 'subject', value: ada.email });
  return {
    revoker: new BearerTokenRevoker({ home, denylist, issuers: [issuer], blockedDays: 90, now }),
    credential,
    order: { ...order, action: 'block' },
    log,
    finds: [{ for: 'subject', subjects: [ada] }],
    ignores: [{ for: 'everyone' }, { for: 'principal', principal: credential }],
    missingAction: 'dynamodb:PutItem',
  };
});

const withCanary = () => {
  const { stage, deps, canary } = canaryWorld();
  const log = new CallLog();
  const denylist = loggedDenylist(stage.denylist, log);
  const { issuer: trusted = '' } = deps.issuers[0] ?? {};
  const credential = bearerToken(home, { issuer: trusted, by: 'subject', value: ada.email });
  return {
    stage,
    log,
    credential,
    revoker: new BearerTokenRevoker({ ...deps, home, denylist, blockedDays: 90 }, canary),
  };
};

describeRevokerContract('bearer-token with a canary', async () => ({
  ...withCanary(),
  order: { ...order, action: 'block' },
  finds: [{ for: 'subject', subjects: [ada] }],
  ignores: [{ for: 'everyone' }],
  missingAction: 'dynamodb:PutItem',
}));

it.each(['block', 'not-before'] as const)(
  '%s is proven with a canary, and its own row is left as it is',
  async (action) => {
    const { revoker, credential, stage } = withCanary();
    expect(revoker.requiredEvidence).toEqual(['control-plane', 'probe']);
    await revoker.revoke(credential, { ...order, action });
    const row = stage.denylist.rows.get(credential.id);
    expect(row).toBeDefined();
    expect(await revoker.probe()).toMatchObject({ state: 'dead', level: 'probe' });
    expect(stage.denylist.rows.get(credential.id)).toEqual(row);
  },
);

it('one canary serves every token of a wave', async () => {
  const { revoker, stage } = withCanary();
  await Promise.all([revoker.probe(), revoker.probe()]);
  await revoker.probe();
  expect(stage.minted).toHaveLength(2);
});

it('nothing is tried where the settings name no canary', async () => {
  const revoker = new BearerTokenRevoker({
    home,
    denylist: new MemoryDenylist(),
    issuers: [],
    blockedDays: 90,
    now,
  });
  expect(revoker.requiredEvidence).toEqual(['control-plane']);
  expect(await revoker.probe()).toBeUndefined();
});
