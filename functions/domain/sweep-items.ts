import { credentialKey } from './credential.ts';
import type { SweepItem, SweepStep } from './sweep-plan.ts';

const keyOf = ({ policy, credential }: SweepItem): string => `${policy} ${credentialKey(credential)}`;

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** So that two runs print the same, in whatever language. */
export const inOrder = (items: readonly SweepItem[]): SweepItem[] =>
  items.toSorted((a, b) => compare(keyOf(a), keyOf(b)));

/** Only so many are disabled in one run; the others have their turn in the next. */
export const withinCap = (items: readonly SweepItem[], cap: number): SweepItem[] => {
  let disabled = 0;
  return items.map((item) => {
    if (item.step !== 'disable') return item;
    disabled += 1;
    return disabled > cap ? { ...item, step: 'wait', reason: 'cap-reached' } : item;
  });
};

/** Those that are not among the others, by policy and credential. */
export const without = (items: readonly SweepItem[], others: readonly SweepItem[]): SweepItem[] => {
  const keys = new Set(others.map(keyOf));
  return items.filter((item) => !keys.has(keyOf(item)));
};

/** What is different from the run before, by `POLICY CREDENTIAL_KEY`. */
export interface SweepDiff {
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly changed: readonly { readonly item: string; readonly from: SweepStep; readonly to: SweepStep }[];
}

export const diffOf = (before: readonly SweepItem[], items: readonly SweepItem[]): SweepDiff => {
  const earlier = new Map(before.map((item) => [keyOf(item), item.step]));
  const now = new Map(items.map((item) => [keyOf(item), item.step]));
  return {
    added: [...now.keys()].filter((key) => !earlier.has(key)),
    gone: without(before, items).map(keyOf),
    changed: [...now].flatMap(([item, to]) => {
      const from = earlier.get(item);
      return from && from !== to ? [{ item, from, to }] : [];
    }),
  };
};
