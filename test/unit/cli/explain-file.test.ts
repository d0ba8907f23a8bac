import { createHash } from 'node:crypto';
import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { explainFile } from '../../../cli/explain/explain-file.ts';
import { InvalidInput } from '../../../functions/domain/errors.ts';
import { subjectKey } from '../../../functions/domain/subject.ts';
import { logEvent } from '../../fixtures/events/okta/log-event.ts';

const email = 'dana@acme.example';
const claims = {
  ...{ iss: 'https://id.acme.example', jti: 'set-1', iat: 1_772_441_998, aud: 'cutoff' },
  sub_id: { format: 'email', email },
  events: { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': {} },
};
const signed = async () => {
  const { privateKey } = await generateKeyPair('ES256');
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'secevent+jwt' }).sign(privateKey);
};

const json = (value: unknown) => JSON.stringify(value);
const changesIn = (text: string, headers?: unknown) =>
  explainFile(text, headers).flatMap(({ source, changes }) =>
    changes.map(({ change, subject }) => [source, change, subjectKey(subject)]),
  );
const reasonsIn = (text: string, headers?: unknown) =>
  explainFile(text, headers).map(({ reason }) => reason ?? '');

describe('a security event token', () => {
  const disabled = [['ssf', 'suspended', `email:${email}`]];

  it('is read as it was signed, as claims, and as it goes over the wire', async () => {
    const token = await signed();
    const [head = '', payload = '', signature = ''] = token.split('.');
    const wire = `POST /ssf HTTP/1.1\r\nHost: cutoff.example\r\nContent-Type: application/secevent+jwt\r\n\r\n`;
    expect(changesIn(`${token}\n`)).toEqual(disabled);
    expect(changesIn(json(claims))).toEqual(disabled);
    expect(changesIn(wire + token)).toEqual(disabled);
    // As specifications print it, broken for display.
    expect(changesIn(`${wire}${head}\n.\n${payload}\n.\n${signature}`)).toEqual(disabled);
  });
});

describe('a webhook', () => {
  const token = 'acme_live_0123456789';
  const alerts = [{ token, type: 'acme_token', url: `https://github.com/x?t=${token}`, source: 'content' }];
  const sha256 = createHash('sha256').update(token).digest('hex');

  it.each([
    ['its body beside its headers', json(alerts), { 'Github-Public-Key-Identifier': 'k' }],
    ['its body alone', json(alerts), undefined],
    ['the whole request', json({ method: 'POST', headers: {}, rawBody: json(alerts) }), undefined],
  ])('of a leak report is read from %s, and its secret is not shown', (_, text, headers) => {
    const explanations = explainFile(text, headers);
    expect(explanations).toMatchObject([
      { source: 'github', changes: [{ subject: { id: `sha256:${sha256}` } }], lookUps: [{ ask: 'secret' }] },
    ]);
    expect(json(explanations)).not.toContain(token);
  });

  it('of Okta is each of its events', () => {
    const events = [logEvent('user.lifecycle.suspend'), logEvent('user.session.clear', { uuid: 'another' })];
    const body = { eventType: 'com.okta.event_hook', data: { events } };
    expect(changesIn(json(body)).map(([, change]) => change)).toEqual(['suspended', 'session-revoked']);
  });

  it('of Graph is each of its notifications, without the shared secret', () => {
    const item = {
      ...{ subscriptionId: 's', changeType: 'updated', resource: 'Users/u-1', clientState: 's3cret' },
      ...{ tenantId: 't', resourceData: { id: 'u-1', eventTime: '2026-03-02T09:00:00Z' } },
    };
    const explanations = explainFile(
      json({ value: [item, { ...item, resourceData: { ...item.resourceData, id: 'u-2' } }] }),
    );
    expect(explanations.map(({ lookUps }) => lookUps?.[0]?.ask)).toEqual(['entra-user', 'entra-user']);
    expect(json(explanations)).not.toContain('s3cret');
  });

  it.each([
    ['okta', { method: 'GET', path: '/okta/events', headers: { 'X-Okta-Verification-Challenge': 'c' } }],
    ['Graph', { method: 'POST', path: '/entra/notifications?validationToken=t', headers: {}, body: '' }],
    ['Graph', { method: 'POST', query: { validationToken: 't' } }],
  ])('of %s that asks whether the endpoint is ours changes nothing', (_, request) => {
    expect(reasonsIn(json({ request }))).toEqual([
      expect.stringContaining('asks whether the endpoint is ours'),
    ]);
  });
});

describe('a SCIM request', () => {
  const patch = (path: string, ...Operations: unknown[]) =>
    json({ request: { method: 'PATCH', path, headers: {}, body: { Operations } } });

  it('scim-case-and-strings: is read as the endpoint reads it', () => {
    const off = { op: 'Replace', path: 'ACTIVE', value: 'False' };
    expect(changesIn(patch('/scim/v2/Users/42', off))).toEqual([['scim', 'deactivated', 'opaque:42']]);
    const removed = { op: 'remove', path: 'members[value eq "7"]' };
    const added = { op: 'add', path: 'members', value: [{ value: '8' }] };
    expect(changesIn(patch('/scim/v2/Groups/1', removed, added))).toEqual([
      ['scim', 'entitlement-removed', 'opaque:7'],
    ]);
  });

  it('that takes nothing away says so', () => {
    const name = { op: 'replace', path: 'displayName', value: 'x' };
    expect(reasonsIn(patch('/scim/v2/Users/42', name))).toEqual([expect.stringContaining('takes nobody')]);
  });
});

it.each([
  [
    'an authorizer',
    { type: 'TOKEN', methodArn: 'arn', authorizationToken: 'Bearer s3cret' },
    'to the authorizer',
  ],
  ['GitHub’s keys', { public_keys: [] }, 'GitHub signs'],
  [
    'a schedule',
    { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} },
    'tick of a schedule',
  ],
  ['feedback', [{ token_hash: 'x', token_type: 'y', label: 'false_positive' }], 'an answer'],
  [
    'another service',
    { eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole' },
    'listens to this service',
  ],
])('%s is told apart from an event', (_, value, reason) => {
  const text = json(value);
  expect(reasonsIn(text)).toEqual([expect.stringContaining(reason)]);
  expect(json(explainFile(text))).not.toContain('s3cret');
});

it.each([['{'], ['[]'], ['"text"'], ['{"a": 1}'], ['a.b']])('%s is refused by name', (text) => {
  expect(() => explainFile(text)).toThrow(InvalidInput);
});
