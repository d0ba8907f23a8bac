import { describe, expect, it } from 'vitest';
import { entra } from '../../../functions/sources/entra.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { refusedField } from '../../support/refused-field.ts';

await describeFixtures(entra);
const names = await fixturesOf('entra');
const fixtures = await Promise.all(names.map((name) => readFixture('entra', name)));
type Fields = Record<string, unknown>;

const fixture = (name: string): EventEnvelope => {
  const found = fixtures[names.indexOf(`${name}.json`)];
  if (!found) throw new Error(`no fixture ${name}`);
  return found;
};
const detailOf = (name: string) => structuredClone(fixture(name).detail) as Fields;
const normalise = (detail: unknown) => entra.normalise({ ...fixture('webhook-user-updated'), detail });
const fieldOf = (detail: unknown) => refusedField(() => normalise(detail));
/** A record of a fixture with other properties. */
const record = (name: string, properties: Fields) => {
  const detail = detailOf(name);
  return { ...detail, properties: { ...(detail.properties as Fields), ...properties } };
};
const item = (fields: Fields = {}) => ({ ...detailOf('webhook-user-updated'), ...fields });
const userId = 'd4a40000-0001-4000-8000-00000000da4a';
const tenantId = '5f3c0a1e-71bd-4b5e-8c1d-00000000acce';

describe('change notifications', () => {
  it('entra-soft-delete: an update asks the directory what became of the user', () => {
    const expected = {
      change: 'deactivated',
      source: 'entra',
      eventId: `${userId}:2026-03-02T08:59:58.4170000Z`,
      subject: { format: 'opaque', id: userId },
      aliases: [],
      occurredAt: '2026-03-02T08:59:58.4170000Z',
      reason: 'user updated',
      ask: { ask: 'entra-user', tenantId, userId },
    };
    expect(normalise(item()).changes).toEqual([expected]);
    expect(normalise(detailOf('eventgrid-user-updated')).changes).toEqual([expected]);
  });

  it('entra-soft-delete: `deleted` means purged, and needs no look-up', () => {
    const { changes } = normalise(item({ changeType: 'deleted' }));
    expect(changes.map(({ change, ask }) => [change, ask])).toEqual([['deleted', undefined]]);
  });

  it('goes by the CloudEvent’s type where the notification does not repeat it', () => {
    const event = detailOf('eventgrid-user-deleted');
    const data = { ...(event.data as Fields), changeType: undefined };
    expect(normalise({ ...event, data }).changes).toMatchObject([{ change: 'deleted' }]);
  });

  it('takes no later change for a replay where a notification does not say when', () => {
    const untimed = fixture('webhook-user-updated-untimed');
    const first = entra.normalise(untimed);
    const again = entra.normalise({ ...untimed, id: 'redelivered' });
    const later = entra.normalise({ ...untimed, time: '2026-03-03T09:00:00Z' });
    expect(again.eventId).toBe(first.eventId);
    expect(later.eventId).not.toBe(first.eventId);
  });

  it('knows users by type, or by path where there is no type', () => {
    const resourceData = { id: userId };
    const count = (fields: Fields) => normalise(item({ resourceData, ...fields })).changes.length;
    expect(count({ resource: `users/${userId}` })).toBe(1);
    expect(count({ resource: `Users/${userId}/messages/1` })).toBe(0);
    expect(count({ resource: `Groups/${userId}` })).toBe(0);
    expect(count({ resourceData: { id: 'm1', '@odata.type': '#Microsoft.Graph.Message' } })).toBe(0);
  });

  it.each([['reauthorizationRequired'], ['subscriptionRemoved'], ['missed'], ['somethingNew']])(
    'a subscription that falls silent is an alarm: %s',
    (lifecycleEvent) => {
      const detail = { ...detailOf('lifecycle-missed'), lifecycleEvent };
      expect(normalise(detail)).toMatchObject({ changes: [], alarm: 'stream-stopped' });
    },
  );

  it('a subscription that falls silent is an alarm from Event Grid too, with or without its own field', () => {
    const event = detailOf('eventgrid-reauthorization');
    for (const lifecycleEvent of [undefined, 'microsoft.graph.subscriptionReauthorizationRequired']) {
      const data = { ...(event.data as Fields), lifecycleEvent };
      expect(normalise({ ...event, data })).toMatchObject({
        alarm: 'stream-stopped',
        reason: expect.stringContaining('must be authorised again'),
      });
    }
  });

  it('ordinary changes raise no alarm', () => {
    expect(normalise(item()).alarm).toBeUndefined();
  });
});

