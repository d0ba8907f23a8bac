import { describe, expect, it } from 'vitest';
import type { LastUse, SweepFacts } from '../../../functions/domain/sweep-facts.ts';
import { itemFor } from '../../../functions/domain/sweep-plan.ts';
import {
  findingsOf,
  isSuspect,
  mayHaveSessions,
  type RoughFacts,
} from '../../../functions/domain/sweep-policy.ts';
import { sweepSchema } from '../../../functions/domain/sweep-settings.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
/** So many days ago. */
const ago = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

const settingsFor = (when: object) =>
  sweepSchema.parse({
    policies: [{ name: 'old', kinds: ['api-gateway-key'], when, steps: { notify: [], disable: 0 } }],
  });

const factsOf = (lastUse: LastUse): SweepFacts => ({
  credential: { kind: 'api-gateway-key', account: '123456789012', region: 'eu-west-1', id: 'key0' },
  arn: '',
  name: 'partner',
  tags: {},
  owners: [],
  isActive: true,
  createdAt: ago(1000),
  lastUse,
  isProtected: false,
});

const found = (when: object, lastUse: LastUse, at = now) =>
  findingsOf(factsOf(lastUse), settingsFor(when), at)[0];

describe('what was not used for as long as its service can tell', () => {
  it('is unused for any time within that, and nobody knows beyond', () => {
    expect(found({ unusedDays: 90 }, { before: ago(119) })?.fact).toBe('unused for 90 days');
    expect(found({ unusedDays: 119 }, { before: ago(119) })?.fact).toBe('unused for 119 days');
    expect(found({ unusedDays: 120 }, { before: ago(119) })).toBeUndefined();
  });

  it('is the same fact on every day', () => {
    const tomorrow = new Date(now.getTime() + 86_400_000);
    const [one, other] = [
      found({ unusedDays: 90 }, { before: ago(119) }),
      found({ unusedDays: 90 }, { before: ago(118) }, tomorrow),
    ];
    expect(other?.fact).toBe(one?.fact);
  });

  it('was used before, for all that is known', () => {
    expect(found({ neverUsed: true }, { before: ago(119) })).toBeUndefined();
  });

  it('is not in use, unless that is a short time', () => {
    expect(found({ createdDays: 365 }, { before: ago(30) })).not.toHaveProperty('spare');
    expect(found({ createdDays: 365 }, { before: ago(29) })?.spare).toBe('in-use');
  });

  it('has no sessions any more once it was not used for two days', () => {
    expect(mayHaveSessions({ before: ago(1) }, now)).toBe(true);
    expect(mayHaveSessions({ before: ago(3) }, now)).toBe(false);
  });

  it('has no last use that could be looked at again', () => {
    const settings = { unusedDays: 30 };
    const [none, some] = [found(settings, { before: ago(119) }), found(settings, { at: ago(60) })];
    expect(none && itemFor(none, undefined, now)).not.toHaveProperty('lastUsedAt');
    expect(some && itemFor(some, undefined, now)).toMatchObject({ lastUsedAt: ago(60) });
  });
});

describe('what no list tells the age of', () => {
  const rough: RoughFacts = {
    kind: 'api-gateway-key',
    account: '123456789012',
    tags: {},
    lastUse: 'unknown',
  };

  it('is read again where a policy goes by age, and not where it goes by use', () => {
    expect(isSuspect(rough, settingsFor({ createdDays: 365 }), now)).toBe(true);
    expect(isSuspect({ ...rough, createdAt: ago(364) }, settingsFor({ createdDays: 365 }), now)).toBe(false);
    expect(isSuspect(rough, settingsFor({ unusedDays: 1 }), now)).toBe(false);
    expect(isSuspect(rough, settingsFor({ rotatedDays: 1 }), now)).toBe(false);
  });

  it('is not taken for old when it is judged', () => {
    const { createdAt: _, ...ageless } = factsOf('never');
    expect(findingsOf(ageless, settingsFor({ createdDays: 1 }), now)).toEqual([]);
  });
});
