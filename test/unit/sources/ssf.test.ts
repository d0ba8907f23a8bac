import { describe, expect, it } from 'vitest';
import { subjectKey } from '../../../functions/domain/subject.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { ssf } from '../../../functions/sources/ssf.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { refusedField } from '../../support/refused-field.ts';

/** Milliseconds: a slow machine is no failure. */
const fuzzTimeout = 60_000 + 20 * fuzzRuns;

const caep = (name: string) => `https://schemas.openid.net/secevent/caep/event-type/${name}`;
const risc = (name: string) => `https://schemas.openid.net/secevent/risc/event-type/${name}`;
const stream = 'https://schemas.openid.net/secevent/ssf/event-type/stream-updated';
const iss = 'https://idp.acme.example';
const dana = { format: 'email', email: 'dana@acme.example' };

/** A claims set; `undefined` leaves a claim out. */
const claims = (events: unknown, more: Record<string, unknown> = {}): Record<string, unknown> =>
  JSON.parse(JSON.stringify({ iss, jti: 'j-1', iat: 1772442000, sub_id: dana, events, ...more }));
const envelope = (detail: unknown, more: Partial<EventEnvelope> = {}): EventEnvelope => ({
  id: 'envelope-1',
  source: 'cutoff.ssf',
  'detail-type': 'SecurityEventToken',
  time: '2026-03-02T09:00:01Z',
  account: '123456789012',
  region: 'eu-west-1',
  detail,
  ...more,
});
const normalise = (detail: unknown) => ssf.normalise(envelope(detail));
const disabled = (sub_id: unknown, event: object = {}) =>
  normalise(claims({ [risc('account-disabled')]: event }, { sub_id }));
const revoked = (event: object, more: Record<string, unknown> = {}) =>
  normalise(claims({ [caep('session-revoked')]: event }, more));
const namesIn = ({ changes }: ReturnType<typeof normalise>) =>
  changes.flatMap(({ subject, aliases }) => [subject, ...aliases].map(subjectKey));

await describeFixtures(ssf);

