import { DescribeUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuerOf } from '../../functions/domain/cognito-issuer.ts';
import { subjectDenialKey, tokenDenialKey } from '../../functions/domain/denial.ts';
import { faultsIn, readTrail } from '../../functions/stores/audit-trail.ts';
import { startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { addAppClient } from '../contract/cognito-worlds.ts';
import { denialsOn, expectEverythingLost, isActive, olderDenial } from './everything-lost.ts';
import {
  apiKeyIsEnabled,
  ask,
  bearer,
  denialAt,
  type HandMade,
  keyStates,
  makePerson,
  revocationBy,
  tell,
} from './hand-made.ts';
import { inlineOfUser, partsOf } from './iam-state.ts';
import { makeOneOfEverything, type OneOfEverything, type Place, recordAssumed } from './one-of-everything.ts';
import { outcomesOf, restore, verifiedOf } from './outcome.ts';
import { type Prepared, prepare, seenBy } from './prepared.ts';
import { type Providers, startProviders } from './providers.ts';
import { snapshotOf } from './snapshot.ts';

let providers: Providers;
let place: Place;

beforeAll(async () => {
  providers = await startProviders();
  let prepared: Prepared | undefined;
  const cutoff = await startLocalCutoff({
    settings: async (clients) => {
      prepared = await prepare(clients, providers);
      return prepared.settings;
    },
  });
  if (!prepared) throw new Error('nothing is prepared');
  place = { cutoff, prepared, providers };
});
afterAll(async () => {
  await place?.cutoff.stop();
  await providers?.stop();
});

const operate = (request: unknown) => place.cutoff.invoke(place.cutoff.outputs.OperatorFunction, request);
const active = ['Active', 'Active'];

/** The first discovery leads to all of it; the second comes only when CloudTrail must know, a quarter of an hour later. */
const planned = (eventId: string) => revocationBy(place.cutoff, eventId, 'planned');

const comesBack = [
  'api-gateway-key',
  'bearer-token', // at the issuer of the applications
  'bearer-token', // at the user pool
  'bearer-token', // of our own
  'cognito-user',
  'iam-access-key',
  'iam-access-key',
  'iam-login-profile',
  'iam-role-session',
  'iam-service-credential',
  'iam-signing-certificate',
  'iam-ssh-key',
  'iam-user',
  'identity-center-assignment',
  'identity-center-membership',
  'stored-secret',
];
const everyKind = [
  ...comesBack,
  ...['auth0-grants', 'iam-assumed-session', 'oauth-grant', 'okta-grants'],
].sort();

describe('a leaver with one credential of every kind', () => {
  let dana: OneOfEverything;
  let erin: HandMade;
  let before: string;
  let id: string;
  let inThePool: string;

  it('loses each of them, with a proof each, and nobody else is touched', async () => {
    const { cutoff } = place;
    dana = await makeOneOfEverything(place, 'dana');
    erin = await makePerson(cutoff, 'erin');
    recordAssumed(place, erin.accessKeyIds[0] ?? '', 'erin-laptop');
    inThePool = subjectDenialKey(issuerOf(place.prepared.pool), dana.email);
    before = await snapshotOf(place, dana);
    expect(await isActive(place, dana.refreshToken)).toBe(true);
    expect(await ask(cutoff, { 'x-api-key': dana.apiKey.value })).toBe(200);
    expect(await ask(cutoff, bearer(await providers.tokens.issue(dana.email)))).toBe(200);

    id = await planned(await tell(cutoff, 'user.lifecycle.deactivate', dana.email));
    expect(await verifiedOf(cutoff, id, everyKind)).toEqual(everyKind);
    await expectEverythingLost(place, dana);
    expect((await denialAt(cutoff, inThePool))?.blocked).toBe(true);

    expect(await keyStates(cutoff, erin)).toEqual(active);
    expect(await inlineOfUser(cutoff.clients.iam, erin.userName)).toEqual({});
    expect(await apiKeyIsEnabled(cutoff, erin)).toBe(true);
    expect(await ask(cutoff, { 'x-api-key': erin.apiKey.value })).toBe(200);
    expect(await ask(cutoff, bearer(await providers.tokens.issue(erin.email)))).toBe(200);
  });

  it('gets back exactly what can come back, and is told what cannot', async () => {
    const { cutoff } = place;
    await restore(cutoff, id);
    expect(await snapshotOf(place, dana)).toBe(before);
    expect((await denialAt(cutoff, inThePool))?.blocked).not.toBe(true);
    expect(await ask(cutoff, { 'x-api-key': dana.apiKey.value })).toBe(200);
    expect(await ask(cutoff, bearer(await providers.tokens.issue(dana.email)))).toBe(200);
    expect(await outcomesOf(cutoff, id, 'verified')).toEqual(everyKind);
    expect(await outcomesOf(cutoff, id, 'restored')).toEqual(comesBack);
    expect(await outcomesOf(cutoff, id, 'skipped')).toEqual([
      'auth0-grants: must-be-granted-anew',
      'iam-assumed-session: what-was-issued-before-stays-refused',
      'oauth-grant: must-be-granted-anew',
      'okta-grants: must-be-granted-anew',
    ]);
    expect(await isActive(place, dana.refreshToken)).toBe(false);
    expect(await denialsOn(place, place.prepared.sharedRole)).toEqual([
      await olderDenial(place, 'dana-laptop'),
    ]);
  });
});

describe('a session clear', () => {
  it('ends the sessions of every kind, and nothing that they came from', async () => {
    const { cutoff } = place;
    const omar = await makeOneOfEverything(place, 'omar');
    const { federatedRole: _, ...before } = JSON.parse(await snapshotOf(place, omar));
    const token = await providers.tokens.issue(omar.email);
    const id = await revocationBy(cutoff, await tell(cutoff, 'user.session.clear', omar.email));
    expect(await outcomesOf(cutoff, id, 'verified')).toEqual([
      ...['auth0-grants', 'bearer-token', 'bearer-token', 'bearer-token'],
      ...['cognito-user', 'iam-role-session', 'okta-grants'],
    ]);
    const { federatedRole, ...after } = JSON.parse(await snapshotOf(place, omar));
    expect(after).toEqual(before);
    expect(Object.keys(federatedRole.inline).filter((name) => name.startsWith('Cutoff'))).toEqual([
      expect.stringMatching(/^CutoffDenyOlderSessions-/),
    ]);
    const { okta, auth0 } = omar;
    expect([okta.sessions, [...okta.clients.values()], okta.grants.length]).toEqual([0, [[]], 2]);
    expect([auth0.sessions, auth0.tokens, auth0.grants.length]).toEqual([[], [], 1]);
    expect(await isActive(place, omar.refreshToken)).toBe(true);
    expect(await ask(cutoff, bearer(token))).toBe(403);
    expect(await ask(cutoff, bearer(await providers.tokens.issue(omar.email)))).toBe(200);
  });
});

describe('an application that is retired', () => {
  it('signs nobody in and has its tokens refused, until it is restored as it was', async () => {
    const { cutoff, prepared } = place;
    const { client } = await addAppClient(seenBy(cutoff.clients), prepared.pool);
    const stateNow = async () => {
      const describe = new DescribeUserPoolClientCommand({ UserPoolId: prepared.pool, ClientId: client });
      const { LastModifiedDate: _, ...state } =
        (await cutoff.clients.cognito.send(describe)).UserPoolClient ?? {};
      return state;
    };
    const token = await providers.tokens.issue('noor@acme.example', { client_id: client });
    const row = tokenDenialKey(issuerOf(prepared.pool), 'client', client);
    const before = await stateNow();
    expect(await ask(cutoff, bearer(token))).toBe(200);

    const request = { subject: { format: 'opaque', id: client }, change: 'application-retired' };
    await operate({ ...request, reason: 'contract ended', clientToken: 'retired' });
    const id = await planned('retired');
    const kinds = ['bearer-token', 'bearer-token', 'bearer-token', 'cognito-app-client'];
    expect(await verifiedOf(cutoff, id, kinds)).toEqual(kinds);
    expect(await stateNow()).toMatchObject({
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthFlowsUserPoolClient: false,
    });
    expect(await ask(cutoff, bearer(token))).toBe(403);
    expect((await denialAt(cutoff, row))?.blocked).toBe(true);
    const another = await providers.tokens.issue('noor@acme.example', { client_id: 'another' });
    expect(await ask(cutoff, bearer(another))).toBe(200);

    await restore(cutoff, id);
    expect(await stateNow()).toEqual(before);
    expect((await denialAt(cutoff, row))?.blocked).not.toBe(true);
    expect(await ask(cutoff, bearer(token))).toBe(200);
  });
});

describe('an access key that leaked', () => {
  it('is cut with the sessions that came from it, while the other one and its sessions go on', async () => {
    const { cutoff, prepared } = place;
    const { iam } = cutoff.clients;
    const leo = await makePerson(cutoff, 'leo');
    const [leaked = '', other = ''] = leo.accessKeyIds;
    recordAssumed(place, leaked, 'leo-script');
    recordAssumed(place, other, 'leo-laptop');
    const others = await denialsOn(place, prepared.sharedRole);
    const request = { credential: { kind: 'iam-access-key', id: leaked }, reason: 'in a public repository' };
    await operate({ ...request, clientToken: 'leaked' });
    const kinds = ['iam-access-key', 'iam-assumed-session', 'iam-user'];
    expect(await verifiedOf(cutoff, await planned('leaked'), kinds)).toEqual(kinds);

    const { accessKeys } = await partsOf(iam, leo.userName);
    expect(accessKeys).toEqual({ [leaked]: 'Inactive', [other]: 'Active' });
    expect(Object.keys(await inlineOfUser(iam, leo.userName))).toEqual(['CutoffDenySessions']);
    expect(await apiKeyIsEnabled(cutoff, leo)).toBe(true);
    const denials = await denialsOn(place, prepared.sharedRole);
    expect(denials).toHaveLength(others.length + 1);
    expect(denials).toContainEqual(await olderDenial(place, 'leo-script'));
  });
});

describe('the audit trail', () => {
  it('holds', async () => {
    const { clients, outputs } = place.cutoff;
    expect(faultsIn(await readTrail(clients.dynamoDb, outputs.AuditTable))).toEqual([]);
  });
});
