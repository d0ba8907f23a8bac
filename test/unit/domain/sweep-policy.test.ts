import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SweepFacts } from '../../../functions/domain/sweep-facts.ts';
import {
  findingsOf,
  isSuspect,
  looksLikeCi,
  mayHaveSessions,
} from '../../../functions/domain/sweep-policy.ts';
import type { SweepPolicy } from '../../../functions/domain/sweep-settings.ts';
import {
  anyFacts,
  anyPolicy,
  anyWhen,
  apiKey,
  dana,
  danasKey,
  daysAgo,
  inDays,
  sweepNow as now,
  policyOf,
  roughly,
  settingsOf,
  sweepFacts,
} from '../../support/sweep-examples.ts';

const find = (policy: SweepPolicy, facts: Partial<SweepFacts> = {}) =>
  findingsOf(sweepFacts(facts), settingsOf([policy]), now)[0];
const factOf = (when: SweepPolicy['when'], facts: Partial<SweepFacts> = {}) =>
  find(policyOf({ when }), facts)?.fact;

describe('a condition', () => {
  const never = { lastUse: 'never' } as const;

  it.each<[string, SweepPolicy['when'], Partial<SweepFacts>, string | undefined]>([
    ['its age', { createdDays: 90 }, { createdAt: daysAgo(90) }, 'created 2026-03-03T08:00:00Z'],
    ['an age that it has not', { createdDays: 90 }, { createdAt: daysAgo(89.9) }, undefined],
    [
      'its last use',
      { unusedDays: 90 },
      { lastUse: { at: daysAgo(90) } },
      'unused since 2026-03-03T08:00:00Z',
    ],
    ['a use of late', { unusedDays: 90 }, { lastUse: { at: daysAgo(89) } }, undefined],
    [
      'a use before anybody counts',
      { unusedDays: 90 },
      { lastUse: { before: daysAgo(90) } },
      'unused for 90 days',
    ],
    ['a use that may have been late', { unusedDays: 90 }, { lastUse: { before: daysAgo(89) } }, undefined],
    ['no use since it was made', { unusedDays: 90 }, never, 'never used since 2025-06-01T08:00:00Z'],
    ['no use of something new', { unusedDays: 90 }, { ...never, createdAt: daysAgo(89) }, undefined],
    ['no use at all', { neverUsed: true }, never, 'never used'],
    ['no use where it was used', { neverUsed: true }, {}, undefined],
    ['the age of its secret', { rotatedDays: 365 }, {}, 'rotated 2025-06-01T08:00:00Z'],
    ['an owner who left', { ownerGone: true }, { orphan: 'owner-gone' }, 'owner-gone'],
    ['an owner who left where nobody ever owned it', { ownerGone: true }, { orphan: 'no-owner' }, undefined],
    ['an orphan', { orphaned: true }, { orphan: 'no-owner' }, 'no-owner'],
    ['an orphan whose owner left', { orphaned: true }, { orphan: 'owner-gone' }, 'owner-gone'],
    ['an owner', { orphaned: true }, {}, undefined],
    ['an end that comes', { expiringDays: 14 }, { expiresAt: daysAgo(-14) }, 'expires 2026-06-15T08:00:00Z'],
    ['an end that is further away', { expiringDays: 14 }, { expiresAt: daysAgo(-14.1) }, undefined],
    ['an end that came', { expired: true }, { expiresAt: daysAgo(0) }, 'expired 2026-06-01T08:00:00Z'],
    ['an end to come', { expired: true }, { expiresAt: daysAgo(-0.1) }, undefined],
    ['no end', { expiringDays: 400 }, {}, undefined],
  ])('finds %s', (_, when, facts, fact) => {
    expect(factOf(when, facts)).toBe(fact);
  });

  it('must hold together with all others', () => {
    const when = { createdDays: 300, unusedDays: 90, orphaned: true } as const;
    expect(factOf(when, { orphan: 'no-owner' })).toBe(
      'created 2025-06-01T08:00:00Z, unused since 2026-02-21T08:00:00Z, no-owner',
    );
    expect(factOf(when)).toBeUndefined();
    expect(factOf({ ...when, createdDays: 366 }, { orphan: 'no-owner' })).toBeUndefined();
  });

  it('finds the same, in the same words, however a service spells its times', () => {
    const spellings = ['2026-01-05T09:00:00+00:00', '2026-01-05T09:00:00.123Z', '2026-01-05T10:00:00+01:00'];
    const facts = spellings.map((at) => factOf({ unusedDays: 90 }, { lastUse: { at } }));
    expect(facts).toEqual(spellings.map(() => 'unused since 2026-01-05T09:00:00Z'));
  });

  it('tells a user from another one who had the name before', () => {
    const facts = { credential: dana, orphan: 'no-owner' } as const;
    expect(factOf({ orphaned: true }, facts)).toBe('created 2025-06-01T08:00:00Z, no-owner');
    expect(factOf({ orphaned: true }, { ...facts, createdAt: daysAgo(1) })).not.toBe(
      factOf({ orphaned: true }, facts),
    );
    expect(factOf({ createdDays: 90 }, facts)).toBe('created 2025-06-01T08:00:00Z');
  });

  it('finds nothing by what cannot be read, and does not stop the run for it', () => {
    const garbage = { createdAt: 'N/A', rotatedAt: '', expiresAt: 'soon', lastUse: { at: 'no_information' } };
    for (const credential of [danasKey, dana]) {
      for (const when of [{ createdDays: 1 }, { unusedDays: 1 }, { rotatedDays: 1 }, { expiringDays: 1 }]) {
        expect(factOf(when, { ...garbage, credential })).toBeUndefined();
      }
      expect(factOf({ orphaned: true }, { ...garbage, credential, orphan: 'no-owner' })).toBe('no-owner');
    }
  });

  it('finds nothing by what nobody knows', () => {
    const unknown = (facts: SweepFacts): SweepFacts => {
      const { createdAt: _, rotatedAt: __, expiresAt: ___, orphan: ____, ...rest } = facts;
      return { ...rest, lastUse: 'unknown' };
    };
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        expect(findingsOf(unknown(facts), settingsOf([policy]), now)).toEqual([]);
      }),
    );
  });

  it('finds nothing by a time that is still to come, but for an end that comes', () => {
    const future = fc.integer({ min: 0, max: 400 }).map((days) => daysAgo(-days));
    fc.assert(
      fc.property(anyFacts, anyWhen, future, (facts, { expiringDays: _, ...when }, time) => {
        fc.pre(['createdDays', 'unusedDays', 'rotatedDays'].some((name) => name in when));
        const early = { ...facts, createdAt: time, rotatedAt: time, lastUse: { at: time } };
        expect(findingsOf(early, settingsOf([policyOf({ when })]), now)).toEqual([]);
      }),
    );
  });
});