describe('audit logs', () => {
  it('carry the name of the user, the object id, the record’s id and its time', () => {
    const detail = detailOf('audit-disable-account') as { properties: { id: string } };
    expect(normalise(detail)).toEqual({
      eventId: detail.properties.id,
      changes: [
        {
          change: 'deactivated',
          source: 'entra',
          eventId: detail.properties.id,
          subject: { format: 'email', email: 'dana@acme.example' },
          aliases: [{ format: 'opaque', id: userId }],
          occurredAt: '2026-03-02T08:59:58.4412093+00:00',
          reason: 'Disable account',
        },
      ],
    });
  });

  it('entra-quoted: ids and names of groups are JSON texts within JSON', () => {
    expect(normalise(detailOf('audit-remove-member-from-group')).changes[0]?.entitlement).toEqual({
      kind: 'group',
      id: 'f0010000-0001-4000-8000-00000000f001',
      name: 'aws-operators',
    });
  });

  it('entra-quoted: text that is not quoted is taken as it is', () => {
    const modifiedProperties = [{ displayName: 'Group.ObjectID', oldValue: 'g-1' }];
    const user = { type: 'User', id: userId, userPrincipalName: null, modifiedProperties };
    const detail = record('audit-remove-member-from-group', { targetResources: [user] });
    expect(normalise(detail).changes).toMatchObject([
      { subject: { format: 'opaque', id: userId }, entitlement: { id: 'g-1' } },
    ]);
  });

  it('spell operations in several ways', () => {
    for (const operationName of ['Disable account.', 'Disable Account', ' disable account']) {
      expect(normalise({ ...detailOf('audit-disable-account'), operationName }).changes).toHaveLength(1);
    }
    for (const operationName of ['__proto__', 'Disable accounts', 'Update user']) {
      expect(normalise({ ...detailOf('audit-disable-account'), operationName }).changes).toEqual([]);
    }
  });

  it('are nothing unless they succeeded', () => {
    for (const result of ['failure', 'timeout', 'unknownFutureValue']) {
      expect(normalise(record('audit-disable-account', { result })).changes).toEqual([]);
    }
  });

  it('never name the admin', () => {
    for (const { detail } of fixtures) expect(JSON.stringify(normalise(detail).changes)).not.toContain('ada');
  });
});

describe('risk', () => {
  it.each([
    ['high', 'atRisk', 1],
    ['high', 'confirmedCompromised', 1],
    ['high', 'dismissed', 0],
    ['high', 'confirmedSafe', 0],
    ['medium', 'atRisk', 0],
    ['hidden', 'atRisk', 0],
  ])('%s, %s → %i', (riskLevel, riskState, count) => {
    expect(normalise(record('risky-user-high', { riskLevel, riskState })).changes).toHaveLength(count);
    expect(normalise(record('risk-detection-high', { riskLevel, riskState })).changes).toHaveLength(count);
  });

  it('a user who is at risk again is another event; a detection that is told again is not', () => {
    const at = (time: string) =>
      normalise(record('risky-user-high', { riskLastUpdatedDateTime: time })).eventId;
    expect(at('2026-03-02T08:00:00Z')).not.toBe(at('2026-03-03T08:00:00Z'));
    const told = (time: string) =>
      normalise(record('risk-detection-high', { detectedDateTime: time })).eventId;
    expect(told('2026-03-02T08:00:00Z')).toBe(told('2026-03-03T08:00:00Z'));
  });
});

it.each([
  ['detail', 'text'],
  [
    'detail.tenantId',
    item({ tenantId: 7, resourceData: { id: userId, '@odata.type': '#Microsoft.Graph.User' } }),
  ],
  ['detail.resourceData.id', item({ resourceData: { '@odata.type': '#Microsoft.Graph.User' } })],
  [
    'detail.resourceData.eventTime',
    item({ resourceData: { id: userId, eventTime: 'now' }, resource: 'users/x' }),
  ],
  ['detail.data.subscriptionId', { ...detailOf('eventgrid-user-updated'), data: {} }],
  ['detail.properties.id', record('audit-disable-account', { id: null })],
  ['detail.properties.activityDateTime', record('audit-disable-account', { activityDateTime: '3/2/2026' })],
  ['detail.properties.targetResources', record('audit-disable-account', { targetResources: null })],
  [
    'detail.properties.targetResources.id',
    record('audit-disable-account', { targetResources: [{ type: 'User' }] }),
  ],
  [
    'detail.properties.targetResources',
    record('audit-remove-member-from-group', { targetResources: [{ type: 'User', id: userId }] }),
  ],
  ['detail.properties.userId', record('risk-detection-high', { userId: '' })],
  ['detail.properties.riskLastUpdatedDateTime', record('risky-user-high', { riskLastUpdatedDateTime: null })],
])('names the field that cannot be read: %s', (field, detail) => {
  expect(fieldOf(detail)).toBe(field);
});

it(
  'never misbehaves, whatever arrives',
  () => {
    neverMisbehaves(entra, fixtures);
  },
  fuzzRuns * 30,
);

describe('wrap', () => {
  const wrapped = (recordOf: Fields) => entra.wrap?.(recordOf);

  it.each([
    ['eventgrid-user-updated', 'Microsoft.Graph.UserUpdated'],
    ['webhook-user-updated', 'ChangeNotification'],
    ['lifecycle-missed', 'ChangeNotification'],
    ['audit-disable-account', 'AuditLogs'],
    ['risky-user-high', 'RiskyUsers'],
    ['risk-detection-high', 'UserRiskEvents'],
  ])('knows %s', (name, detailType) => {
    const envelope = wrapped(detailOf(name));
    expect(envelope).toMatchObject({ source: 'cutoff.entra', 'detail-type': detailType });
    expect(envelope && entra.normalise(envelope).changes).toEqual(normalise(detailOf(name)).changes);
  });

  it('takes the only item out of a webhook’s body, and the subscription’s secret out of it', () => {
    const envelope = wrapped({ value: [item({ clientState: 'hush' })] });
    expect(envelope?.detail).toEqual(item());
    const event = detailOf('eventgrid-user-updated');
    const data = { ...(event.data as Fields), clientState: 'hush' };
    expect(JSON.stringify(wrapped({ ...event, data }))).not.toContain('hush');
  });

  it.each([
    ['several notifications', { value: [item(), item()] }],
    ['another log', { category: 'Administrative', properties: {} }],
    ['an Auth0 event', { specversion: '1.0', type: 'user.deleted', source: 'urn:auth0:acme', data: {} }],
    ['odd values', { type: {}, subscriptionId: 7, category: { toString: 1 } }],
    ['nothing', {}],
  ])('leaves %s to others', (_, recordOf) => {
    expect(wrapped(recordOf)).toBeUndefined();
  });
});