describe('pitfalls', () => {
  it('ssf-subject-place: at the top, inside the event, in old spelling, or as a complex one without a format', () => {
    const inside = (subject: unknown) => revoked({ subject }, { sub_id: undefined });
    const erin = { iss, sub: 'e-1' };
    for (const result of [
      revoked({}, { sub_id: { format: 'iss_sub', ...erin } }),
      inside({ format: 'iss_sub', ...erin }),
      inside({ subject_type: 'iss-sub', ...erin }),
      inside({ subject_type: 'iss_sub', ...erin }),
      inside({ user: { format: 'iss_sub', ...erin }, device: { format: 'opaque', id: 'd' } }),
    ]) {
      expect(namesIn(result)).toEqual([`iss_sub:${iss}#e-1`]);
    }
    expect(refusedField(() => revoked({}, { sub_id: undefined }))).toBe('detail.sub_id');
  });

  it('ssf-subject-place: the top wins, and where it names nobody, the event is asked', () => {
    const subject = { format: 'email', email: 'erin@acme.example' };
    expect(namesIn(revoked({ subject }))).toEqual(['email:dana@acme.example']);
    const phone = { format: 'phone_number', phone_number: '+442079460123' };
    expect(namesIn(revoked({ subject }, { sub_id: phone }))).toEqual(['email:erin@acme.example']);
  });

  it('ssf-time: seconds, Okta’s milliseconds, the time of event, else the time of issue', () => {
    const timeOf = (event: object, more: object = {}) => revoked(event, { ...more }).changes[0]?.occurredAt;
    expect(timeOf({ event_timestamp: 1772441990 })).toBe('2026-03-02T08:59:50.000Z');
    expect(timeOf({ event_timestamp: 1772441990.5 })).toBe('2026-03-02T08:59:50.500Z');
    expect(timeOf({ event_timestamp: 1772441990377 })).toBe('2026-03-02T08:59:50.377Z');
    expect(timeOf({ event_timestamp: 1772441990 }, { toe: 1772441000 })).toBe('2026-03-02T08:59:50.000Z');
    expect(timeOf({}, { toe: 1772441000 })).toBe('2026-03-02T08:43:20.000Z');
    expect(timeOf({})).toBe('2026-03-02T09:00:00.000Z');
    for (const event_timestamp of ['yesterday', null, -1, 1e18]) {
      const field = refusedField(() => revoked({ event_timestamp }));
      expect(field).toBe('detail.events.session-revoked.event_timestamp');
    }
  });

  it('ssf-direction: what goes up, is new, low or compliant revokes nothing, in whatever case', () => {
    const changesOf = (name: string, event: object) => normalise(claims({ [caep(name)]: event })).changes;
    expect(changesOf('risk-level-change', { current_level: 'High', principal: 'user' })).toHaveLength(1);
    expect(changesOf('risk-level-change', { current_level: 'HIGHEST' })).toEqual([]);
    expect(changesOf('device-compliance-change', { current_status: 'NOT_COMPLIANT' })).toHaveLength(1);
    expect(changesOf('device-compliance-change', { current_status: 'Compliant' })).toEqual([]);
    expect(changesOf('credential-change', { change_type: 'CREATE' })).toEqual([]);
    expect(changesOf('assurance-level-change', { change_direction: 'Decrease' })).toHaveLength(1);
    expect(changesOf('assurance-level-change', { previous_level: 'aal1', current_level: 'aal2' })).toEqual(
      [],
    );
  });

  it('ssf-direction: an event that does not say which way is refused by the field', () => {
    const fieldIn = (name: string, event: object = {}) =>
      refusedField(() => normalise(claims({ [caep(name)]: event })));
    expect(fieldIn('credential-change')).toBe('detail.events.credential-change.change_type');
    expect(fieldIn('risk-level-change')).toBe('detail.events.risk-level-change.current_level');
    expect(fieldIn('device-compliance-change', { current_status: true })).toBe(
      'detail.events.device-compliance-change.current_status',
    );
  });

  it('ssf-identifier-events: a new or a recycled address moves names and revokes nothing', () => {
    const event = { 'new-value': 'Dana.Reed@acme.example' };
    expect(normalise(claims({ [risc('identifier-changed')]: event }))).toMatchObject({
      changes: [],
      names: [{ type: 'renamed', from: dana, to: { format: 'email', email: 'Dana.Reed@acme.example' } }],
    });
    expect(normalise(claims({ [risc('identifier-recycled')]: {} }))).toMatchObject({
      changes: [],
      names: [{ type: 'recycled', subject: dana }],
    });
    const wrong = () => normalise(claims({ [risc('identifier-changed')]: { 'new-value': 'dana' } }));
    expect(refusedField(wrong)).toBe('detail.events.identifier-changed.new-value.email');
  });

  it('ssf-blind: a stream that is paused or disabled rings, one that is enabled does not', () => {
    const alarmOf = (status: unknown) => normalise(claims({ [stream]: { status } })).alarm;
    expect(['paused', 'disabled', 'enabled'].map(alarmOf)).toEqual([
      'stream-stopped',
      'stream-stopped',
      undefined,
    ]);
    expect(refusedField(() => alarmOf('gone'))).toBe('detail.events.stream-updated.status');
  });
});

