import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../functions/domain/credential.ts';
import type { DriftSettings } from '../../../functions/domain/sweep-settings.ts';
import { ingest } from '../../../functions/ingest/ingest.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { varied } from '../../support/source-events.ts';
import { sqsRecord } from '../../support/sqs-event.ts';
import { makeWorld, ownRole } from '../../support/world.ts';

const account = '123456789012';
const dana = 'dana@acme.example';
const email = `email:${dana}`;
const keyId = 'AKIAACMEQIUFAXR4G23G';
const key: Credential = { kind: 'iam-access-key', account, region: 'global', id: keyId, user: 'dana' };
const apiKey: Credential = { kind: 'api-gateway-key', account, region: 'eu-west-1', id: 'k3yacme001' };
const pool = 'eu-west-1_AcmePool1';
const client = '5acmeclient0000000000000a1';
const appClient: Credential = {
  ...{ kind: 'cognito-app-client', account, region: 'eu-west-1' },
  ...{ id: `${pool}/${client}`, pool, client },
};
const by = 'arn:aws:iam::123456789012:role/IdentityAdmin';

const keyMade = await readFixture('iam', 'create-access-key.json');
const apiKeyMade = await readFixture('iam', 'api-key-created.json');
const clientMade = await readFixture('cognito', 'user-pool-client-created.json');

/** Dana's user has the key that the event tells of, and an API key; made a minute ago. */
const company = (drift: Partial<DriftSettings> = {}) => {
  const world = makeWorld({ drift });
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1', keyId]);
  world.account.addApiKey('k3yacme001', { 'cutoff:owner': dana });
  world.account.revokers['cognito-app-client'].describe = async () => ({
    ...{ arn: '', name: 'orders', tags: {}, inherentOwners: [`opaque:${client}`] },
  });
  return world;
};
type World = ReturnType<typeof company>;

const registered = async ({ registry }: World, credential: Credential) =>
  (await registry.read([credential]))[0]?.owners;

/** The same call, by a role of ours. */
const byIssue = (event: EventEnvelope) =>
  varied(event, {
    userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: ownRole } } },
  });

describe('a credential that was made outside issue', () => {
  it.each<[string, EventEnvelope, Credential, string[]]>([
    ['an access key', keyMade, key, [email]],
    ['an API key', apiKeyMade, apiKey, [email]],
    ['an app client', clientMade, appClient, [`opaque:${client}`]],
  ])('is registered under its owner, who is told: %s', async (_, event, credential, owners) => {
    const world = company();
    await world.tell(event);
    expect(await registered(world, credential)).toEqual(owners);
    const { kind, account, region, id } = credential;
    const time = (event.detail as { eventTime: string }).eventTime;
    expect(world.notices).toEqual([
      {
        id: [kind, account, region, id].join(':'),
        about: 'drift',
        credential,
        owners,
        fact: `made outside issue at ${time}, by ${by}`,
        policy: 'drift',
      },
    ]);
    expect(world.counted).toEqual(['DriftFound']);
    expect(world.recorded('planned')).toEqual([]);
  });

  it('is no occasion for a record of nothing', async () => {
    const world = company();
    await world.tell(clientMade);
    expect(world.audit).toEqual([]);
  });

  it('is told of once, however often the event comes', async () => {
    const world = company();
    for (let times = 0; times < 3; times += 1) await world.tell(keyMade);
    expect(world.notices).toHaveLength(1);
    expect(world.counted).toEqual(['DriftFound']);
  });

  it('is registered and no more, where that is allowed', async () => {
    const world = company({ 'iam-access-key': 'allow' });
    await world.tell(keyMade);
    expect(await registered(world, key)).toEqual([email]);
    expect([...world.notices, ...world.counted]).toEqual([]);
    await world.tell(apiKeyMade); // each kind on its own
    expect(world.notices).toHaveLength(1);
  });

  it('is revoked at once where the settings say so, and nothing beside it', async () => {
    const world = company({ 'iam-access-key': 'revoke' });
    await world.tell(keyMade);
    await world.drain();
    expect(world.account.keys.get(keyId)?.active).toBe(false);
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(true);
    const { revocationId = '' } = world.notices[0] ?? {};
    expect(await world.revocations.get(revocationId)).toMatchObject({
      status: 'verified',
      change: { change: 'credential-stale', source: 'drift', reason: 'made outside issue' },
    });
  });

  it('is revoked although its service’s clock is a second ahead of CloudTrail’s', async () => {
    const world = company({ 'api-gateway-key': 'revoke' });
    const thing = world.account.apiKeys.get('k3yacme001');
    if (thing) thing.createdAt = '2026-03-02T09:45:47.000Z'; // eventTime is 09:45:46
    world.advance(3600);
    await world.tell(apiKeyMade);
    await world.drain();
    expect(world.account.apiKeys.get('k3yacme001')?.live).toBe(false);
  });

  it('is the same revocation when the event comes twice', async () => {
    const world = company({ 'iam-access-key': 'revoke' });
    await world.tell(keyMade);
    const planned = world.recorded('planned').length;
    await world.tell({ ...keyMade, id: 'another-envelope' });
    expect(world.recorded('planned')).toHaveLength(planned);
    expect(world.notices).toHaveLength(1);
  });

  it('is observed as long as the source observes, and told of', async () => {
    const world = makeWorld({ drift: { 'iam-access-key': 'revoke' }, mode: 'observe' });
    world.account.addUser('dana', { 'cutoff:owner': dana }, [keyId]);
    await world.tell(keyMade);
    await world.drain();
    expect(world.account.keys.get(keyId)?.active).toBe(true);
    expect(world.notices).toHaveLength(1);
    // Nothing is said to be revoked that is not, and nothing would be in the way of its revocation later.
    expect(world.notices[0]?.revocationId).toBeUndefined();
    expect(world.recorded('planned')).toEqual([]);
    const enforcing = { ...world.sources, drift: { ...world.sources.operator } };
    await ingest(sqsRecord(keyMade), { ...world, sources: enforcing });
    expect(world.notices).toMatchObject([{}, { revocationId: expect.any(String) }]);
  });

  it('is told of in the end, where the notice did not go out at first', async () => {
    const world = company({ 'iam-access-key': 'revoke' });
    const broken = { ...world, notify: async () => Promise.reject(new Error('SNS is down')) };
    await expect(ingest(sqsRecord(keyMade), broken)).rejects.toThrow('SNS is down');
    await world.drain();
    expect(world.account.keys.get(keyId)?.active).toBe(false); // the cut does not wait for it
    await ingest(sqsRecord(keyMade), world);
    expect(world.notices).toHaveLength(1);
  });

  it('is nobody’s where its user’s tags disagree', async () => {
    const world = company();
    world.account.addUser('dana', { 'cutoff:owner': dana, owner: 'erin@acme.example' }, [keyId]);
    await world.tell(keyMade);
    expect(world.notices).toMatchObject([{ owners: [] }]);
  });
});

