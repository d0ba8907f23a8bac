import { describe, expect, it } from 'vitest';
import { identityCenter } from '../../../functions/sources/identity-center.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const fixture = (name: string) => readFixture('identity-center', `${name}.json`);
const only = async (name: string) => identityCenter.normalise(await fixture(name)).changes[0];
const events = await allFixtures(identityCenter);
const dana = '4103002c-9384-5b83-9d13-6d41719a6c72';
const group = '2a0a5f34-7703-56a1-80f2-50003381aea0';
const store = 'd-9067ace101';

await describeFixtures(identityCenter);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(identityCenter)).toEqual([]);
});

describe('what is looked up', () => {
  const ofUser = (identityStoreId: string, onlyIfDisabled: boolean) => ({
    ask: 'identity-center-user',
    identityStoreId,
    userId: dana,
    onlyIfDisabled,
  });

  it.each([
    ['console-disable-user', ofUser(store, false)],
    ['console-enable-user', ofUser(store, false)],
    ['api-delete-user', ofUser(store, false)],
    ['scim-delete-user', ofUser('', false)],
    ['api-update-user', ofUser(store, true)],
    ['console-update-user', ofUser(store, true)],
    ['scim-patch-user-active', ofUser('', true)],
    ['scim-put-user', ofUser('', true)],
    ['console-remove-member', ofUser(store, false)],
    ['assignment-deleted', ofUser('', false)],
    ['scim-patch-group', { ask: 'identity-center-group', identityStoreId: '', groupId: group }],
    ['console-delete-group', { ask: 'identity-center-group', identityStoreId: store, groupId: group }],
    [
      'api-delete-group-membership',
      {
        ask: 'identity-center-membership',
        identityStoreId: store,
        membershipId: '32b3d387-4a4f-53b3-83f1-4f97c5d5ad67',
      },
    ],
  ])('%s', async (name, ask) => {
    expect((await only(name))?.ask).toEqual(ask);
  });

  it('leaves what was lost to the look-up where the event does not say', async () => {
    for (const name of ['api-delete-group-membership', 'scim-patch-group']) {
      expect(await only(name)).not.toHaveProperty('entitlement');
    }
  });
});

describe('pitfalls', () => {
  it('masked-values: what is hidden names nobody', async () => {
    const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
    const event = await fixture('console-disable-user');
    const masked = { identityStoreId: hidden, userId: hidden };
    expect(fieldOf(identityCenter, varied(event, { requestParameters: masked }))).toBe(
      'detail.requestParameters.userId',
    );
    const halfMasked = varied(event, { requestParameters: { ...masked, userId: dana } });
    expect(identityCenter.normalise(halfMasked).changes[0]?.ask).toMatchObject({ identityStoreId: '' });
    const all = JSON.stringify(events.map((one) => identityCenter.normalise(one)));
    expect(all).not.toContain('HIDDEN');
  });

  it('cloudtrail-error: whatever failed changed nothing', () => {
    for (const event of events) {
      expect(identityCenter.normalise(varied(event, { errorCode: 'ConflictException' })).changes).toEqual([]);
    }
  });

  it('cloudtrail-null-parameters: a call without its arguments is refused by name', async () => {
    const fields = [
      'console-disable-user',
      'scim-patch-group',
      'api-delete-group-membership',
      'assignment-deleted',
    ];
    const withoutArguments = async (name: string) =>
      fieldOf(identityCenter, varied(await fixture(name), { requestParameters: null }));
    expect(await Promise.all(fields.map(withoutArguments))).toEqual([
      'detail.requestParameters.userId',
      'detail.requestParameters.id',
      'detail.requestParameters.membershipId',
      'detail.requestParameters.principalType',
    ]);
  });
});

it.each([
  ['member.memberId', { member: { memberId: dana } }],
  ['memberId.userId', { memberId: { userId: dana } }],
  ['memberId', { memberId: dana }],
])('finds a removed member at %s', async (_, member) => {
  const event = await fixture('console-remove-member');
  const requestParameters = { identityStoreId: store, groupId: group, ...member };
  expect(identityCenter.normalise(varied(event, { requestParameters })).changes).toMatchObject([
    { subject: { id: dana }, entitlement: { kind: 'group', id: group } },
  ]);
});

it('tells the same name of different services apart', async () => {
  const event = await fixture('scim-patch-group');
  const elsewhere = varied(event, { eventSource: 'sso-directory.amazonaws.com' });
  expect(identityCenter.normalise(elsewhere)).toMatchObject({
    changes: [],
    reason: "PatchGroup does not end anybody's access",
  });
});

it('recognises its bare records, of all four services', () => {
  const services = new Set(events.map((event) => detailOf(event).eventSource));
  expect(services.size).toBe(4);
  for (const event of events) {
    expect(identityCenter.wrap?.(detailOf(event))?.source).toBe('cutoff.identity-center');
  }
  expect(
    identityCenter.wrap?.({ ...detailOf(events[0] as never), eventSource: 'iam.amazonaws.com' }),
  ).toBeUndefined();
});

it(
  'never misbehaves',
  () => {
    neverMisbehaves(identityCenter, events);
  },
  60 * fuzzRuns,
);