describe('whom it names', () => {
  it('an id that is unique by itself is an alias, any other sub is nobody without its issuer', () => {
    const sub = '00u7Dana0000000Acme7';
    expect(namesIn(disabled({ format: 'iss_sub', iss, sub }))).toEqual([
      `iss_sub:${iss}#${sub}`,
      `opaque:${sub}`,
    ]);
    expect(namesIn(disabled({ format: 'iss_sub', iss, sub: 'dana@acme.example' }))).toHaveLength(1);
  });

  it('Google’s issuer is named with and without its slash, nobody else’s', () => {
    const google = { format: 'iss_sub', iss: 'https://accounts.google.com/', sub: '1' };
    expect(namesIn(disabled(google))).toEqual([
      'iss_sub:https://accounts.google.com/#1',
      'iss_sub:https://accounts.google.com#1',
    ]);
    expect(namesIn(disabled({ ...google, iss: 'https://accounts.google.com.evil.example/' }))).toHaveLength(
      1,
    );
  });

  it('all aliases count, those that cannot be read or looked up are left out', () => {
    const identifiers = [
      { format: 'email', email: 'no address' },
      { format: 'phone_number', phone_number: '+442079460123' },
      { format: 'opaque', id: 'u-1' },
      { format: 'opaque', id: ' u-1 ' },
      { format: 'aliases', identifiers: [dana] },
      dana,
    ];
    expect(namesIn(disabled({ format: 'aliases', identifiers }))).toEqual([
      'opaque:u-1',
      'email:dana@acme.example',
    ]);
    const unreadable = { format: 'aliases', identifiers: identifiers.slice(0, 2) };
    expect(refusedField(() => disabled(unreadable))).toBe('detail.sub_id.identifiers.email');
    expect(refusedField(() => disabled({ format: 'aliases', identifiers: [] }))).toBe(
      'detail.sub_id.identifiers',
    );
  });

  it('a bare id is a session where the event is about sessions, and an account everywhere else', () => {
    const sub_id = { format: 'opaque', id: 'x-1' };
    expect(revoked({}, { sub_id }).changes[0]?.credential).toMatchObject({
      by: 'sid',
      issuer: iss,
      value: 'x-1',
    });
    expect(disabled(sub_id).changes[0]).toMatchObject({ subject: sub_id, aliases: [] });
    expect(disabled(sub_id).changes[0]?.credential).toBeUndefined();
  });

  it('a session is refused where its event came from, so that account and region must be there', () => {
    const detail = claims({ [caep('session-revoked')]: {} }, { sub_id: { format: 'opaque', id: 's' } });
    for (const field of ['account', 'region'] as const) {
      expect(refusedField(() => ssf.normalise(envelope(detail, { [field]: undefined })))).toBe(field);
    }
  });

  it.each([
    ['detail.sub_id.format', { email: 'dana@acme.example' }],
    ['detail.sub_id.email', { format: 'email', email: 'dana' }],
    ['detail.sub_id.sub', { format: 'iss_sub', iss }],
    ['detail.sub_id.id', { format: 'opaque', id: 'x'.repeat(513) }],
    ['detail.sub_id.jti', { format: 'jwt_id', iss }],
    ['detail.sub_id.uri', { format: 'did', uri: 'did:web:acme.example' }],
    ['detail.sub_id.user.email', { format: 'complex', user: { format: 'email' } }],
    ['detail.sub_id.sub', { format: 'id_token_claims', iss }],
    ['detail.sub_id', 'dana@acme.example'],
  ])('%s is refused by name', (field, sub_id) => {
    expect(refusedField(() => disabled(sub_id))).toBe(field);
  });
});

describe('a SET', () => {
  it('is known by issuer and jti together, in at most 256 characters', () => {
    const idOf = (more: object) => normalise(claims({ [risc('opt-in')]: {} }, { ...more })).eventId;
    expect(idOf({})).toBe(`${iss}#j-1`);
    const long = [idOf({ jti: 'a'.repeat(300) }), idOf({ jti: 'b'.repeat(300) })];
    expect(new Set(long).size).toBe(2);
    for (const id of long) expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('keeps what can be read of several events, and says what cannot', () => {
    const both = claims({
      [caep('credential-change')]: {},
      [risc('account-disabled')]: {},
      'https://schemas.acme.example/other': null,
    });
    const { changes, problem, reason } = normalise(both);
    expect(changes.map(({ change }) => change)).toEqual(['suspended']);
    expect(problem?.field).toBe('detail.events.credential-change.change_type');
    expect(reason).toBeUndefined();
    const nothingElse = claims({ [risc('account-disabled')]: null, [risc('opt-in')]: {} });
    expect(refusedField(() => normalise(nothingElse))).toBe('detail.events.account-disabled');
  });

  it.each([
    ['detail.iss', { iss: undefined }],
    ['detail.jti', { jti: '' }],
    ['detail.iat', { iat: '1772442000' }],
    ['detail.events', { events: {} }],
    ['detail.events', { events: [] }],
  ])('without %s is refused by name', (field, more) => {
    expect(refusedField(() => normalise(claims({ [risc('opt-in')]: {} }, more)))).toBe(field);
  });

  it('is no meaning where the type is one that every object inherits', () => {
    const events = { [caep('constructor')]: {}, [risc('toString')]: {}, toString: {} };
    expect(normalise(claims(events))).toMatchObject({ changes: [] });
  });

  it('is recognised without its envelope, and no other record is', async () => {
    const { detail } = await readFixture('ssf', 'risc-account-disabled.json');
    const wrapped = ssf.wrap?.(detail as Record<string, unknown>);
    expect(wrapped).toMatchObject({ source: 'cutoff.ssf', time: '2026-03-02T09:00:00.000Z' });
    expect(wrapped && ssf.normalise(wrapped).changes).toHaveLength(1);
    for (const other of [{}, { uuid: 'u', eventType: 'x', published: 'p' }, { iss, jti: 'j', iat: 1 }]) {
      expect(ssf.wrap?.(other)).toBeUndefined();
    }
  });
});

it('never throws anything but a typed error, and never names whom the event does not', {
  timeout: fuzzTimeout,
}, async () => {
  const names = await fixturesOf('ssf');
  neverMisbehaves(ssf, await Promise.all(names.map((name) => readFixture('ssf', name))));
});
