import type { LastUse } from '../../domain/sweep-facts.ts';

/**
 * Uses of keys are tracked since April 22, 2015, and of passwords since before that ("Generate credential reports for your AWS
 * account", IAM User Guide). Whether what is older was used before, nobody knows.
 */
const trackedSince = '2015-04-23T00:00:00.000Z';

/** What was made since then, and has no use, was never used. */
export const useOf = (lastUsedAt: string | undefined, createdAt: string | undefined): LastUse => {
  if (lastUsedAt) return { at: lastUsedAt };
  return createdAt !== undefined && createdAt >= trackedSince ? 'never' : { before: trackedSince };
};

/** What of a user has its uses tracked. Times are ISO 8601. */
export interface Tracked {
  readonly createdAt: string | undefined;
  readonly hasPassword: boolean;
  /** Of keys that are there, inactive ones too. */
  readonly keys: number;
  /** Of keys and the password. */
  readonly lastUses: readonly (string | undefined)[];
}

/**
 * Of a user: the newest use of what it has. One that has neither password nor keys may sign in all the same, by an API key for
 * Amazon Bedrock, for Git, or with a certificate, and no use of these is told. Nor is what keys did that are deleted by now.
 */
export const useOfUser = ({ createdAt, hasPassword, keys, lastUses }: Tracked): LastUse => {
  const newest = lastUses
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
  if (newest === undefined && !hasPassword && keys === 0) return 'unknown';
  return useOf(newest, createdAt);
};
