import { expect, it } from 'vitest';
import { judge } from '../../../functions/revocation/judge.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const role = {
  kind: 'iam-role-session',
  account: '123456789012',
  region: 'global',
  id: 'ops/session-name/dana',
  role: 'ops',
  by: 'session-name',
  value: dana,
} as const;
const facts = {
  arn: '',
  name: 'ops',
  tags: { 'cutoff:entitlements': 'g1 g2' },
  inherentOwners: [`email:${dana}`],
};

it('counts nothing where only sessions end: they do, however many reasons there are for the rest', async () => {
  const world = makeWorld();
  const ended = await judge(role, facts, { ...world, change: changeOf(dana, 'session-revoked') });
  expect(ended).toEqual({ verdict: { verdict: 'act' } });
  const entitlement = { kind: 'group', id: 'g1' } as const;
  const change = changeOf(dana, 'entitlement-removed', { entitlement });
  expect(await judge(role, facts, { ...world, change })).toMatchObject({
    counted: true,
    verdict: { reason: 'others-depend-on-it' },
  });
});
