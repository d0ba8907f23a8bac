import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { okta } from '../../../functions/sources/okta.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { danaTarget, envelope, logEvent } from '../../fixtures/events/okta/log-event.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { refusedField } from '../../support/refused-field.ts';

await describeFixtures(okta);
const fixtures = await Promise.all((await fixturesOf('okta')).map((name) => readFixture('okta', name)));

const normalise = (detail: unknown) => okta.normalise(envelope(detail));
const changesOf = (detail: unknown) => normalise(detail).changes.map(({ change }) => change);
const fieldOf = (detail: unknown) => refusedField(() => normalise(detail));

describe('what an event means', () => {
  it.each([
    ['user.lifecycle.deactivate', 'deactivated'],
    ['user.lifecycle.suspend', 'suspended'],
    ['user.lifecycle.unsuspend', 'reactivated'],
    ['user.lifecycle.delete.initiated', 'deleted'],
    ['user.session.clear', 'session-revoked'],
  ])('%s → %s', (eventType, change) => {
    expect(changesOf(logEvent(eventType))).toEqual([change]);
  });

  it('carries the login, Okta’s own id, the event’s uuid and its time', () => {
    const event = logEvent('user.lifecycle.deactivate');
    expect(normalise(event)).toEqual({
      eventId: event.uuid,
      changes: [
        {
          change: 'deactivated',
          source: 'okta',
          eventId: event.uuid,
          subject: { format: 'email', email: 'dana@acme.example' },
          aliases: [{ format: 'opaque', id: danaTarget.id }],
          occurredAt: event.published,
          reason: 'user.lifecycle.deactivate',
        },
      ],
    });
  });

  it('has a pattern that lists exactly the types it understands or records', () => {
    const types = (okta.pattern.detail?.eventType ?? []) as string[];
    const everything = [
      danaTarget,
      { id: '0oaApp', type: 'AppInstance' },
      { id: '00gGroup', type: 'UserGroup' },
    ];
    for (const type of types) {
      const { changes, reason } = normalise(logEvent(type, { target: everything }));
      expect(changes.length === 1 || reason?.startsWith(`${type}: `)).toBe(true);
    }
    for (const type of ['user.session.start', 'user.session.end', 'user.lifecycle.create', '__proto__']) {
      expect(types).not.toContain(type);
      expect(normalise(logEvent(type))).toMatchObject({
        changes: [],
        reason: `${type} does not end anybody's access`,
      });
    }
  });

  it('has a pattern within EventBridge’s default quota of 2,048 characters', () => {
    expect(JSON.stringify(okta.pattern).length).toBeLessThanOrEqual(2048);
  });
});