describe('a policy', () => {
  const finds = (policy: Parameters<typeof policyOf>[0], facts: Partial<SweepFacts> = {}) =>
    find(policyOf(policy), facts) !== undefined;

  it('is about its kinds', () => {
    expect(finds({ kinds: ['iam-access-key'] })).toBe(true);
    expect(finds({ kinds: ['iam-user', 'api-gateway-key'] })).toBe(false);
    expect(finds({ kinds: ['api-gateway-key'] }, { credential: apiKey })).toBe(true);
  });

  it('is about its accounts, paths and tags, all of them', () => {
    expect(finds({ where: { accounts: ['123456789012'] } })).toBe(true);
    expect(finds({ where: { accounts: ['210987654321'] } })).toBe(false);
    expect(finds({ where: { paths: ['/staff/', '/partners/'] } }, { path: '/partners/eu/' })).toBe(true);
    expect(finds({ where: { paths: ['/partners/eu/'] } })).toBe(false);
    expect(finds({ where: { paths: ['/partners/'] } }, { path: '/staff/partners/' })).toBe(false);
    const { path: _, ...pathless } = sweepFacts({ credential: apiKey });
    const [found] = findingsOf(pathless, settingsOf([policyOf({ where: { paths: ['/'] } })]), now);
    expect(found).toBeUndefined();
    const where = { paths: ['/partners/'], tags: { team: 'blue', stage: '*' } };
    expect(finds({ where }, { tags: { team: 'blue', stage: 'prod' } })).toBe(true);
    expect(finds({ where }, { tags: { team: 'red', stage: 'prod' } })).toBe(false);
    expect(finds({ where }, { tags: { team: 'blue' } })).toBe(false);
    expect(finds({ where }, { path: '/', tags: { team: 'blue', stage: 'prod' } })).toBe(false);
  });

  it('takes names of tags without case, as IAM does, and nothing that is no tag', () => {
    expect(finds({ where: { tags: { Team: 'blue' } } }, { tags: { team: 'blue' } })).toBe(true);
    expect(finds({ where: { tags: { team: 'Blue' } } }, { tags: { team: 'blue' } })).toBe(false);
    expect(finds({ where: { tags: { constructor: '*' } } })).toBe(false);
  });

  it('that fits beside another one finds it too', () => {
    const policies = [policyOf(), policyOf({ name: 'old', when: { createdDays: 90 } })];
    const found = findingsOf(sweepFacts(), settingsOf(policies), now);
    expect(found.map(({ policy }) => policy.name)).toEqual(['unused', 'old']);
  });
});

