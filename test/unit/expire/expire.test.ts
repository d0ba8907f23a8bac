import { describe, expect, it } from 'vitest';
import type { ApiGatewayKey } from '../../../functions/domain/credential.ts';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { type ExpireDeps, expire } from '../../../functions/expire/expire.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { expiryEvent } from '../../../functions/sources/expiry.ts';
import { MemoryRegistry } from '../../support/memory-stores.ts';

const start = Date.parse('2026-03-02T09:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const entry = { owners: ['opaque:acme-logistics'], isProtected: false, entitlements: [] };
const apiKey = (id: string): ApiGatewayKey => ({
  kind: 'api-gateway-key',
  account: '123456789012',
  region: 'eu-west-1',
  id,
});

/** Keys by id, with the seconds from now after which they end. */
const company = async (ends: Readonly<Record<string, number>>) => {
  const registry = new MemoryRegistry();
  for (const [id, seconds] of Object.entries(ends)) {
    await registry.issued(apiKey(id), entry, { issuance: `i-${id}`, expiresAt: at(seconds) });
  }
  const sent: [envelope: EventEnvelope, delay: number | undefined][] = [];
  const counted: string[] = [];
  const deps: ExpireDeps = {
    registry,
    events: {
      send: async (envelopes, delaySeconds) => {
        sent.push(...envelopes.map((one) => [one, delaySeconds?.(one)] as (typeof sent)[number]));
      },
    },
    now: () => new Date(start),
    count: (metric) => counted.push(metric),
  };
  const delays = () =>
    Object.fromEntries(
      sent.map(([{ detail }, delay]) => [(detail as { credential: { id: string } }).credential.id, delay]),
    );
  return { registry, deps, sent, counted, delays };
};

describe('a run', () => {
  it('sends what ends until the next one has looked, each for its own second, and nothing else', async () => {
    const { deps, sent, counted, delays } = await company({
      now: 0,
      soon: 1.25,
      later: 59,
      next: 70,
      far: 70.1,
    });
    expect(await expire(deps)).toEqual({ found: 4, late: 0 });
    expect(delays()).toEqual({ now: 0, soon: 2, later: 59, next: 70 });
    expect(sent[0]?.[0]).toEqual(expiryEvent({ credential: apiKey('now'), expiresAt: at(0) }));
    expect(counted).toEqual(Array(4).fill('ExpiryFound'));
  });

  it('takes off nothing: what was lost is found again by the next one', async () => {
    const { deps, sent } = await company({ soon: 30 });
    await expire(deps);
    await expire(deps);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
  });

  it('sends what is years overdue, at once, and says so', async () => {
    const { deps, counted, delays } = await company({ old: -86_400 * 2000, minutes: -300.5, just: -300 });
    expect(await expire(deps)).toEqual({ found: 3, late: 2 });
    expect(delays()).toEqual({ old: 0, minutes: 0, just: 0 });
    expect(counted.filter((metric) => metric === 'ExpiryLate')).toHaveLength(2);
  });

  it('sends what is late once in a quarter of an hour, so that it does not flood the queue, and always says so', async () => {
    const { deps, sent, counted } = await company({ late: -301, just: -240 });
    for (let minute = 0; minute < 31; minute += 1) {
      await expire({ ...deps, now: () => new Date(start + minute * 60_000) });
    }
    const times = (id: string) =>
      sent.filter(([{ detail }]) => (detail as { credential: { id: string } }).credential.id === id).length;
    expect(times('late')).toBe(3);
    // Until it is late itself, each minute.
    expect(times('just')).toBe(2 + 2);
    expect(counted.filter((metric) => metric === 'ExpiryLate')).toHaveLength(31 + 29);
  });

  it('finds nothing where nothing ends', async () => {
    const { deps, sent, counted } = await company({ far: 3600 });
    expect(await expire(deps)).toEqual({ found: 0, late: 0 });
    expect([sent, counted]).toEqual([[], []]);
  });

  it('keeps nothing back for longer than the queue can, even where a list is wrong', async () => {
    const { deps, delays } = await company({});
    const due = { credential: apiKey('far'), expiresAt: at(90_000) };
    await expire({
      ...deps,
      registry: {
        dueBy: async function* () {
          yield due;
        },
      },
    });
    expect(delays()).toEqual({ far: 900 });
  });
});

describe('trouble', () => {
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`k${n}`, n]));
  const down = () => new CutoffError('down', { code: 'throttled', retryable: true });

  it('with one page keeps no other from being sent, and is said in the end', async () => {
    const { deps, sent, counted } = await company(many);
    let calls = 0;
    const send: ExpireDeps['events']['send'] = async (...given) => {
      calls += 1;
      if (calls === 2) throw down();
      await deps.events.send(...given);
    };
    await expect(expire({ ...deps, events: { send } })).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: expect.stringContaining('1 times'),
    });
    expect(calls).toBe(3);
    expect(sent).toHaveLength(15);
    expect(counted).toHaveLength(25);
  });

  it('with reading on keeps nothing from being sent that was read', async () => {
    const { registry, deps, sent } = await company({ first: 1, second: 2 });
    const dueBy: ExpireDeps['registry']['dueBy'] = async function* (time) {
      yield* registry.dueBy(time);
      throw down();
    };
    await expect(expire({ ...deps, registry: { dueBy } })).rejects.toMatchObject({ code: 'unavailable' });
    expect(sent).toHaveLength(2);
  });

  it('with a time that is none is for ingest to refuse by name, and keeps nobody else waiting', async () => {
    const { deps, delays } = await company({});
    const dueBy: ExpireDeps['registry']['dueBy'] = async function* () {
      yield { credential: apiKey('odd'), expiresAt: 'tomorrow' };
      yield { credential: apiKey('even'), expiresAt: at(5) };
    };
    await expire({ ...deps, registry: { dueBy } });
    expect(delays()).toEqual({ odd: 0, even: 5 });
  });
});
