import { describe, expect, it } from 'vitest';
import { type Credential, credentialKey, principalOf } from '../../functions/domain/credential.ts';
import type { Listed, SweepSource } from '../../functions/sweep/sweep-source.ts';
import { type CallLog, quoted } from './call-log.ts';

export interface SourceWorld {
  readonly source: SweepSource;
  readonly log: CallLog;
  readonly paced: readonly number[];
  /** Three of them at least, so that there is a second page. */
  readonly principals: readonly [Credential, ...Credential[]];
  /** Of the first. */
  readonly tags: Readonly<Record<string, string>>;
  readonly name: string;
  /** A principal of another service. */
  readonly stranger: Credential;
  deletedByOthers(): Promise<unknown>;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
const keysOf = (listed: readonly Listed[]) => listed.map(({ principal }) => credentialKey(principal));

/** What every source must do, whatever its service. Assertions on calls are about AWS's, each by its name. */
export const describeSweepSource = (name: string, make: () => Promise<SourceWorld>): void => {
  describe(`the source ${name}`, () => {
    it('lists all principals, on every page, with their kinds, place and tags', async () => {
      const { source, principals, tags } = await make();
      const listed = await Array.fromAsync(source.listed());
      expect(new Set(keysOf(listed))).toEqual(new Set([...keysOf(listed), ...principals.map(credentialKey)]));
      const first = listed.filter(
        ({ principal }) => credentialKey(principal) === credentialKey(principals[0]),
      );
      for (const { principal, kind, account, tags: told } of first) {
        expect([principal, source.kinds, account, told]).toEqual([
          principals[0],
          expect.arrayContaining([kind]),
          principals[0].account,
          tags,
        ]);
      }
      expect(first.length).toBeGreaterThan(0);
    });

    it('reads one as it is now: itself, and what hangs off it, of its own kinds alone', async () => {
      const { source, principals, tags, name: called } = await make();
      const facts = await source.read(principals[0]);
      expect(facts[0]).toMatchObject({ credential: principals[0], isActive: true, tags, name: called });
      for (const { credential, createdAt } of facts) {
        expect(source.kinds).toContain(credential.kind);
        expect(principalOf(credential)).toEqual(principals[0]);
        // moto does not tell it of everything.
        if (createdAt !== undefined) expect(Date.parse(createdAt)).toBeLessThanOrEqual(Date.now() + 1000);
      }
    });

    it('reads nothing of what is gone', async () => {
      const { source, principals, deletedByOthers } = await make();
      await deletedByOthers();
      expect(await source.read(principals[0])).toEqual([]);
      expect(keysOf(await Array.fromAsync(source.listed()))).not.toContain(credentialKey(principals[0]));
    });

    it('asks nobody about what it has no part in', async () => {
      const { source, stranger, log, paced } = await make();
      expect(await source.read(stranger)).toEqual([]);
      expect([log.calls, paced]).toEqual([[], []]);
    });

    it('waits for its turn before each call', async () => {
      const { source, principals, log, paced } = await make();
      const before: [number, number][] = [];
      const { note } = log;
      log.note = (call) => {
        note.call(log, call);
        before.push([log.calls.length, sum(paced)]);
      };
      await Array.fromAsync(source.listed());
      await source.read(principals[0]);
      expect(before.filter(([calls, turns]) => turns < calls)).toEqual([]);
      // Nothing is waited for that is not asked.
      expect(sum(paced)).toBe(log.calls.length);
    });

    it('writes nothing', async () => {
      const { source, principals, log } = await make();
      await Array.fromAsync(source.listed());
      await source.read(principals[0]);
      expect(log.writes().filter((call) => call !== 'GenerateCredentialReport')).toEqual([]);
    });

    it.each([
      ['throttled', 'throttled'],
      ['denied', 'access-denied'],
    ] as const)('says when it was %s, without the words of AWS', async (failing, code) => {
      const { source, principals, log } = await make();
      log.failing = failing;
      for (const asked of [Array.fromAsync(source.listed()), source.read(principals[0])]) {
        const error = await asked.then(
          () => undefined,
          (problem: unknown) => problem,
        );
        expect(error).toMatchObject({ name: 'CutoffError', code, retryable: true });
        expect(String(error)).not.toContain(quoted);
      }
    });
  });
};
