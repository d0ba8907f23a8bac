import { describe, expect, it } from 'vitest';
import { auth0 } from '../../../functions/sources/auth0.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { refusedField } from '../../support/refused-field.ts';

await describeFixtures(auth0);
const names = await fixturesOf('auth0');
const fixtures = await Promise.all(names.map((name) => readFixture('auth0', name)));

type Fields = Record<string, unknown>;
const detailOf = (name: string): Fields => {
  const found = fixtures[names.indexOf(`${name}.json`)];
  if (!found) throw new Error(`no fixture ${name}`);
  return structuredClone(found.detail) as Fields;
};
const envelope = (detail: unknown): EventEnvelope => ({ ...(fixtures[0] as EventEnvelope), detail });
const normalise = (detail: unknown) => auth0.normalise(envelope(detail));
const fieldOf = (detail: unknown) => refusedField(() => normalise(detail));
/** The log event of a fixture with other fields, nested as a log stream sends it. */
const log = (name: string, fields: Fields) => {
  const detail = detailOf(name);
  return { ...detail, data: { ...(detail.data as Fields), ...fields } };
};
const dana = 'auth0|acme0000000000000000dana';
const call = (method: string, path: string, { body = {}, status = 200, answer = {} } = {}) =>
  log('sapi-user-deleted', {
    details: { request: { method, path, body }, response: { statusCode: status, body: answer } },
  });

describe('log events', () => {
  it('carry address, Auth0’s own id, the log’s id and its time', () => {
    expect(normalise(detailOf('log-sdu'))).toEqual({
      eventId: detailOf('log-sdu').log_id,
      changes: [
        {
          change: 'deleted',
          source: 'auth0',
          eventId: detailOf('log-sdu').log_id,
          subject: { format: 'email', email: 'dana@acme.example' },
          aliases: [{ format: 'opaque', id: dana }],
          occurredAt: '2026-03-02T08:59:58.417Z',
          reason: 'sdu',
        },
      ],
    });
  });

  it('auth0-nesting: the log event stands in `data`, and is understood flat as well', () => {
    const { data } = detailOf('log-sdu');
    expect(normalise(data).changes).toEqual(normalise(detailOf('log-sdu')).changes);
  });

  it('auth0-victim: the admin is never the subject of a call to the Management API', () => {
    for (const name of [
      'sapi-user-deleted',
      'sapi-user-blocked',
      'sapi-user-password',
      'log-device-unenrolled',
    ]) {
      const { changes } = normalise(detailOf(name));
      expect(changes).toHaveLength(1);
      expect(JSON.stringify(changes)).not.toMatch(/google-oauth2|ada\.admin/);
    }
  });

  it.each([
    ['/api/v2/users/auth0%7Cdana', 'auth0|dana'],
    ['/api/v2/users/auth0|dana/', 'auth0|dana'],
    ['/api/v2/users/waad%7Cdana%40acme.example', 'waad|dana@acme.example'],
  ])('auth0-victim: the path %s names %s', (path, id) => {
    const { changes } = normalise(call('DELETE', path, { status: 204 }));
    expect(changes).toMatchObject([{ change: 'deleted', subject: { format: 'opaque', id }, aliases: [] }]);
  });

  it.each([
    ['/api/v2/users/auth0%7Cdana/roles'],
    ['/api/v2/users/auth0%7Cdana/sessions'],
    ['/api/v2/users/auth0%7Cdana/identities/auth0/1'],
    ['/api/v2/users'],
    ['/api/v2/users/'],
    ['/x/api/v2/users/auth0%7Cdana'],
    ['/api/v2/clients/auth0%7Cdana'],
  ])('auth0-victim: a DELETE of %s deletes no user', (path) => {
    const { changes } = normalise(call('delete', path, { status: 204 }));
    expect(changes.filter(({ change }) => change !== 'session-revoked')).toEqual([]);
  });

  it.each([
    ['delete', 'sessions', 202],
    ['delete', 'refresh-tokens', 202],
    ['post', 'revoke-access', 204],
  ])('%s of %s ends the sessions of the user, once it was accepted', (method, below, status) => {
    const path = `/api/v2/users/auth0%7Cdana/${below}`;
    const changesOf = (options: Parameters<typeof call>[2]) => normalise(call(method, path, options)).changes;
    expect(changesOf({ status })).toMatchObject([
      { change: 'session-revoked', subject: { format: 'opaque', id: 'auth0|dana' }, aliases: [] },
    ]);
    expect(changesOf({ status: 404 })).toEqual([]);
    expect(normalise(call('get', path, { status: 200 })).changes).toEqual([]);
  });

  it('ends nothing for one session of several: which tokens were of that one cannot be told', () => {
    const path = '/api/v2/users/auth0%7Cdana/revoke-access';
    expect(normalise(call('post', path, { body: { session_id: 'x' }, status: 204 })).changes).toEqual([]);
  });

  it('believes what was asked for and done, not what the answer says of the user', () => {
    const path = '/api/v2/users/auth0%7Cdana';
    const kinds = (...args: Parameters<typeof call>) =>
      normalise(call(...args)).changes.map((one) => one.change);
    const blocked = { body: { blocked: true } };
    expect(kinds('patch', path, { ...blocked, status: 400 })).toEqual([]);
    for (const status of [200, 202, 404]) expect(kinds('delete', path, { status })).toEqual([]);
    expect(kinds('get', path, blocked)).toEqual([]);
    expect(kinds('patch', path, { body: { blocked: 'true' }, answer: { blocked: true } })).toEqual([]);
    expect(kinds('patch', path, { body: { blocked: false, password: '*' } })).toEqual([
      'reactivated',
      'session-revoked',
    ]);
  });

  it('takes the address of the answer only where it is the same user’s', () => {
    const answer = { user_id: 'auth0|erin', email: 'erin@acme.example' };
    const event = call('patch', '/api/v2/users/auth0%7Cdana', { body: { blocked: true }, answer });
    expect(JSON.stringify(normalise(event).changes)).not.toContain('erin');
  });

  it('display-name: user names, phone numbers and masked addresses identify nobody', () => {
    for (const user_name of ['dana', '+31600000000', 'd***@a***.example', 'a@b@c', '']) {
      expect(normalise(log('log-sdu', { user_name })).changes).toMatchObject([
        { subject: { format: 'opaque', id: dana }, aliases: [] },
      ]);
    }
  });

  it('attacker-triggerable: blocks of too many attempts revoke nothing', () => {
    for (const type of ['limit_wc', 'limit_mu', 'limit_sul', 'pwd_leak', 'ferrt']) {
      expect(normalise(log('log-sdu', { type })).changes).toEqual([]);
    }
  });

  it('goes by EventBridge’s clock where the log event has no date', () => {
    const { changes } = normalise(log('log-sdu', { date: undefined }));
    expect(changes[0]?.occurredAt).toBe(fixtures[0]?.time);
  });
});

