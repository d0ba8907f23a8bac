import { CreateApiKeyCommand, CreateUsagePlanKeyCommand } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsIn, readTrail } from '../../functions/stores/audit-trail.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { danaTarget } from '../fixtures/events/okta/log-event.ts';
import { eventually } from '../support/eventually.ts';
import {
  apiKeyIsEnabled,
  ask,
  bearer,
  denyPolicyOf,
  type HandMade,
  keyStates,
  makePerson,
  revocationBy,
  tell,
} from './hand-made.ts';
import { outcomesOf, restore } from './outcome.ts';

let cutoff: LocalCutoff;
beforeAll(async () => {
  // Without them nothing is looked for a quarter of an hour later, and a revocation as a whole is proven at once.
  cutoff = await startLocalCutoff({ settings: { credentials: { assumedRoles: false } } });
});
afterAll(() => cutoff?.stop());

const upkeep = () => cutoff.invoke(cutoff.outputs.UpkeepFunction, {});
const active = ['Active', 'Active'];
const inactive = ['Inactive', 'Inactive'];

const makeKey = async (name: string, tags: Record<string, string>): Promise<HandMade['apiKey']> => {
  const { apiGateway } = cutoff.clients;
  const create = new CreateApiKeyCommand({ name, enabled: true, tags });
  const { id = '', value = '' } = await apiGateway.send(create);
  const usagePlanId = cutoff.outputs.ProtectedUsagePlan;
  await apiGateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: id, keyType: 'API_KEY' }));
  return { id, value };
};

const isServed = (key: HandMade['apiKey']) => ask(cutoff, { 'x-api-key': key.value });

describe('somebody who moves from one team to another', () => {
  const email = 'noor@acme.example';
  const billing = '00gAcmeBilling000001';
  const deploy = '00gAcmeDeploy0000001';
  let users: Record<'plain' | 'billing' | 'deploy' | 'both', HandMade>;
  let billingKey: HandMade['apiKey'];
  let lostBilling: string;
  let lostDeploy: string;

  const userFor = (name: string, ...groups: string[]) =>
    makePerson(cutoff, name, {
      'cutoff:owner': email,
      ...(groups.length > 0 && { 'cutoff:entitlements': groups.join(' ') }),
    });
  const states = async () => ({
    plain: await keyStates(cutoff, users.plain),
    billing: await keyStates(cutoff, users.billing),
    deploy: await keyStates(cutoff, users.deploy),
    both: await keyStates(cutoff, users.both),
  });
  const leaves = async (id: string): Promise<string> => {
    const person = { ...danaTarget, id: `00u-${email}`, alternateId: email };
    const group = { id, type: 'UserGroup', alternateId: 'unknown', displayName: id, detailEntry: null };
    const overrides = { target: [person, group] };
    return revocationBy(cutoff, await tell(cutoff, 'group.user_membership.remove', email, overrides));
  };

  it('loses what states the group that was lost, and keeps what states another one as well', async () => {
    users = {
      plain: await userFor('noor-plain'),
      billing: await userFor('noor-billing', billing),
      deploy: await userFor('noor-deploy', deploy),
      both: await userFor('noor-both', billing, deploy),
    };
    billingKey = await makeKey('noor-reports', { 'cutoff:owner': email, 'cutoff:entitlements': billing });
    await upkeep();
    lostBilling = await leaves(billing);
    expect(await states()).toEqual({ plain: active, billing: inactive, deploy: active, both: active });
    expect(await denyPolicyOf(cutoff, users.both)).toBeUndefined();
    expect(await isServed(billingKey)).toBe(403);
    expect(await ask(cutoff, bearer(await cutoff.issuer.issue(email)))).toBe(200);
    expect(await outcomesOf(cutoff, lostBilling, 'skipped')).toEqual(['iam-user: others-depend-on-it']);
  });

  it('loses what states both with the second of them', async () => {
    lostDeploy = await leaves(deploy);
    expect(await states()).toEqual({ plain: active, billing: inactive, deploy: inactive, both: inactive });
  });

  it('gets back, with a group, all that stands on it again', async () => {
    await restore(cutoff, lostBilling);
    expect(await states()).toEqual({ plain: active, billing: active, deploy: inactive, both: active });
    expect(await isServed(billingKey)).toBe(200);
    await restore(cutoff, lostDeploy);
    expect(await states()).toEqual({ plain: active, billing: active, deploy: active, both: active });
    expect(await denyPolicyOf(cutoff, users.both)).toBeUndefined();
  });
});

describe('an API key that two people share', () => {
  const [dana, erin] = ['dana@acme.example', 'erin@acme.example'];
  let shared: HandMade['apiKey'];
  let danaLeft: string;
  let erinLeft: string;

  const leaves = async (email: string) =>
    revocationBy(cutoff, await tell(cutoff, 'user.lifecycle.deactivate', email));

  it('survives the first who leaves, and not the second', async () => {
    shared = await makeKey('partner-portal', { 'cutoff:owners': `${dana} ${erin}` });
    await upkeep();
    danaLeft = await leaves(dana);
    expect(await isServed(shared)).toBe(200);
    expect(await outcomesOf(cutoff, danaLeft, 'skipped')).toEqual(['api-gateway-key: others-depend-on-it']);
    erinLeft = await leaves(erin);
    expect(await isServed(shared)).toBe(403);
    expect(await apiKeyIsEnabled(cutoff, { apiKey: shared } as HandMade)).toBe(false);
  });

  it('comes back with whoever of them comes back', async () => {
    const isBack = async () => (await isServed(shared)) === 200;
    await restore(cutoff, danaLeft);
    // By the revocation that had cut it, once it has decided again.
    await eventually('back with the first', isBack);
    danaLeft = await leaves(dana);
    expect(await isServed(shared)).toBe(403);
    await restore(cutoff, erinLeft);
    await eventually('back with the last', isBack);
  });

  it('has an audit trail that holds', async () => {
    const { clients, outputs } = cutoff;
    expect(faultsIn(await readTrail(clients.dynamoDb, outputs.AuditTable))).toEqual([]);
  });
});
