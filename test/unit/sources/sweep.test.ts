import { describe, expect, it } from 'vitest';
import { revocationIdOf } from '../../../functions/domain/change.ts';
import type { Credential } from '../../../functions/domain/credential.ts';
import { sweepPolicySchema } from '../../../functions/domain/sweep-settings.ts';
import { explain } from '../../../functions/sources/explain.ts';
import { eventsIn } from '../../../functions/sources/recognise.ts';
import { staleChange, staleEvent, sweep } from '../../../functions/sources/sweep.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const unused = await readFixture('sweep', 'unused-access-key.json');
const inUse = await readFixture('sweep', 'old-access-key-in-use.json');
const events = await allFixtures(sweep);
const credential = detailOf(unused).credential as Credential;
const foundAt = '2026-03-02T08:58:12.000Z';
const item = { policy: 'unused', credential, fact: 'unused since 2025-11-02T10:15:00Z' };
const lastUsedAt = '2025-11-02T10:15:00.000Z';

await describeFixtures(sweep);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(sweep)).toEqual([]);
});

it('is a change of the credential itself, that is looked at once more', () => {
  const { eventId, changes } = sweep.normalise(unused);
  expect(changes).toEqual([
    {
      change: 'credential-stale',
      source: 'sweep',
      eventId,
      subject: { format: 'opaque', id: 'AKIAACMEH3QDZQMBQRVP' },
      aliases: [],
      occurredAt: foundAt,
      reason: 'unused: unused since 2025-11-02T10:15:00Z',
      credential,
      ask: { ask: 'still-stale', lastUsedAt },
    },
  ]);
});

it('says whether sessions may live, and whether a use since counts', () => {
  expect(sweep.normalise(inUse).changes).toMatchObject([
    { mayHaveSessions: true, ask: { ask: 'still-stale', evenIfUsed: true } },
  ]);
  expect(sweep.normalise(unused).changes[0]).not.toHaveProperty('mayHaveSessions');
});

describe('what is written', () => {
  const policy = (given: object) =>
    sweepPolicySchema.parse({ name: 'p', kinds: ['iam-access-key'], ...given });
  const asked = (given: object) => {
    const event = staleEvent({ ...item, lastUsedAt }, foundAt, policy(given));
    return sweep.normalise(JSON.parse(JSON.stringify(event))).changes[0]?.ask;
  };

  it('is what is read', () => {
    const written = staleEvent({ ...item, lastUsedAt }, foundAt, policy({ when: { unusedDays: 90 } }));
    expect(written).toEqual(unused);
    const more = { policy: 'old', fact: 'created 2024-01-10T12:00:00Z', mayHaveSessions: true } as const;
    const used = { ...item, ...more, lastUsedAt: '2026-03-02T07:40:00.000Z' };
    const old = policy({ when: { createdDays: 365 }, evenIfUsed: true });
    expect(staleEvent(used, foundAt, old)).toEqual(inUse);
  });

  it('is left alone for a use since, unless the policy finds it stale however busy it is', () => {
    const counts = { ask: 'still-stale', lastUsedAt };
    const doesNot = { ...counts, evenIfUsed: true };
    expect(asked({ when: { unusedDays: 90 } })).toEqual(counts);
    expect(asked({ when: { unusedDays: 90, orphaned: true }, evenIfUsed: true })).toEqual(counts);
    expect(asked({ when: { neverUsed: true, createdDays: 30 } })).toEqual(counts);
    expect(asked({ when: { createdDays: 365 } })).toEqual(counts);
    expect(asked({ when: { createdDays: 365 }, evenIfUsed: true })).toEqual(doesNot);
    expect(asked({ when: { orphaned: true } })).toEqual(doesNot);
    expect(asked({ when: { createdDays: 365, ownerGone: true } })).toEqual(doesNot);
    expect(asked({ when: { expired: true } })).toEqual(doesNot);
    expect(sweep.normalise(staleEvent({ ...item, lastUsedAt }, foundAt)).changes[0]?.ask).toEqual(counts);
  });

  it('carries nothing of an item but what is read of it', () => {
    const whole = { ...item, owners: ['email:dana@acme.example'], step: 'disable', hint: 'ci-key' } as const;
    expect(fieldOf(sweep, staleEvent(whole, foundAt))).toBe('accepted');
  });

  it('has its revocation’s id, before it is one', () => {
    const [change] = sweep.normalise(unused).changes;
    expect(change && revocationIdOf(change)).toBe(revocationIdOf(staleChange(unused)));
    expect(staleChange(unused)).not.toHaveProperty('ask');
  });
});

it('is one event for one fact of one policy about one credential, whichever run found it', () => {
  const idOf = (given: object, at = foundAt) => staleEvent({ ...item, ...given }, at).id;
  const same = [idOf({}, '2026-03-09T00:00:00Z'), idOf({ lastUsedAt }), idOf({ mayHaveSessions: true })];
  expect(new Set([idOf({}), ...same]).size).toBe(1);
  const other = { ...credential, id: 'AKIAACMEMYEGPIYL2GL2' };
  const others = [idOf({ policy: 'old' }), idOf({ fact: 'never used' }), idOf({ credential: other })];
  expect(new Set([idOf({}), ...others]).size).toBe(4);
  for (const event of events) expect(sweep.normalise(event).eventId).toBe(event.id);
});

it.each([
  ['detail.policy', { policy: 'Unused Keys' }],
  ['detail.policy', { policy: undefined }],
  ['detail.credential.kind', { credential: { ...credential, kind: 'iam-role-session' } }],
  ['detail.credential.owner', { credential: { ...credential, owner: 'dana' } }],
  ['detail.credential.id', { credential: { ...credential, id: 'dana' } }],
  ['detail.fact', { fact: '' }],
  ['detail.foundAt', { foundAt: 'yesterday' }],
  ['detail.lastUsedAt', { lastUsedAt: 'never' }],
  ['detail.evenIfUsed', { evenIfUsed: false }],
  ['detail.mayHaveSessions', { mayHaveSessions: 'yes' }],
  ['detail.runId', { runId: 'run-1' }],
])('refuses by name what cannot be read: %s', (field, detail) => {
  expect(fieldOf(sweep, varied(unused, detail))).toBe(field);
});

it('is explained, bare or as an event, with the steps that follow', () => {
  for (const input of [unused, detailOf(unused)]) {
    const [event] = eventsIn(input);
    expect(event && explain(event)).toMatchObject({
      source: 'sweep',
      steps: [{ kind: 'iam-access-key', action: 'disable' }],
      lookUps: [{ ask: 'still-stale', lastUsedAt }],
    });
  }
  const steps = explain(inUse).steps.map(({ kind, action }) => `${action} ${kind}`);
  expect(steps).toEqual([
    'deny-sessions iam-user',
    'disable iam-access-key',
    'deny-sessions iam-assumed-session',
  ]);
  expect(sweep.wrap?.({ ...detailOf(unused), more: 1 })).toBeUndefined();
});

it('never misbehaves', () => neverMisbehaves(sweep, events), 60 * fuzzRuns);