describe('no drift', () => {
  it.each([
    ['an access key', keyMade],
    ['an API key', apiKeyMade],
    ['an app client', clientMade],
  ])('is what issue makes: %s', async (_, event) => {
    const world = company({ 'iam-access-key': 'revoke', 'api-gateway-key': 'revoke' });
    await world.tell(byIssue(event));
    expect([...world.notices, ...world.counted]).toEqual([]);
    expect(await registered(world, key)).toBeUndefined(); // issue registers it itself
  });

  it('is what stands in the registry as issued, whoever the event says made it', async () => {
    const world = company({ 'iam-access-key': 'revoke' });
    const entry = { owners: ['email:erin@acme.example'], isProtected: false, entitlements: [] };
    const expiresAt = '2026-06-01T00:00:00.000Z';
    await world.registry.issued(key, entry, { issuance: 'iss-1', expiresAt });
    await world.tell(keyMade);
    expect(world.notices).toEqual([]);
    expect((await world.registry.read([key]))[0]).toMatchObject({ ...entry, issuance: 'iss-1', expiresAt });
  });

  it('is what is gone again', async () => {
    const world = company();
    world.account.users.clear();
    await world.tell(keyMade);
    expect(world.notices).toEqual([]);
    expect(await registered(world, key)).toBeUndefined();
  });

  it('is of another region, account or pool: nothing is granted there', async () => {
    const world = company();
    const elsewhere = [
      varied(apiKeyMade, { awsRegion: 'us-east-1' }),
      varied(keyMade, { recipientAccountId: '210987654321' }),
      varied(clientMade, { requestParameters: { userPoolId: 'eu-west-1_Others' } }),
    ];
    for (const event of elsewhere) await world.tell(event);
    expect(world.notices).toEqual([]);
  });

  it('is what an event does not name: that is left to the upkeep', async () => {
    const world = company();
    await world.tell(varied(keyMade, { responseElements: null }));
    await world.tell(varied(apiKeyMade, { responseElements: null }));
    await world.tell(varied(clientMade, { responseElements: null }));
    expect(world.notices).toEqual([]);
  });
});
