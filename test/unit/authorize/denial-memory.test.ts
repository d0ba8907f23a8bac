import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenialMemory } from '../../../functions/authorize/denial-memory.ts';
import { type Moment, secondsBetween } from '../../../functions/authorize/moment.ts';
import type { Denial } from '../../../functions/domain/denial.ts';

const at = (seconds: number): Moment => ({ wall: 1e12 + seconds * 1000, steady: seconds * 1000 });
const blocked: Denial = { blocked: true, expiresAt: 9e9 };
const none = new Map<string, Denial>();
const lesson = (rows: ReadonlyMap<string, Denial>, asked: number, answered = asked) => ({
  ...{ keys: ['a'], rows, asked: at(asked), answered: at(answered) },
});
const withBlock = new Map([['a', blocked]]);

describe('what the authorizer remembers of the denylist', () => {
  it('knows rows and their absence, and nothing that was not asked for', () => {
    const memory = new DenialMemory();
    memory.learn({ keys: ['a', 'b'], rows: withBlock, asked: at(0), answered: at(0) });
    expect(memory.recall(['a', 'b'], 5, at(1))).toEqual(withBlock);
    expect(memory.recall(['b'], 5, at(1))).toEqual(none);
    expect(memory.recall(['b', 'c'], 5, at(1))).toBeUndefined();
  });

  it('is of no use a moment after its bound, which counts from the question', () => {
    const memory = new DenialMemory();
    memory.learn(lesson(none, 0, 3));
    expect(memory.recall(['a'], 5, at(5))).toEqual(none);
    expect(memory.recall(['a'], 5, at(5.001))).toBeUndefined();
  });

  it('takes a later answer for the truth, in both directions', () => {
    const memory = new DenialMemory();
    memory.learn(lesson(none, 0, 1));
    memory.learn(lesson(withBlock, 2, 3));
    expect(memory.recall(['a'], 5, at(3))).toEqual(withBlock);
    memory.learn(lesson(none, 4, 5));
    expect(memory.recall(['a'], 5, at(5))).toEqual(none);
  });

  it.each([
    ['asked before the block was read and answered after', lesson(none, 1, 5)],
    ['asked while the block was being read', lesson(none, 2.5, 4)],
    ['asked long before', lesson(none, 0, 1)],
  ])('never lets "no row" that was %s bring back what is revoked', (_name, late) => {
    const memory = new DenialMemory();
    memory.learn(lesson(withBlock, 2, 3));
    memory.learn(late);
    expect(memory.recall(['a'], 60, at(6))).toEqual(withBlock);
  });

  it('counts the older age where answers crossed', () => {
    const memory = new DenialMemory();
    memory.learn(lesson(withBlock, 2, 5));
    memory.learn(lesson(none, 0, 4));
    expect(memory.recall(['a'], 5, at(5.5))).toBeUndefined();
  });

  it('counts the older age also where the later question was answered first', () => {
    const memory = new DenialMemory();
    memory.learn(lesson(none, 0, 5));
    memory.learn(lesson(none, 2, 4));
    expect(memory.recall(['a'], 5, at(5.5))).toBeUndefined();
  });

  it('keeps a block until a question from after all the answers that crossed', () => {
    const memory = new DenialMemory();
    memory.learn(lesson(withBlock, 0, 10));
    memory.learn(lesson(none, 5, 6));
    memory.learn(lesson(none, 7, 8));
    expect(memory.recall(['a'], 60, at(10))).toEqual(withBlock);
    memory.learn(lesson(none, 11, 12));
    expect(memory.recall(['a'], 60, at(12))).toEqual(none);
  });

  it('forgets what it learnt first when it is full, and then does not know', () => {
    const memory = new DenialMemory(2);
    for (const [second, key] of ['a', 'b', 'a', 'c'].entries()) {
      memory.learn({ keys: [key], rows: none, asked: at(second), answered: at(second) });
    }
    expect(memory.recall(['b'], 60, at(4))).toBeUndefined();
    expect(memory.recall(['a', 'c'], 60, at(4))).toEqual(none);
  });

  it('allows nothing that was revoked before the question, however answers cross', () => {
    // A table whose row is written at `revokedAt`; each read sees it if it was served after that.
    const read = fc
      .record({ asked: fc.nat(100), served: fc.nat(100), answered: fc.nat(100) })
      .map(({ asked, served, answered }) => ({
        asked,
        served: asked + served,
        answered: asked + served + answered,
      }));
    fc.assert(
      fc.property(
        fc.array(read, { minLength: 1, maxLength: 8 }),
        fc.nat(300),
        fc.nat(100),
        (reads, revokedAt, bound) => {
          const memory = new DenialMemory();
          const byAnswer = [...reads].sort((a, b) => a.answered - b.answered);
          for (const { asked, served, answered } of byAnswer) {
            memory.learn(lesson(served >= revokedAt ? withBlock : none, asked, answered));
            const known = memory.recall(['a'], bound, at(answered));
            const allowedAt = known?.size === 0 ? answered : undefined;
            if (allowedAt !== undefined) expect(allowedAt - revokedAt).toBeLessThanOrEqual(bound);
          }
        },
      ),
    );
  });
});

describe('secondsBetween', () => {
  it('believes the clock that says longer', () => {
    expect(secondsBetween({ wall: 0, steady: 0 }, { wall: 7000, steady: 100 })).toBe(7);
    expect(secondsBetween({ wall: 0, steady: 0 }, { wall: 100, steady: 7000 })).toBe(7);
  });

  it('believes neither once one was set back', () => {
    expect(secondsBetween({ wall: 5000, steady: 0 }, { wall: 4000, steady: 1000 })).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(secondsBetween({ wall: 0, steady: 5000 }, { wall: 1000, steady: 4000 })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