describe('what is left alone', () => {
  const old = { when: { createdDays: 90 }, steps: { notify: [0], disable: 14 } };
  const usedAgo = (days: number) => ({ lastUse: { at: daysAgo(days) } });

  it('is what is protected or already off', () => {
    expect(find(policyOf())?.spare).toBeUndefined();
    expect(find(policyOf(), { isProtected: true })?.spare).toBe('protected');
    expect(find(policyOf(), { isActive: false })?.spare).toBe('already-inactive');
    expect(find(policyOf(), { isActive: false, isProtected: true })?.spare).toBe('protected');
  });

  it('is what is in use, where a policy would disable it for its age alone', () => {
    expect(find(policyOf(old), usedAgo(0))?.spare).toBe('in-use');
    expect(find(policyOf(old), usedAgo(29.9))?.spare).toBe('in-use');
    expect(find(policyOf(old), usedAgo(30))?.spare).toBeUndefined();
    expect(find(policyOf(old), usedAgo(-1))?.spare).toBe('in-use');
    expect(find(policyOf(old), { lastUse: { before: daysAgo(29) } })?.spare).toBe('in-use');
    expect(find(policyOf(old), { lastUse: { before: daysAgo(30) } })?.spare).toBeUndefined();
    expect(find(policyOf(old), { lastUse: 'unknown' })?.spare).toBe('use-unknown');
    expect(find(policyOf(old), { lastUse: { at: 'N/A' } })?.spare).toBe('in-use');
    expect(find(policyOf(old), { lastUse: 'never' })?.spare).toBeUndefined();
    const secret = { ...old, when: { rotatedDays: 90 } };
    expect(find(policyOf(secret), usedAgo(1))?.spare).toBe('in-use');
    const ending = { ...old, when: { expiringDays: 14 } };
    expect(find(policyOf(ending), { ...usedAgo(1), expiresAt: daysAgo(-1) })?.spare).toBe('in-use');
  });

  it('is not what the policy means although it is in use, or for another reason than its age', () => {
    expect(find(policyOf({ ...old, evenIfUsed: true }), usedAgo(0))?.spare).toBeUndefined();
    expect(find(policyOf({ ...old, evenIfUsed: true }), { lastUse: 'unknown' })?.spare).toBeUndefined();
    const orphaned = policyOf({ ...old, when: { createdDays: 90, orphaned: true } });
    expect(find(orphaned, { ...usedAgo(0), orphan: 'owner-gone' })?.spare).toBeUndefined();
    const expired = policyOf({ ...old, when: { expired: true } });
    expect(find(expired, { ...usedAgo(0), expiresAt: daysAgo(1) })?.spare).toBeUndefined();
  });

  it('is not what is only told of: what is in use is what has to be rotated', () => {
    const reminder = policyOf({ when: { rotatedDays: 90 }, steps: { notify: [0, 30] } });
    expect(find(reminder, usedAgo(0))).toMatchObject({ fact: 'rotated 2025-06-01T08:00:00Z' });
    expect(find(reminder, usedAgo(0))?.spare).toBeUndefined();
  });

  it('is whatever was used within 30 days, by whatever policy goes by its age alone', () => {
    const ofAge = fc.record(
      { createdDays: fc.integer({ min: 1, max: 400 }), rotatedDays: fc.integer({ min: 1, max: 400 }) },
      { requiredKeys: ['createdDays'] },
    );
    const used = fc.double({ min: -400, max: 29.99, noNaN: true }).map(daysAgo);
    fc.assert(
      fc.property(anyFacts, ofAge, used, (facts, when, at) => {
        const policy = policyOf({ when, steps: { notify: [], disable: 0 } });
        for (const lastUse of [{ at }, { before: at }]) {
          const found = findingsOf({ ...facts, lastUse }, settingsOf([policy]), now);
          expect(found.every(({ spare }) => spare !== undefined)).toBe(true);
        }
      }),
    );
  });
});

