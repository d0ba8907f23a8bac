import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffOf, inOrder, withinCap } from '../../../functions/domain/sweep-items.ts';
import type { SweepItem, SweepStep } from '../../../functions/domain/sweep-plan.ts';
import { danasKey } from '../../support/sweep-examples.ts';

const steps: readonly SweepStep[] = ['notify', 'disable', 'delete', 'wait', 'spare'];
const itemOf = (id: string, step: SweepStep = 'disable', policy = 'unused'): SweepItem => ({
  policy,
  credential: { ...danasKey, id },
  owners: [],
  fact: 'never used',
  step,
});
const keyOf = ({ policy, credential }: SweepItem) =>
  `${policy} iam-access-key:123456789012:global:${credential.id}`;

const anyItem = fc
  .tuple(fc.string({ maxLength: 8 }), fc.constantFrom(...steps), fc.constantFrom('a', 'b'))
  .map((all) => itemOf(...all));
const anyPlan = fc.uniqueArray(anyItem, { selector: keyOf, maxLength: 20 });

describe('a plan', () => {
  it('is in the same order, in whatever order suspects were read', () => {
    fc.assert(
      fc.property(
        anyPlan.chain((plan) =>
          fc.tuple(fc.constant(plan), fc.shuffledSubarray(plan, { minLength: plan.length })),
        ),
        ([plan, shuffled]) => {
          expect(inOrder(shuffled)).toEqual(inOrder(plan));
          expect(inOrder(inOrder(plan))).toEqual(inOrder(plan));
        },
      ),
    );
    expect(inOrder([itemOf('B'), itemOf('a', 'wait', 'z'), itemOf('a')]).map(keyOf)).toEqual([
      keyOf(itemOf('B')),
      keyOf(itemOf('a')),
      keyOf(itemOf('a', 'wait', 'z')),
    ]);
  });

  it('disables so many at once, the first ones, and has the others wait for the next run', () => {
    const plan = [itemOf('a'), itemOf('b', 'notify'), itemOf('c'), itemOf('d'), itemOf('e', 'delete')];
    expect(withinCap(plan, 2).map(({ step, reason }) => [step, reason])).toEqual([
      ['disable', undefined],
      ['notify', undefined],
      ['disable', undefined],
      ['wait', 'cap-reached'],
      ['delete', undefined],
    ]);
    fc.assert(
      fc.property(anyPlan, fc.nat(5), (all, cap) => {
        const capped = withinCap(all, cap);
        const wanted = all.filter(({ step }) => step === 'disable').length;
        expect(capped.filter(({ step }) => step === 'disable')).toHaveLength(Math.min(cap, wanted));
        expect(withinCap(capped, cap)).toEqual(capped);
        expect(capped.map(keyOf)).toEqual(all.map(keyOf));
      }),
    );
  });
});

describe('a difference', () => {
  it('between equal plans is empty, in whatever order they are', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const nothing = { added: [], gone: [], changed: [] };
        expect(diffOf(plan, plan)).toEqual(nothing);
        expect(diffOf(plan, plan.toReversed())).toEqual(nothing);
      }),
    );
  });

  it('is what came, what went and what goes on', () => {
    const before = [itemOf('gone'), itemOf('same', 'wait'), itemOf('on', 'notify')];
    const after = [itemOf('new', 'spare'), itemOf('same', 'wait'), itemOf('on', 'disable')];
    expect(diffOf(before, after)).toEqual({
      added: [keyOf(itemOf('new'))],
      gone: [keyOf(itemOf('gone'))],
      changed: [{ item: keyOf(itemOf('on')), from: 'notify', to: 'disable' }],
    });
  });

  it('tells policies apart that found the same credential', () => {
    const both = [itemOf('a'), itemOf('a', 'wait', 'old')];
    expect(diffOf([itemOf('a')], both).added).toEqual([keyOf(itemOf('a', 'wait', 'old'))]);
  });

  it('the other way round is the reverse', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (before, after) => {
        const there = diffOf(before, after);
        const back = diffOf(after, before);
        expect(there.added).toEqual(back.gone);
        expect(there.gone).toEqual(back.added);
        expect(there.changed.length).toBe(back.changed.length);
      }),
    );
  });
});