describe('Event Streams', () => {
  it('auth0-test: a test delivery changes nothing', () => {
    const event = detailOf('stream-user-deleted');
    expect(normalise({ ...event, a0purpose: 'test' }).changes).toEqual([]);
    expect(normalise(event).changes).toHaveLength(1);
  });

  it('go by the id and the time of the CloudEvent', () => {
    const event = detailOf('stream-user-deleted');
    expect(normalise(event)).toMatchObject({
      eventId: event.id,
      changes: [{ eventId: event.id, occurredAt: event.time, aliases: [{ id: dana }] }],
    });
  });
});

it.each([
  ['detail', 'text'],
  ['detail.data.type', log('log-sdu', { type: 7 })],
  ['detail.data.date', log('log-sdu', { date: 'yesterday' })],
  ['detail.data.user_id', log('log-sdu', { user_id: '' })],
  ['detail.data.log_id', { data: { type: 'sdu', user_id: 'auth0|x' } }],
  ['detail.data.details', log('sapi-user-deleted', { details: null })],
  ['detail.data.details.response.statusCode', call('delete', '/', { status: '204' as unknown as number })],
  ['detail.data.details.request.path', call('delete', '/api/v2/users/%E0%A4%A', { status: 204 })],
  ['detail.type', { log_id: '1' }],
  ['detail.time', { ...detailOf('stream-user-deleted'), time: 'now' }],
  ['detail.data.object.user_id', { ...detailOf('stream-user-deleted'), data: { object: {} } }],
  [
    'detail.data.object.member',
    { ...detailOf('stream-group-member-deleted'), data: { object: { group: { id: 'g' } } } },
  ],
])('names the field that cannot be read: %s', (field, detail) => {
  expect(fieldOf(detail)).toBe(field);
});

it(
  'never misbehaves, whatever arrives',
  () => {
    // The path of a call names the user percent-encoded.
    neverMisbehaves(auth0, fixtures, (name, text) => text.includes(encodeURIComponent(name).toLowerCase()));
  },
  fuzzRuns * 30,
);

it('lets in by its pattern what it understands, nested and as a CloudEvent', () => {
  const { $or } = auth0.pattern.detail as { $or: [{ data: { type: string[] } }, { type: string[] }] };
  expect($or[0].data.type).toEqual(expect.arrayContaining(['sdu', 'sapi', 'srrt', 'limit_wc']));
  expect($or[0].data.type).not.toContain('s');
  expect($or[1].type).toEqual(expect.arrayContaining(['user.deleted', 'user.updated']));
});

describe('wrap', () => {
  const understood = (record: Fields) => {
    const wrapped = auth0.wrap?.(record);
    return wrapped && auth0.normalise(wrapped).changes.map(({ change }) => change);
  };

  it('knows a log event alone and nested, and a CloudEvent', () => {
    expect(understood(detailOf('log-sdu').data as Fields)).toEqual(['deleted']);
    expect(understood(detailOf('log-sdu'))).toEqual(['deleted']);
    expect(understood(detailOf('stream-user-deleted'))).toEqual(['deleted']);
    expect(auth0.wrap?.(detailOf('log-sdu'))?.source).toBe('cutoff.auth0');
  });

  it.each([
    [
      'another CloudEvent',
      { specversion: '1.0', source: '/tenants/t', type: 'x', id: '1', time: '2026-03-02T08:59:58Z' },
    ],
    ['an envelope', fixtures[0] as unknown as Fields],
    ['odd values', { type: 'sdu', log_id: { toString: 1 }, date: {} }],
    ['nothing', {}],
  ])('leaves %s to others', (_, record) => {
    expect(auth0.wrap?.(record as Fields)).toBeUndefined();
  });
});
