import { expect, it } from 'vitest';
import { drift, driftChange, driftEvent } from '../../../functions/sources/drift.ts';
import { explain } from '../../../functions/sources/explain.ts';
import { eventsIn } from '../../../functions/sources/recognise.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const drifted = await readFixture('drift', 'access-key.json');
const apiKey = await readFixture('drift', 'api-key.json');
const events = await allFixtures(drift);
const { credential } = detailOf(drifted);

await describeFixtures(drift);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(drift)).toEqual([]);
});

it('is a change of the credential itself; what an access key minted so far, nobody has asked', () => {
  const { eventId, changes } = drift.normalise(drifted);
  const change = {
    change: 'credential-stale',
    source: 'drift',
    eventId,
    subject: { format: 'opaque', id: 'AKIAACMEH3QDZQMBQRVP' },
    aliases: [],
    occurredAt: '2026-03-02T08:59:40.000Z',
    reason: 'made outside issue',
    credential,
    mayHaveSessions: true,
  };
  expect(changes).toEqual([change]);
  expect(driftChange(detailOf(drifted) as never)).toEqual(change);
  expect(drift.normalise(apiKey).changes[0]).not.toHaveProperty('mayHaveSessions');
});

it('is read as it is written', () => {
  for (const event of events) {
    expect(driftEvent(detailOf(event) as never)).toEqual(event);
    expect(drift.normalise(event).eventId).toBe(event.id);
  }
});

it('is one event a credential, whoever told of it and when', () => {
  const { eventId } = drift.normalise(drifted);
  const told = varied(drifted, { createdAt: '2026-03-02T08:59:41Z', by: undefined });
  expect(drift.normalise(told).eventId).toBe(eventId);
  expect(drift.normalise(apiKey).eventId).not.toBe(eventId);
});

it.each([
  ['detail.createdAt', { createdAt: 1_772_441_998 }],
  ['detail.by', { by: '' }],
  ['detail.credential.user', { credential: { ...(credential as object), user: undefined } }],
  ['detail.policy', { policy: 'drift' }],
])('refuses by name what cannot be read: %s', (field, detail) => {
  expect(fieldOf(drift, varied(drifted, detail))).toBe(field);
});

it('is explained, bare or as an event', () => {
  for (const input of [apiKey, detailOf(apiKey)]) {
    const [event] = eventsIn(input);
    expect(event && explain(event)).toMatchObject({
      source: 'drift',
      rule: 'cutoff-drift',
      steps: [{ kind: 'api-gateway-key', action: 'disable' }],
    });
  }
  expect(drift.wrap?.({ ...detailOf(apiKey), more: 1 })).toBeUndefined();
});

it('never misbehaves', () => neverMisbehaves(drift, events), 60 * fuzzRuns);
