import { describe, expect, it } from 'vitest';
import { globalTokenRevocation } from '../../../functions/sources/global-token-revocation.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { refusedField } from '../../support/refused-field.ts';

/** Milliseconds: a slow machine is no failure. */
const fuzzTimeout = 60_000 + 20 * fuzzRuns;

const name = 'global-token-revocation';
const fixture = await readFixture(name, 'email.json');
const normaliseWith = (detail: object) =>
  globalTokenRevocation.normalise({ ...fixture, detail: { ...(fixture.detail as object), ...detail } });
const fieldOf = (detail: object) => refusedField(() => normaliseWith(detail));

await describeFixtures(globalTokenRevocation);

describe('a global token revocation', () => {
  it('ends what the person has when the request comes, under all of their names', () => {
    const sub_id = { format: 'iss_sub', iss: 'https://acme.okta.example', sub: '00u7Noor0000000Acme7' };
    expect(normaliseWith({ sub_id, eventId: 'e-1' })).toEqual({
      eventId: 'e-1',
      changes: [
        {
          change: 'session-revoked',
          source: name,
          eventId: 'e-1',
          subject: sub_id,
          aliases: [{ format: 'opaque', id: '00u7Noor0000000Acme7' }],
          occurredAt: '2026-03-02T09:00:00.412Z',
          reason: name,
        },
      ],
    });
  });

  it.each([
    ['detail.issuer', { issuer: 7 }],
    ['detail.eventId', { eventId: '' }],
    ['detail.receivedAt', { receivedAt: 'now' }],
    ['detail.sub_id', { sub_id: undefined }],
    ['detail.sub_id.format', { sub_id: {} }],
    ['detail.sub_id.email', { sub_id: { format: 'email', email: 'noor' } }],
  ])('without %s is refused by name', (field, detail) => {
    expect(fieldOf(detail)).toBe(field);
  });

  it('is recognised without its envelope, and no other record is', () => {
    const wrapped = globalTokenRevocation.wrap?.(fixture.detail as Record<string, unknown>);
    expect(wrapped && globalTokenRevocation.normalise(wrapped).changes).toHaveLength(1);
    expect(globalTokenRevocation.wrap?.({ sub_id: { format: 'email', email: 'a@b' } })).toBeUndefined();
  });
});

it('never throws anything but a typed error, and never names whom the event does not', {
  timeout: fuzzTimeout,
}, async () => {
  const names = await fixturesOf(name);
  neverMisbehaves(globalTokenRevocation, await Promise.all(names.map((file) => readFixture(name, file))));
});
