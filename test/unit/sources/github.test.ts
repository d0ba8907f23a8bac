import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { InvalidInput } from '../../../functions/domain/errors.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { github } from '../../../functions/sources/github.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { neverMisbehaves } from '../../support/fuzz.ts';

await describeFixtures(github);

const event = await readFixture('github', 'leaked-secret.json');
const normalise = (overrides: object) =>
  github.normalise({ ...event, detail: { ...(event.detail as object), ...overrides } });

describe('a leaked secret', () => {
  it('is asked for by its hash, and is the channel’s event', () => {
    const { eventId, sha256, receivedAt } = event.detail as Record<string, string>;
    expect(github.normalise(event)).toEqual({
      eventId,
      changes: [
        {
          change: 'credential-compromised',
          source: 'github',
          eventId,
          subject: { format: 'opaque', id: `sha256:${sha256}` },
          aliases: [],
          occurredAt: receivedAt,
          reason: 'leaked secret of type acme_api_token',
          ask: { ask: 'secret', sha256 },
        },
      ],
    });
  });

  it.each([
    ['sha256', 'AB'.repeat(32)],
    ['sha256', 'ab'.repeat(31)],
    ['eventId', ''],
    ['tokenType', undefined],
    ['receivedAt', 'yesterday'],
  ])('with an unreadable %s is refused by name', (field, value) => {
    expect(() => normalise({ [field]: value })).toThrow(
      expect.objectContaining({ field: `detail.${field}` }) as InvalidInput,
    );
  });
});

describe('a bare alert, as GitHub sends it', () => {
  const token = 'acme_live_bare_alert_token';
  const alert = {
    token,
    type: 'acme_api_token',
    url: `https://github.com/acme-dana/notes?t=${token}`,
    source: 'commit',
  };

  it('secrets-in-events: is wrapped without its secret', () => {
    const wrapped = github.wrap?.(alert) as EventEnvelope;
    expect(wrapped).toMatchObject({ source: 'cutoff.github', 'detail-type': 'LeakedSecret' });
    expect(JSON.stringify(wrapped)).not.toContain(token);
    const id = `sha256:${createHash('sha256').update(token).digest('hex')}`;
    expect(github.normalise(wrapped).changes).toMatchObject([{ subject: { id } }]);
  });

  it('other records are none', () => {
    const { source: _, ...other } = alert;
    for (const record of [{}, other, { ...alert, token: 7 }, { ...alert, url: null }]) {
      expect(github.wrap?.(record)).toBeUndefined();
    }
  });
});

it('never throws anything but a typed error, and names nothing but the hash', async () => {
  const events = await Promise.all((await fixturesOf('github')).map((name) => readFixture('github', name)));
  neverMisbehaves(
    github,
    events,
    (name, text) => name.startsWith('sha256:') && text.includes(name.slice('sha256:'.length)),
  );
});
