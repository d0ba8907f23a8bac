import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../functions/domain/errors.ts';
import { explain as explainEnvelope } from '../../../functions/sources/explain.ts';
import { eventsIn } from '../../../functions/sources/recognise.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { envelope, logEvent } from '../../fixtures/events/okta/log-event.ts';

/** The one event in what a person may have in a file. */
const explain = (input: unknown) => {
  const [event, ...others] = eventsIn(input);
  if (!event || others.length > 0) throw new Error('not one event');
  return explainEnvelope(event);
};

describe('explain', () => {
  it('says what an event would do, by kind', () => {
    const explanation = explain(envelope(logEvent('user.lifecycle.deactivate')));
    expect(explanation).toMatchObject({ source: 'okta', rule: 'cutoff-okta' });
    expect(explanation.changes).toMatchObject([
      { change: 'deactivated', subject: { format: 'email', email: 'dana@acme.example' } },
    ]);
    expect(explanation.steps.map(({ kind, action }) => [kind, action])).toEqual([
      ['bearer-token', 'block'],
      ['iam-user', 'deny-all'],
      ['iam-access-key', 'disable'],
      ['iam-login-profile', 'disable'],
      ['iam-service-credential', 'disable'],
      ['iam-ssh-key', 'disable'],
      ['iam-signing-certificate', 'disable'],
      ['iam-role-session', 'deny-all'],
      ['iam-assumed-session', 'deny-sessions'],
      ['api-gateway-key', 'disable'],
      ['cognito-user', 'disable'],
      ['cognito-app-client', 'disable'],
      ['oauth-grant', 'revoke'],
      ['okta-grants', 'revoke'],
      ['auth0-grants', 'revoke'],
      ['identity-center-assignment', 'delete'],
      ['identity-center-membership', 'delete'],
      ['stored-secret', 'disable'],
    ]);
  });

  it.each([
    ['guardduty', 'instance-credentials.json'],
    ['security-hub', 'imported-role-session.json'],
  ])('denies what a stolen session of a role was until now, and nothing else: %s', async (source, name) => {
    const { steps, reason } = explain(await readFixture(source, name));
    expect(steps.map(({ kind, action }) => [kind, action])).toEqual([
      ['iam-assumed-session', 'deny-sessions'],
    ]);
    expect(reason).toBeUndefined();
  });

  it('says what the registry would read again, alone and beside a change', async () => {
    const dana = { kind: 'iam-user', account: '123456789012', region: 'global', id: 'dana' };
    expect(explain(await readFixture('iam', 'user-tagged.json'))).toEqual({
      source: 'iam',
      rule: 'cutoff-iam',
      changes: [],
      steps: [],
      seen: [dana],
      reason: "TagUser ends nobody's access: the registry reads it again",
    });
    const keyMade = explain(await readFixture('iam', 'create-access-key.json'));
    expect(keyMade).toMatchObject({ changes: [{ change: 'credential-reactivated' }], seen: [dana] });
    expect(explain(await readFixture('iam', 'delete-user.json'))).not.toHaveProperty('seen');
  });

  it('reads a bare System Log event as well', () => {
    expect(explain(logEvent('user.session.clear')).changes).toMatchObject([{ change: 'session-revoked' }]);
  });

  it('reads an entry for put-events, such as the example in the docs', async () => {
    const text = await readFile('docs/examples/okta-deactivation.json', 'utf8');
    expect(explain(JSON.parse(text)).changes).toMatchObject([{ subject: { email: 'dana@acme.example' } }]);
    expect(() => explain([{ Source: 'x', DetailType: 'y', Detail: '{' }])).toThrow('Detail: is not JSON');
  });

  it.each([
    ['a return', envelope(logEvent('user.lifecycle.unsuspend')), 'recorded only'],
    [
      'a failure',
      envelope(logEvent('user.lifecycle.suspend', { outcome: { result: 'FAILURE' } })),
      'outcome FAILURE',
    ],
    ['another type', envelope(logEvent('user.session.start')), 'does not end anybody'],
    ['another source', envelope({}, { source: 'acme.hr' }), 'no source of Cutoff listens'],
    ['no person', envelope(logEvent('user.lifecycle.suspend', { target: null })), 'detail.target'],
  ])('gives a reason for what does nothing: %s', (_, event, reason) => {
    const explanation = explain(event);
    expect(explanation.steps).toEqual([]);
    expect(explanation.reason).toContain(reason);
  });

  it.each([[null], [[]], ['text'], [{ a: 1 }], [{ source: 'x', 'detail-type': 'y' }]])(
    'refuses what is no event: %j',
    (event) => {
      expect(() => explain(event)).toThrow(InvalidInput);
    },
  );
});
