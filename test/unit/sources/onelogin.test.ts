import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { onelogin } from '../../../functions/sources/onelogin.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { refusedField } from '../../support/refused-field.ts';

await describeFixtures(onelogin);
const fixtures = await Promise.all(
  (await fixturesOf('onelogin')).map((name) => readFixture('onelogin', name)),
);
const suspended = await readFixture('onelogin', 'suspended.json');
const overApi = await readFixture('onelogin', 'suspended-over-api.json');

const normalise = (fields: unknown) =>
  onelogin.normalise({ ...suspended, detail: { ...(suspended.detail as object), ...(fields as object) } });
const fieldOf = (envelope: EventEnvelope) => refusedField(() => onelogin.normalise(envelope));

it('carries the event’s own id and time, as webhooks and as the API write them', () => {
  const webhook = suspended.detail as { uuid: string };
  const api = overApi.detail as { id: number };
  expect(onelogin.normalise(suspended)).toEqual({
    eventId: webhook.uuid,
    changes: [
      {
        change: 'suspended',
        source: 'onelogin',
        eventId: webhook.uuid,
        subject: { format: 'opaque', id: 'onelogin:700042' },
        aliases: [],
        occurredAt: '2026-03-02T08:59:58Z',
        reason: '21 SUSPENDED_USER',
      },
    ],
  });
  expect(onelogin.normalise(overApi)).toMatchObject({
    eventId: String(api.id),
    changes: [{ occurredAt: '2026-03-02T08:59:58.417Z' }],
  });
});

it('reads abridged examples by the envelope’s id and time, and takes none for a replay of another', () => {
  const detail = { event_type_id: '17', user_id: 700042, user_name: 'Dana Acme' };
  const { id, time } = suspended;
  expect(onelogin.normalise({ ...suspended, detail })).toMatchObject({
    eventId: id,
    changes: [{ change: 'deleted', occurredAt: time }],
  });
});

it('display-name: neither user_name nor the actor is anybody', () => {
  const { changes } = normalise({
    user_name: 'erin@acme.example',
    actor_user_id: 1,
    actor_user_name: 'a@b.example',
  });
  expect(JSON.stringify(changes)).not.toMatch(/erin|a@b|onelogin:1"/);
});

it('attacker-triggerable: locks revoke nothing', () => {
  for (const event_type_id of [19, 35, 531, 553, '19']) {
    expect(normalise({ event_type_id })).toMatchObject({
      changes: [],
      reason: expect.stringContaining('a lock'),
    });
  }
});

it('532 is an update that failed, and changes nothing', () => {
  expect(normalise({ event_type_id: 532 }).changes).toEqual([]);
});

it('tells roles from apps of the same number', () => {
  const ids = [148, 207].map((event_type_id) => {
    const { changes } = normalise({ event_type_id, role_id: 7, app_id: 7, app_name: 7, role_name: 'ops' });
    return changes[0]?.entitlement;
  });
  expect(ids).toEqual([
    { kind: 'role', id: 'onelogin:role:7', name: 'ops' },
    { kind: 'application', id: 'onelogin:app:7' },
  ]);
});

it.each([
  ['detail', [suspended.detail]],
  ['detail.event_type_id', { user_id: 1 }],
  ['detail.event_type_id', { event_type_id: '__proto__', user_id: 1 }],
  ['detail.user_id', { event_type_id: 17 }],
  ['detail.user_id', { event_type_id: 17, user_id: 0 }],
  ['detail.user_id', { event_type_id: 17, user_id: 'dana' }],
  ['detail.created_at', { event_type_id: 17, user_id: 1, created_at: 'yesterday' }],
  ['detail.event_timestamp', { event_type_id: 17, user_id: 1, event_timestamp: '2026-03-02 08:59 CET' }],
])('names the field that cannot be read: %s', (field, detail) => {
  expect(fieldOf({ ...suspended, detail })).toBe(field);
});

it('lets type ids in by its pattern as numbers and as text', () => {
  const ids = onelogin.pattern.detail?.event_type_id;
  expect(ids).toEqual(expect.arrayContaining([17, '17', 19, '19']));
  expect(ids).not.toContain(8);
});

it(
  'never misbehaves, whatever arrives',
  () => {
    neverMisbehaves(onelogin, fixtures, (name, text) => text.includes(name.replace('onelogin:', '')));
  },
  fuzzRuns * 30,
);

describe('wrap', () => {
  it('knows an event by its type id, whatever else it lacks', () => {
    for (const detail of [suspended.detail, overApi.detail, { event_type_id: '17', user_id: 700042 }]) {
      const wrapped = onelogin.wrap?.(detail as Record<string, unknown>);
      expect(wrapped?.source).toBe('cutoff.onelogin');
      expect(wrapped && onelogin.normalise(wrapped).changes).toHaveLength(1);
    }
  });

  it.each([
    [{}],
    [{ event_type: 'user_update' }],
    [{ event_type_id: 'x' }],
    [{ event_type_id: null, id: {} }],
  ])('leaves %j to others', (record) => {
    expect(onelogin.wrap?.(record)).toBeUndefined();
  });
});
