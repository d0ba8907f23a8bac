import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Revocation, RevocationStatus } from '../../../functions/domain/revocation.ts';
import { type SweepCase, startOf } from '../../../functions/domain/sweep-case.ts';
import type { SweepFacts } from '../../../functions/domain/sweep-facts.ts';
import { heldItemFor } from '../../../functions/domain/sweep-held.ts';
import { itemFor } from '../../../functions/domain/sweep-plan.ts';
import { findingsOf } from '../../../functions/domain/sweep-policy.ts';
import {
  anyFacts,
  anyPolicy,
  dana,
  danasKey,
  daysAgo,
  inDays,
  sweepNow as now,
  policyOf,
  settingsOf,
  sweepFacts,
} from '../../support/sweep-examples.ts';

const policy = policyOf({ steps: { notify: [0, 7], disable: 14, delete: 30 } });
const fact = 'unused since 2026-02-21T08:00:00Z';

const plan = (facts: Partial<SweepFacts> = {}, earlier?: SweepCase, at = now) => {
  const [finding] = findingsOf(sweepFacts(facts), settingsOf([policy]), at);
  if (!finding) throw new Error('nothing was found');
  return itemFor(finding, earlier, at);
};

const caseOf = (one: Partial<SweepCase> = {}): SweepCase => ({
  policy: policy.name,
  credential: danasKey,
  owners: [],
  fact,
  foundAt: daysAgo(0),
  told: 0,
  version: 1,
  ...one,
});

describe('what is found for the first time', () => {
  it('is told to its owner, with what comes of it', () => {
    expect(plan()).toEqual({
      policy: 'unused',
      credential: danasKey,
      owners: ['email:dana@acme.example'],
      fact,
      step: 'notify',
      notice: 0,
      next: { step: 'notify', at: daysAgo(-7) },
      disableAt: daysAgo(-14),
      lastUsedAt: daysAgo(100),
    });
  });

  it('carries what whoever ends it has to know', () => {
    expect(plan({ lastUse: 'never' })).not.toHaveProperty('lastUsedAt');
    expect(plan({ lastUse: 'never' })).not.toHaveProperty('mayHaveSessions');
    const orphaned = policyOf({ when: { orphaned: true }, steps: { disable: 0, notify: [] } });
    const item = (facts: Partial<SweepFacts>) => {
      const [found] = findingsOf(sweepFacts({ orphan: 'no-owner', ...facts }), settingsOf([orphaned]), now);
      return found && itemFor(found, undefined, now);
    };
    const lastUse = { at: daysAgo(1) };
    expect(item({ lastUse })).toMatchObject({
      step: 'disable',
      mayHaveSessions: true,
      lastUsedAt: lastUse.at,
    });
    expect(item({ lastUse: 'unknown' })).toMatchObject({ mayHaveSessions: true });
    expect(item({ lastUse: { before: daysAgo(90) } })).not.toHaveProperty('lastUsedAt');
  });

  it('is called a key of a pipeline where it seems to be one, and nothing else is', () => {
    expect(plan({ path: '/ci/' })).toMatchObject({ hint: 'ci-key' });
    expect(plan()).not.toHaveProperty('hint');
    expect(plan({ path: '/ci/', credential: dana })).not.toHaveProperty('hint');
  });

  it('says when it ends by itself, where the policy ends nothing', () => {
    const expiring = policyOf({ when: { expiringDays: 14 }, steps: { notify: [0] } });
    const facts = sweepFacts({ expiresAt: daysAgo(-3) });
    const [finding] = findingsOf(facts, settingsOf([expiring]), now);
    expect(finding && itemFor(finding, undefined, now)).toMatchObject({ disableAt: daysAgo(-3) });
    // Whichever comes first.
    expect(plan({ expiresAt: daysAgo(-3) })).toMatchObject({ disableAt: daysAgo(-3) });
    expect(plan({ expiresAt: daysAgo(-30) })).toMatchObject({ disableAt: daysAgo(-14) });
  });

  it('is left alone for the reason that the policy found', () => {
    expect(plan({ isProtected: true })).toMatchObject({ step: 'spare', reason: 'protected' });
    expect(plan({ isProtected: true })).not.toHaveProperty('next');
  });
});

