import { describe, expect, it } from 'vitest';
import { jumpcloud } from '../../../functions/sources/jumpcloud.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { refusedField } from '../../support/refused-field.ts';

await describeFixtures(jumpcloud);
const fixtures = await Promise.all(
  (await fixturesOf('jumpcloud')).map((name) => readFixture('jumpcloud', name)),
);
const suspended = await readFixture('jumpcloud', 'user-update-suspended.json');
const left = await readFixture('jumpcloud', 'group-removed.json');
type Fields = Record<string, unknown>;

const normalise = (fields: Fields, envelope = suspended) =>
  jumpcloud.normalise({ ...envelope, detail: { ...(envelope.detail as Fields), ...fields } });
const fieldOf = (fields: Fields, envelope = suspended) => refusedField(() => normalise(fields, envelope));
const turned = (field: string, to: unknown) =>
  normalise({ changes: [{ field, from: null, to }] }).changes.map(({ change }) => change);

it('carries JumpCloud’s own id, the event’s id and its time', () => {
  const { id, resource } = suspended.detail as { id: string; resource: { id: string } };
  expect(jumpcloud.normalise(suspended)).toEqual({
    eventId: id,
    changes: [
      {
        change: 'suspended',
        source: 'jumpcloud',
        eventId: id,
        subject: { format: 'opaque', id: resource.id },
        aliases: [],
        occurredAt: '2026-03-02T08:59:58.417Z',
        reason: 'user_update: suspended',
      },
    ],
  });
});

it('acts on the field alone that says so, and on its new value', () => {
  expect(turned('suspended', true)).toEqual(['suspended']);
  expect(turned('suspended', 'true')).toEqual(['suspended']);
  expect(turned('suspended', false)).toEqual(['reactivated']);
  expect(turned('state', 'ACTIVATED')).toEqual(['reactivated']);
  for (const [field, to] of [
    ['suspended', null],
    ['suspended', { toString: 1 }],
    ['suspended_at', true],
    ['state', 'STAGED'],
    ['account_locked', true],
    ['__proto__', true],
  ] as const) {
    expect(turned(field, to)).toEqual([]);
  }
});

it('display-name: a user name is nobody, and neither is the admin', () => {
  const { changes } = normalise({ resource: { id: 'u1', username: 'erin', displayname: 'Erin' } });
  expect(JSON.stringify(changes)).not.toMatch(/erin|ada\.admin/i);
});

it('attacker-triggerable: a lock-out revokes nothing', () => {
  expect(normalise({ event_type: 'user_lockout' }).changes).toEqual([]);
  expect(turned('account_locked', true)).toEqual([]);
});

it('removes from a group on whichever side the user stands, and nothing when somebody is added', () => {
  const { association } = left.detail as { association: { op: string; connection: Fields } };
  const { from, to } = association.connection;
  const turnedAround = { ...association, connection: { from: to, to: from } };
  expect(normalise({ association: turnedAround }, left).changes).toEqual(jumpcloud.normalise(left).changes);
  expect(normalise({ association: { ...association, op: 'add' } }, left).changes).toEqual([]);
});

it.each([
  ['detail.id', { id: 7 }],
  ['detail.event_type', { event_type: null }],
  ['detail.timestamp', { timestamp: 'yesterday' }],
  ['detail.resource', { resource: null }],
  ['detail.resource.id', { resource: { id: '' } }],
  ['detail.changes', { changes: 'suspended' }],
  ['detail.changes.0.field', { changes: [{ to: true }] }],
])('names the field that cannot be read: %s', (field, fields) => {
  expect(fieldOf(fields)).toBe(field);
});

it('names the field of an association that cannot be read', () => {
  expect(fieldOf({ association: null }, left)).toBe('detail.association');
  expect(fieldOf({ association: { op: 'remove', connection: {} } }, left)).toBe(
    'detail.association.connection.from',
  );
});

it(
  'never misbehaves, whatever arrives',
  () => {
    neverMisbehaves(jumpcloud, fixtures);
  },
  fuzzRuns * 30,
);

describe('wrap', () => {
  it('knows a Directory Insights event', () => {
    const wrapped = jumpcloud.wrap?.(suspended.detail as Fields);
    expect(wrapped?.source).toBe('cutoff.jumpcloud');
    expect(wrapped && jumpcloud.normalise(wrapped).changes).toHaveLength(1);
  });

  it.each([
    [{}],
    [{ event_type_id: 17, id: 'x' }],
    [{ id: 'x', event_type: 'user_update', timestamp: 'now' }],
  ])('leaves %j to others', (record) => {
    expect(jumpcloud.wrap?.(record)).toBeUndefined();
  });
});
