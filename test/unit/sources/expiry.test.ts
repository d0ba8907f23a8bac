import { expect, it } from 'vitest';
import type { Credential } from '../../../functions/domain/credential.ts';
import { expiry, expiryEvent } from '../../../functions/sources/expiry.ts';
import { explain } from '../../../functions/sources/explain.ts';
import { eventsIn } from '../../../functions/sources/recognise.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const expired = await readFixture('expiry', 'access-key.json');
const events = await allFixtures(expiry);
const credential = detailOf(expired).credential as Credential;
const expiresAt = '2026-03-02T09:00:30.000Z';

await describeFixtures(expiry);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(expiry)).toEqual([]);
});

it('is a change of the credential itself, at its time, whose end is asked for once more', () => {
  const { eventId, changes } = expiry.normalise(expired);
  expect(changes).toEqual([
    {
      change: 'credential-expired',
      source: 'expiry',
      eventId,
      subject: { format: 'opaque', id: 'AKIAACMEH3QDZQMBQRVP' },
      aliases: [],
      occurredAt: expiresAt,
      reason: 'expired',
      credential,
      ask: { ask: 'expiry', expiresAt },
    },
  ]);
});

it('is read as it is written, as its registry row says', () => {
  for (const event of events) {
    expect(expiryEvent(detailOf(event) as never)).toEqual(event);
    expect(expiry.normalise(event).eventId).toBe(event.id);
  }
});

it('is one event for one end, however it is spelled, and another one for another end', () => {
  const idAt = (time: string, of = credential) => expiryEvent({ credential: of, expiresAt: time }).id;
  expect(idAt('2026-03-02T10:00:30+01:00')).toBe(idAt(expiresAt));
  expect(idAt('2026-03-02T09:00:30Z')).toBe(idAt(expiresAt));
  const other = { ...credential, id: 'AKIAACMEMYEGPIYL2GL2' };
  expect(new Set([idAt(expiresAt), idAt('2026-03-02T09:00:31Z'), idAt(expiresAt, other)]).size).toBe(3);
});

it.each([
  ['detail.expiresAt', { expiresAt: '2026-03-02' }],
  ['detail.expiresAt', { expiresAt: undefined }],
  ['detail.credential.kind', { credential: { ...credential, kind: 'okta-grants' } }],
  ['detail.credential', { credential: null }],
  ['detail.issuance', { issuance: 'iss-1' }],
])('refuses by name what cannot be read: %s', (field, detail) => {
  expect(fieldOf(expiry, varied(expired, detail))).toBe(field);
});

it('is explained, bare or as an event', () => {
  for (const input of [expired, detailOf(expired)]) {
    const [event] = eventsIn(input);
    expect(event && explain(event)).toMatchObject({
      source: 'expiry',
      changes: [{ change: 'credential-expired' }],
      steps: [{ kind: 'iam-access-key', action: 'disable' }],
      lookUps: [{ ask: 'expiry', expiresAt }],
    });
  }
  expect(expiry.wrap?.({ ...detailOf(expired), more: 1 })).toBeUndefined();
});

it('never misbehaves', () => neverMisbehaves(expiry, events), 60 * fuzzRuns);
