import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CutoffError, InvalidInput } from '../../../functions/domain/errors.ts';
import { okta } from '../../../functions/sources/okta.ts';
import { danaTarget, envelope, logEvent } from '../../fixtures/events/okta/log-event.ts';

const normalise = (detail: unknown) => okta.normalise(envelope(detail));
const changesOf = (detail: unknown) => normalise(detail).changes.map(({ change }) => change);
const fieldOf = (detail: unknown) => {
  try {
    normalise(detail);
  } catch (error) {
    return error instanceof InvalidInput ? error.field : error;
  }
  return 'accepted';
};

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

  it('has a pattern that lists exactly the types it understands', () => {
    const types = (okta.pattern.detail?.eventType ?? []) as string[];
    for (const type of types) expect(changesOf(logEvent(type))).toHaveLength(1);
    for (const type of ['user.account.lock', 'security.threat.detected', 'user.session.start', '__proto__']) {
      expect(types).not.toContain(type);
      expect(changesOf(logEvent(type))).toEqual([]);
    }
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
    const event = logEvent('user.account.lock', { outcome: { result: 'FAILURE', reason: 'LOCKED_OUT' } });
    expect(normalise(event)).toMatchObject({
      changes: [],
      reason: "user.account.lock does not end anybody's access",
    });
  });

  it('display-name: somebody without an email login is named by the id alone', () => {
    const target = [{ ...danaTarget, alternateId: 'dana' }];
    expect(normalise(logEvent('user.lifecycle.suspend', { target })).changes[0]).toMatchObject({
      subject: { format: 'opaque', id: danaTarget.id },
      aliases: [],
    });
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
