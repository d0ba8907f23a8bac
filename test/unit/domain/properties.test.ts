import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, changeKinds, revocationIdOf } from '../../../functions/domain/change.ts';
import { believedTime, cutoffOf } from '../../../functions/domain/cutoff.ts';
import { type Denial, mergeDenials } from '../../../functions/domain/denial.ts';
import {
  isProven,
  nextLookIn,
  type Observation,
  withObservation,
} from '../../../functions/domain/evidence.ts';
import { subjectFromText, subjectKey } from '../../../functions/domain/subject.ts';

const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
const denial: fc.Arbitrary<Denial> = fc.oneof(
  fc.record({ blocked: fc.boolean(), expiresAt: seconds }),
  fc.record({ blocked: fc.boolean(), notBefore: seconds, expiresAt: seconds }),
);

describe('denials', () => {
  it('merge in any order and any number of times to the same', () => {
    fc.assert(
      fc.property(denial, denial, denial, (a, b, c) => {
        expect(mergeDenials(a, b)).toEqual(mergeDenials(b, a));
        expect(mergeDenials(mergeDenials(a, b), c)).toEqual(mergeDenials(a, mergeDenials(b, c)));
        expect(mergeDenials(a, a)).toEqual(a);
      }),
    );
  });

  it('never refuse less after a merge', () => {
    fc.assert(
      fc.property(denial, denial, (a, b) => {
        const merged = mergeDenials(a, b);
        for (const one of [a, b]) {
          expect(merged.blocked || !one.blocked).toBe(true);
          expect(merged.notBefore ?? 0).toBeGreaterThanOrEqual(one.notBefore ?? 0);
          expect(merged.expiresAt).toBeGreaterThanOrEqual(one.expiresAt);
        }
      }),
    );
  });
});

describe('the cutoff', () => {
  const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

  it('is never in the future, and never before the first processing', () => {
    fc.assert(
      fc.property(date, date, (occurredAt, now) => {
        expect(cutoffOf(occurredAt.toISOString(), now)).toBe(now.toISOString());
        const { at, clamped } = believedTime(occurredAt.toISOString(), now);
        expect(Date.parse(at)).toBeLessThanOrEqual(now.getTime());
        expect(clamped).toBe(occurredAt.getTime() > now.getTime());
      }),
    );
  });
});

describe('proof', () => {
  const start = Date.parse('2026-03-02T09:00:00Z');
  const look = (offset: number, state: Observation['state']): Observation => ({
    at: new Date(start + offset * 1000).toISOString(),
    level: 'control-plane',
    state,
    observed: 'a call',
  });

  it('is never given by one read, by a short run, or across a read that saw it live', () => {
    const looks = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 300 }), fc.constantFrom('live', 'dead', 'gone')),
    );
    fc.assert(
      fc.property(looks, fc.integer({ min: 1, max: 120 }), (all, window) => {
        const ordered = [...all].sort(([a], [b]) => a - b);
        const run = ordered.reduce<Observation[]>(
          (seen, [offset, state]) => withObservation(seen, look(offset, state as Observation['state'])),
          [],
        );
        const sinceLive = ordered.slice(ordered.findLastIndex(([, state]) => state === 'live') + 1);
        const span = (sinceLive.at(-1)?.[0] ?? 0) - (sinceLive[0]?.[0] ?? 0);
        expect(isProven(run, ['control-plane'], window)).toBe(sinceLive.length >= 2 && span >= window);
      }),
    );
  });

  it('needs every required level', () => {
    const run = [look(0, 'dead'), look(100, 'dead')];
    expect(isProven(run, ['control-plane'], 60)).toBe(true);
    expect(isProven(run, ['control-plane', 'probe'], 60)).toBe(false);
  });

  it('is looked for ever more seldom, and at most every quarter of an hour', () => {
    const delays = Array.from({ length: 20 }, (_, number) => nextLookIn(number, 5));
    expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(delays.at(-1)).toBe(900);
  });
});

describe('subjects', () => {
  it('have one key per address, however it is written', () => {
    for (const text of ['Dana@Acme.Example', ' dana@acme.example ', 'DANA@ACME.EXAMPLE']) {
      const subject = subjectFromText(text);
      expect(subject && subjectKey(subject)).toBe('email:dana@acme.example');
    }
  });

  it('of different formats never share a key', () => {
    const text = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const keys = [
          subjectKey({ format: 'opaque', id: a }),
          subjectKey({ format: 'account', uri: a }),
          subjectKey({ format: 'iss_sub', iss: a, sub: b }),
        ];
        expect(new Set(keys).size).toBe(3);
      }),
    );
  });
});

it('a revocation’s id depends on source, event, subject and change, and on nothing else', () => {
  const base: Change = {
    change: 'deactivated',
    source: 'okta',
    eventId: 'e-1',
    subject: { format: 'email', email: 'dana@acme.example' },
    aliases: [],
    occurredAt: '2026-03-02T09:00:00Z',
    reason: 'x',
  };
  const same = [
    { ...base, occurredAt: '2027-01-01T00:00:00Z', reason: 'y' },
    { ...base, aliases: [base.subject] },
  ];
  for (const change of same) expect(revocationIdOf(change)).toBe(revocationIdOf(base));
  const others = [
    { ...base, source: 'operator' },
    { ...base, eventId: 'e-2' },
    { ...base, subject: { format: 'opaque', id: 'dana@acme.example' } as const },
    ...changeKinds.slice(1).map((change) => ({ ...base, change })),
  ];
  expect(new Set([base, ...others].map(revocationIdOf)).size).toBe(others.length + 1);
});
