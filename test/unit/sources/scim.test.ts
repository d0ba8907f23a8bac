import { describe, expect, it } from 'vitest';
import type { InvalidInput } from '../../../functions/domain/errors.ts';
import { subjectKey } from '../../../functions/domain/subject.ts';
import { scim } from '../../../functions/sources/scim.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { neverMisbehaves } from '../../support/fuzz.ts';

await describeFixtures(scim);

const deactivated = await readFixture('scim', 'user-deactivated.json');
const removed = await readFixture('scim', 'member-removed.json');
type Detail = { readonly user: object };
const normalise = (overrides: object, event = deactivated) =>
  scim.normalise({ ...event, detail: { ...(event.detail as object), ...overrides } });
const withUser = (overrides: object) =>
  normalise({ user: { ...(deactivated.detail as Detail).user, ...overrides } });
const namesOf = (overrides: object) =>
  withUser(overrides).changes.flatMap(({ subject, aliases }) => [subject, ...aliases].map(subjectKey));

describe('who it was', () => {
  const id = 'opaque:scim:7b0d1f52-acme-4a6e-8c11-000000000001';

  it('the address that is the user name, then the others, then ids', () => {
    expect(namesOf({})).toEqual([
      'email:dana@acme.example',
      'email:d.acme@acme.example',
      'opaque:00uDanaAcme00000001',
      id,
    ]);
  });

  it('a user name that is no address is an id, behind the provider’s own', () => {
    expect(namesOf({ userName: 'dana', emails: [] })).toEqual([
      'opaque:00uDanaAcme00000001',
      'opaque:dana',
      id,
    ]);
    expect(namesOf({ userName: 'dana', emails: [], externalId: undefined })).toEqual(['opaque:dana', id]);
  });

  it('one spelling once, and nothing that is no address', () => {
    const emails = ['DANA@acme.example ', 'n/a', '', 'a@b@c', `${'x'.repeat(300)}@acme.example`];
    expect(namesOf({ emails, externalId: undefined })).toEqual(['email:dana@acme.example', id]);
  });
});

describe('what happened', () => {
  it('at the time it was received, with the channel’s event id', () => {
    const { eventId, receivedAt } = deactivated.detail as Record<string, string>;
    expect(scim.normalise(deactivated)).toMatchObject({
      eventId,
      changes: [{ source: 'scim', eventId, occurredAt: receivedAt, reason: 'scim user-deactivated' }],
    });
  });

  it('a group that was lost has the provider’s own id where there is one', () => {
    const group = { id: 'g1', displayName: 'Deployers' };
    const entitlementOf = (overrides: object) =>
      normalise({ group: { ...group, ...overrides } }, removed).changes[0]?.entitlement;
    expect(entitlementOf({})).toEqual({ kind: 'group', id: 'g1', name: 'Deployers' });
    expect(entitlementOf({ externalId: 'object-id' })).toMatchObject({ id: 'object-id' });
  });

  it('an unknown change ends nothing', () => {
    for (const change of ['user-created', '__proto__', 'toString', 'User-Deleted']) {
      expect(normalise({ change })).toMatchObject({
        changes: [],
        reason: `${change} does not end anybody's access`,
      });
    }
  });

  it.each([
    ['detail.eventId', () => normalise({ eventId: undefined })],
    ['detail.change', () => normalise({ change: 7 })],
    ['detail.receivedAt', () => normalise({ receivedAt: 'now' })],
    ['detail.user', () => normalise({ user: null })],
    ['detail.user.id', () => withUser({ id: ' ' })],
    ['detail.user.userName', () => withUser({ userName: '' })],
    ['detail.user.emails', () => withUser({ emails: 'dana@acme.example' })],
    ['detail.group', () => normalise({ group: undefined }, removed)],
    ['detail.group.id', () => normalise({ group: { displayName: 'Deployers' } }, removed)],
  ])('%s that cannot be read is refused by name', (field, read) => {
    expect(read).toThrow(expect.objectContaining({ field }) as InvalidInput);
  });
});

it('never throws anything but a typed error, and names nobody whom the event does not name', async () => {
  const events = await Promise.all((await fixturesOf('scim')).map((name) => readFixture('scim', name)));
  const isOwnId = (name: string, text: string) =>
    name.startsWith('scim:') && text.includes(name.slice('scim:'.length).toLowerCase());
  neverMisbehaves(scim, events, isOwnId);
});