describe('what is found again', () => {
  it('goes on with its days', () => {
    const announced = daysAgo(0);
    const earlier = caseOf({ foundAt: daysAgo(7), told: 1, firstToldAt: daysAgo(7), announced });
    expect(plan({}, earlier)).toMatchObject({ step: 'notify', notice: 1 });
    const told = caseOf({ foundAt: daysAgo(14), told: 2, firstToldAt: daysAgo(14), announced });
    expect(plan({}, told)).toMatchObject({ step: 'disable', fact });
    // Not before the day that the owner was told, and not where none was.
    expect(plan({}, { ...told, announced: daysAgo(-1) })).toMatchObject({ step: 'wait' });
    const { announced: _, ...unwarned } = told;
    expect(plan({}, unwarned)).toMatchObject({ step: 'notify', notice: 0, disableAt: daysAgo(-14) });
  });

  it('for another reason is told of anew, and has all its days', () => {
    const told = caseOf({ foundAt: daysAgo(14), told: 2, firstToldAt: daysAgo(14) });
    const used = { lastUse: { at: daysAgo(91) } };
    expect(plan(used, told)).toMatchObject({ step: 'notify', notice: 0, disableAt: daysAgo(-14) });
    expect(startOf({ fact: 'another' }, told, now)).toEqual({ foundAt: now.toISOString(), told: 0 });
    expect(startOf({ fact }, told, now)).toEqual({
      foundAt: daysAgo(14),
      told: 2,
      firstToldAt: daysAgo(14),
    });
  });

  it('is nothing to plan while its revocation is under way', () => {
    expect(plan({}, caseOf({ revocationId: 'r-1' }))).toBeUndefined();
    expect(plan({ isProtected: true }, caseOf({ revocationId: 'r-1' }))).toBeUndefined();
  });

  it('after it was deleted is another one of the same name', () => {
    const over = caseOf({ fact: 'another', revocationId: 'r-1', told: 2, isOver: true });
    expect(plan({}, over)).toMatchObject({ step: 'notify', notice: 0 });
  });
});

describe('what somebody kept', () => {
  const kept = caseOf({ keptUntil: daysAgo(-1), foundAt: daysAgo(90), told: 2, firstToldAt: daysAgo(90) });
  const until = inDays(1);

  it('is left alone until then', () => {
    expect(plan({}, kept)).toMatchObject({ step: 'spare', reason: 'restored' });
    expect(plan({}, kept, new Date(until.getTime() - 1))).toMatchObject({ step: 'spare' });
    const elsewhere = { ...kept, keptUntil: '2026-06-02T09:30:00+02:00' };
    expect(plan({}, elsewhere, new Date('2026-06-02T07:29:00Z'))).toMatchObject({ step: 'spare' });
    expect(plan({}, elsewhere, new Date('2026-06-02T07:31:00Z'))).toMatchObject({ step: 'notify' });
  });

  it('is told of anew then, as another fact, so that another revocation may end it', () => {
    const item = plan({}, kept, until);
    const again = `${fact}, kept until 2026-06-02T08:00:00Z`;
    expect(item).toMatchObject({ step: 'notify', notice: 0, fact: again });
    const goesOn = {
      ...kept,
      fact: again,
      foundAt: until.toISOString(),
      told: 1,
      firstToldAt: until.toISOString(),
      announced: inDays(15).toISOString(),
    };
    expect(plan({}, goesOn, inDays(8))).toMatchObject({ step: 'notify', notice: 1, fact: again });
    expect(plan({}, { ...goesOn, told: 2 }, inDays(15))).toMatchObject({ step: 'disable', fact: again });
  });
});

describe('planning', () => {
  it('never ends what nobody knows to be stale, or what a policy says nothing of ending', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, one) => {
        const [finding] = findingsOf(facts, settingsOf([one]), now);
        const item = finding && itemFor(finding, undefined, now);
        if (item?.step !== 'disable') return;
        expect(one.steps.disable).toBe(0);
        expect(one.steps.notify).toEqual([]);
        expect(facts.isActive && !facts.isProtected).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('says the same of the same, whenever it is asked within a run', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, one) => {
        const items = () =>
          findingsOf(facts, settingsOf([one]), now).map((finding) => itemFor(finding, undefined, now));
        expect(JSON.stringify(items())).toBe(JSON.stringify(items()));
      }),
    );
  });
});