describe('pitfalls', () => {
  const appUser = { id: '0uaApp', type: 'AppUser', alternateId: 'other@acme.example' };

  it('okta-target-order: the person is chosen by type, wherever it stands', () => {
    const event = logEvent('user.lifecycle.suspend', {
      target: [appUser, { id: 'x', type: 'AppInstance' }, danaTarget],
    });
    expect(normalise(event).changes.map(({ subject }) => subject)).toEqual([
      { format: 'email', email: 'dana@acme.example' },
    ]);
  });

  it('a target that cannot be read keeps nobody else their access', () => {
    const broken = [
      { ...danaTarget, id: '00uBroken', alternateId: 'a@b@c' },
      { ...danaTarget, id: null },
    ];
    for (const other of broken) {
      const { changes, problem } = normalise(
        logEvent('user.lifecycle.suspend', { target: [other, danaTarget] }),
      );
      expect(changes).toMatchObject([{ subject: { email: 'dana@acme.example' } }]);
      expect(problem?.field).toMatch(/^detail\.target/);
    }
    const app = { id: null, type: 'AppInstance', alternateId: 7 };
    const { changes, problem } = normalise(logEvent('user.lifecycle.suspend', { target: [app, danaTarget] }));
    expect([changes.length, problem]).toEqual([1, undefined]);
  });

  it('okta-target-null: null, empty and person-less targets are refused by name', () => {
    for (const target of [null, [], [appUser]]) {
      expect(fieldOf(logEvent('user.lifecycle.suspend', { target }))).toBe('detail.target');
    }
  });

  it('okta-outcome: only a success changed anything', () => {
    for (const result of ['FAILURE', 'SKIPPED', 'UNKNOWN', 'success']) {
      const event = logEvent('user.lifecycle.suspend', { outcome: { result } });
      expect(normalise(event)).toMatchObject({ changes: [], reason: `outcome ${result} changed nothing` });
    }
  });

  it('okta-actor: the admin is never the subject', () => {
    expect(JSON.stringify(normalise(logEvent('user.lifecycle.deactivate')))).not.toContain('ada.admin');
  });

  it('attacker-triggerable: a lock-out by bad passwords revokes nothing', () => {
    for (const type of ['user.account.lock', 'user.account.lock.limit', 'security.threat.detected']) {
      for (const result of ['FAILURE', 'SUCCESS', 'DENY']) {
        expect(normalise(logEvent(type, { outcome: { result } }))).toMatchObject({
          changes: [],
          reason: `${type}: anybody who tries to sign in can cause it`,
        });
      }
    }
  });

  it('display-name: somebody without an email login is named by the id alone', () => {
    const target = [{ ...danaTarget, alternateId: 'dana' }];
    expect(normalise(logEvent('user.lifecycle.suspend', { target })).changes[0]).toMatchObject({
      subject: { format: 'opaque', id: danaTarget.id },
      aliases: [],
    });
  });

  const removed = (...target: unknown[]) => logEvent('group.user_membership.remove', { target });
  const group = { id: '00gReaders', type: 'UserGroup', alternateId: 'unknown', displayName: 'aws-readers' };
  const role = 'arn:aws:iam::123456789012:role/ops/operator';
  const provider = 'arn:aws:iam::123456789012:saml-provider/okta';

  it.each([[`${role},${provider}`], [`${provider}, ${role}`]])(
    'okta-role-group: a group named %s is the role',
    (displayName) => {
      expect(normalise(removed(danaTarget, { ...group, displayName })).changes).toMatchObject([
        { entitlement: { kind: 'role', id: role, name: displayName } },
      ]);
    },
  );

  it.each([[role], [`${role},${role}`], [`${role},${provider},x`], ['x,y'], [`not ${role},${provider}`]])(
    'okta-role-group: a group named %s is a group',
    (displayName) => {
      expect(normalise(removed(danaTarget, { ...group, displayName })).changes).toMatchObject([
        { entitlement: { kind: 'group', id: '00gReaders', name: displayName } },
      ]);
    },
  );

  it('several groups in one event are one change each; one that cannot be read keeps nobody the others', () => {
    const other = { ...group, id: '00gOps', displayName: null };
    const { changes, problem } = normalise(removed(group, { ...group, id: 7 }, danaTarget, other));
    expect(changes.map(({ entitlement }) => entitlement)).toEqual([
      { kind: 'group', id: '00gReaders', name: 'aws-readers' },
      { kind: 'group', id: '00gOps' },
    ]);
    expect(problem?.field).toBe('detail.target.id');
    const nameless = removed(
      danaTarget,
      { id: '00gLong', type: 'UserGroup', displayName: 7 },
      { id: 'typeless' },
    );
    expect(normalise(nameless)).toMatchObject({
      changes: [{ entitlement: { kind: 'group', id: '00gLong' } }],
    });
    expect(fieldOf(removed(danaTarget))).toBe('detail.target');
    expect(fieldOf(logEvent('application.user_membership.remove'))).toBe('detail.target');
  });

  it('okta-partial-privilege: a list of roles is no loss; losing all of them is', () => {
    const debugContext = { debugData: { privilegeGranted: 'Read-Only Administrator' } };
    expect(normalise(logEvent('user.account.privilege.grant', { debugContext }))).toMatchObject({
      changes: [],
      reason: expect.stringContaining('not whether one was lost'),
    });
    expect(normalise(logEvent('user.account.privilege.revoke')).changes).toMatchObject([
      { change: 'entitlement-removed', entitlement: { kind: 'role', id: 'okta:admin' } },
    ]);
  });

  it('okta-delete-completed: both ends of a deletion are one, for whoever sees only one of them', () => {
    for (const end of ['initiated', 'completed']) {
      expect(changesOf(logEvent(`user.lifecycle.delete.${end}`))).toEqual(['deleted']);
    }
  });

  it('okta-late: what counts is when it was published, not when it arrived', () => {
    const late = envelope(logEvent('user.lifecycle.suspend', { published: '2026-02-01T00:00:00Z' }));
    expect(okta.normalise(late).changes[0]?.occurredAt).toBe('2026-02-01T00:00:00Z');
  });

  it('a token that an app gives back names no person, and is recorded', () => {
    const token = { id: 'AT.1', type: 'access_token', detailEntry: { subject: danaTarget.id } };
    const event = logEvent('app.oauth2.as.token.revoke', { target: [token] });
    expect(normalise(event)).toMatchObject({
      changes: [],
      reason: expect.stringContaining('names no person'),
    });
    expect(changesOf({ ...event, target: [token, danaTarget] })).toEqual(['session-revoked']);
    expect(normalise(logEvent('system.api_token.revoke', { target: null })).changes).toEqual([]);
  });

  it('an application that is retired is named by its own id, and its admins are not', () => {
    const app = {
      id: '0oaPartner',
      type: 'AppInstance',
      displayName: 'Acme Logistics',
      alternateId: 'a@b.example',
    };
    expect(
      normalise(logEvent('application.lifecycle.delete', { target: [danaTarget, app] })).changes,
    ).toMatchObject([
      { change: 'application-retired', subject: { format: 'opaque', id: '0oaPartner' }, aliases: [] },
    ]);
    expect(fieldOf(logEvent('application.lifecycle.delete', { target: [{ ...app, id: '' }] }))).toBe(
      'detail.target.id',
    );
  });

  it('an email of 10 kB is refused by name', () => {
    const target = [{ ...danaTarget, alternateId: `${'a'.repeat(10_240)}@acme.example` }];
    expect(fieldOf(logEvent('user.lifecycle.suspend', { target }))).toBe('detail.target.alternateId.email');
  });

  it('a missing field is refused by name', () => {
    expect(fieldOf(logEvent('user.lifecycle.suspend', { uuid: undefined }))).toBe('detail.uuid');
    expect(fieldOf(logEvent('user.lifecycle.suspend', { published: 'yesterday' }))).toBe('detail.published');
    expect(fieldOf('text')).toBe('detail');
  });
});