describe('an exemption', () => {
  const reason = 'moves to a role in May';
  const spareWith = (exemption: object, facts: Partial<SweepFacts> = {}, at = now) => {
    const settings = settingsOf([policyOf()], [{ reason, until: '2026-06-02', ...exemption } as never]);
    return findingsOf(sweepFacts(facts), settings, at)[0]?.spare;
  };
  const owner = { format: 'email', email: 'Dana@Acme.example' } as const;

  it('is by kind, id, owner and policy, all that are named', () => {
    expect(spareWith({ id: danasKey.id })).toBe('exempt');
    expect(spareWith({ id: 'AKIAOTHER' })).toBeUndefined();
    expect(spareWith({ kind: 'iam-access-key' })).toBe('exempt');
    expect(spareWith({ kind: 'iam-user', id: danasKey.id })).toBeUndefined();
    expect(spareWith({ owner })).toBe('exempt');
    expect(spareWith({ owner }, { owners: ['email:erin@acme.example'] })).toBeUndefined();
    expect(spareWith({ owner, id: 'AKIAOTHER' })).toBeUndefined();
    expect(spareWith({ id: danasKey.id, policies: ['unused'] })).toBe('exempt');
  });

  it('is from the policies that it names, and no others', () => {
    const policies = [policyOf(), policyOf({ name: 'old', when: { createdDays: 90 } })];
    const settings = settingsOf(policies, [
      { id: danasKey.id, reason, until: '2026-06-02', policies: ['old'] },
    ]);
    expect(findingsOf(sweepFacts(), settings, now).map(({ spare }) => spare)).toEqual([undefined, 'exempt']);
  });

  it('ends with the day before its end', () => {
    const id = danasKey.id;
    expect(spareWith({ id, until: '2026-06-02' }, {}, new Date('2026-06-01T23:59:59.999Z'))).toBe('exempt');
    expect(spareWith({ id, until: '2026-06-02' }, {}, new Date('2026-06-02T00:00:00Z'))).toBeUndefined();
  });
});

describe('a suspect', () => {
  it('is whatever would be found, as lists tell of it', () => {
    fc.assert(
      fc.property(anyFacts, fc.array(anyPolicy, { maxLength: 3 }), (facts, policies) => {
        const settings = settingsOf(policies.map((policy, at) => ({ ...policy, name: `policy-${at}` })));
        if (findingsOf(facts, settings, now).length > 0) {
          expect(isSuspect(roughly(facts), settings, now)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is found as well by lists that know of no use of the last four hours', () => {
    const lists = fc.oneof(
      fc.double({ min: 0, max: 400, noNaN: true }).map((days) => ({ at: daysAgo(100 + days) })),
      fc.constant('never' as const),
    );
    fc.assert(
      fc.property(lists, (lastUse) => {
        const rough = roughly(sweepFacts({ lastUse, createdAt: daysAgo(500) }));
        expect(isSuspect(rough, settingsOf([policyOf()]), now)).toBe(true);
      }),
    );
  });

  it('is what may be old, where no list tells when it was made', () => {
    const { createdAt: _, ...rough } = roughly(sweepFacts());
    expect(isSuspect(rough, settingsOf([policyOf({ when: { createdDays: 90 } })]), now)).toBe(true);
    expect(isSuspect(rough, settingsOf([policyOf({ when: { rotatedDays: 900 } })]), now)).toBe(false);
  });

  it('is nobody else, or a run would read everything', () => {
    const settings = settingsOf([policyOf()]);
    expect(isSuspect(roughly(sweepFacts()), settings, now)).toBe(true);
    expect(isSuspect(roughly(sweepFacts({ lastUse: { at: daysAgo(1) } })), settings, now)).toBe(false);
    expect(isSuspect(roughly(sweepFacts({ lastUse: 'unknown' })), settings, now)).toBe(false);
    const elsewhere = settingsOf([policyOf({ where: { paths: ['/staff/'] } })]);
    expect(isSuspect(roughly(sweepFacts()), elsewhere, now)).toBe(false);
    expect(isSuspect(roughly(sweepFacts()), settingsOf([]), now)).toBe(false);
  });
});

describe('sessions', () => {
  it('may live for two days after the last use that is known', () => {
    const may = (lastUse: SweepFacts['lastUse']) => mayHaveSessions(lastUse, now);
    expect(may({ at: daysAgo(1.9) })).toBe(true);
    expect(may({ at: daysAgo(2) })).toBe(false);
    expect(may({ at: inDays(1).toISOString() })).toBe(true);
    expect(may({ before: daysAgo(1) })).toBe(true);
    expect(may({ before: daysAgo(90) })).toBe(false);
    expect(may('unknown')).toBe(true);
    expect(may({ at: 'N/A' })).toBe(true);
    expect(may('never')).toBe(false);
  });
});

describe('a pipeline', () => {
  const looks = (facts: Partial<SweepFacts>) => looksLikeCi(sweepFacts(facts));

  it('is known by its name, path or tags', () => {
    expect(looks({ name: 'shop-deployer' })).toBe(true);
    expect(looks({ name: 'GitHub-Actions' })).toBe(true);
    expect(looks({ path: '/ci/' })).toBe(true);
    expect(looks({ tags: { 'used-by': 'gitlab' } })).toBe(true);
    expect(looks({ tags: { pipeline: 'x' } })).toBe(true);
  });

  it('is not seen in words that only contain it', () => {
    for (const name of ['dana', 'francis', 'recidivist', 'acids', 'decider', 'redeployed']) {
      expect(looks({ name }), name).toBe(false);
    }
    const { path: _, ...pathless } = sweepFacts();
    expect(looksLikeCi(pathless)).toBe(false);
  });
});