describe('what was disabled', () => {
  const held = caseOf({ revocationId: 'r-1', sentAt: daysAgo(0) });
  const revocation = (status: RevocationStatus, provenAt?: string): Revocation => ({
    id: 'r-1',
    change: {
      change: 'credential-stale',
      source: 'sweep',
      eventId: 'e-1',
      subject: { format: 'opaque', id: danasKey.id },
      aliases: [],
      occurredAt: daysAgo(0),
      reason: `unused: ${fact}`,
    },
    mode: 'enforce',
    status,
    cutoff: daysAgo(0),
    ...(provenAt && { provenAt }),
  });
  const item = (of: Revocation | undefined, at = now, under: typeof policy | undefined = policy) =>
    heldItemFor({ ...held, deleteAt: daysAgo(-30) }, under, {
      revocation: of,
      now: at,
      others: [],
      isKept: false,
    });

  it('is on its way for an hour, and is looked at anew where nothing came of it', () => {
    expect(item(undefined)).toMatchObject({ step: 'wait', reason: 'on-its-way', revocationId: 'r-1' });
    expect(item(undefined, inDays(0.99 / 24))).toMatchObject({ reason: 'on-its-way' });
    expect(item(undefined, inDays(1 / 24))).toMatchObject({ step: 'wait', reason: 'nothing-came-of-it' });
    expect(item(revocation('skipped'))).toMatchObject({ step: 'wait', reason: 'nothing-came-of-it' });
  });

  it.each(['received', 'observed', 'held', 'contained', 'removing'] as const)(
    'is %s until it is proven',
    (status) => {
      for (const proven of [undefined, daysAgo(400)]) {
        expect(item(revocation(status, proven), inDays(400))).toMatchObject({ step: 'wait', reason: status });
      }
    },
  );

  it('is held for its days from the proof, and then deleted', () => {
    const proven = revocation('verified', daysAgo(0));
    expect(item(proven, inDays(29.9))).toMatchObject({
      step: 'wait',
      next: { step: 'delete', at: daysAgo(-30) },
    });
    expect(item(proven, inDays(30))).toMatchObject({ step: 'delete', revocationId: 'r-1', fact });
    expect(item(revocation('verified'), inDays(400))).toMatchObject({ step: 'wait', reason: 'verified' });
  });

  it('is deleted on the day that its owner was told, once nobody keeps it and nobody else holds it', () => {
    const facts = {
      revocation: revocation('verified', daysAgo(0)),
      now: inDays(40),
      others: [],
      isKept: false,
    };
    const told = (deleteAt: string) => heldItemFor({ ...held, deleteAt }, policy, facts);
    expect(heldItemFor(held, policy, facts)).toMatchObject({ step: 'notify', deleteAt: daysAgo(-41) });
    expect(told(daysAgo(-41))).toMatchObject({ step: 'wait', next: { step: 'delete', at: daysAgo(-41) } });
    expect(told(daysAgo(-40))).toMatchObject({ step: 'delete' });
    const quiet = { steps: { ...policy.steps, notify: [] } };
    expect(heldItemFor(held, quiet, facts)).toMatchObject({ step: 'delete' });
    expect(heldItemFor(held, policy, { ...facts, isKept: true })).toMatchObject({ reason: 'exempt' });
    expect(heldItemFor(held, policy, { ...facts, others: ['r-2'] })).toMatchObject({
      reason: 'held-by-others',
    });
  });

  it('is held for good where its policy deletes nothing, or is there no more', () => {
    const proven = revocation('verified', daysAgo(0));
    expect(item(proven, inDays(400), policyOf())).toMatchObject({ step: 'wait', reason: 'held-for-good' });
    const facts = { revocation: proven, now: inDays(400), others: [], isKept: false };
    expect(heldItemFor(held, undefined, facts)).toMatchObject({ reason: 'held-for-good' });
  });

  it('is left alone where somebody took it back or would not have it', () => {
    for (const status of ['restoring', 'restored'] as const) {
      expect(item(revocation(status, daysAgo(40)))).toMatchObject({ step: 'spare', reason: 'restored' });
    }
    expect(item(revocation('rejected', daysAgo(40)))).toMatchObject({ step: 'spare', reason: 'rejected' });
  });

  it('is nothing more once it is deleted', () => {
    expect(item(revocation('removed', daysAgo(40)))).toBeUndefined();
  });
});