it('never throws anything but a typed error, and never names whom the event did not target', () => {
  const target = fc.record(
    {
      id: fc.string(),
      type: fc.constantFrom('User', 'AppUser'),
      alternateId: fc.oneof(fc.emailAddress(), fc.string()),
    },
    { requiredKeys: [] },
  );
  const nearMiss = fc
    .record({
      eventType: fc.constantFrom('user.lifecycle.suspend', 'user.session.clear', 'toString', '__proto__'),
      target: fc.oneof(fc.array(target), fc.anything()),
      outcome: fc.oneof(fc.constant({ result: 'SUCCESS' }), fc.anything()),
      published: fc.oneof(fc.constant('2026-03-02T08:59:58Z'), fc.string()),
    })
    .map(({ eventType, ...rest }) => logEvent(eventType, rest));
  fc.assert(
    fc.property(fc.oneof(nearMiss, fc.anything()), (detail) => {
      try {
        const targets = JSON.stringify((detail as { target?: unknown })?.target ?? null).toLowerCase();
        for (const { aliases, subject } of normalise(detail).changes) {
          const named = [subject, ...aliases].map((one) =>
            'id' in one ? one.id : 'email' in one ? one.email : '',
          );
          for (const name of named)
            expect(targets).toContain(JSON.stringify(name).slice(1, -1).toLowerCase());
        }
      } catch (error) {
        if (!(error instanceof CutoffError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});

it(
  'never misbehaves, whatever arrives',
  () => {
    neverMisbehaves(okta, fixtures);
  },
  fuzzRuns * 30,
);

describe('wrap', () => {
  it('puts the envelope around a bare System Log event, for a replay', () => {
    const event = logEvent('user.lifecycle.suspend');
    const wrapped = okta.wrap?.(event);
    expect(wrapped).toMatchObject({
      id: event.uuid,
      source: 'cutoff.okta',
      'detail-type': 'SystemLog',
      detail: event,
    });
    expect(wrapped && okta.normalise(wrapped).changes).toHaveLength(1);
  });

  it.each([
    ['an event hook’s delivery', { eventType: 'com.okta.event_hook', eventId: 'e', data: { events: [] } }],
    ['a CloudTrail record', { eventType: 'AwsApiCall', eventID: 'e', eventTime: '2026-03-02T08:59:58Z' }],
    ['nothing', {}],
  ])('leaves %s to others', (_, record) => {
    expect(okta.wrap?.(record)).toBeUndefined();
  });
});
