import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { CutoffError } from '../domain/errors.ts';

const timeoutMilliseconds = 3000;

/** An unknown key id leads to a download, but not to one per request: strangers choose ids as they like. */
const restMilliseconds = 60_000;

/** While GitHub is down it is asked this often: an alert may not come again. */
const restAfterFailureMilliseconds = 5000;

/** A key that GitHub withdraws is believed no longer than this, while its list can be reached. */
const freshMilliseconds = 3_600_000;

const listSchema = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string(), key: z.string() })).max(100),
});

interface NamedKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Only EC keys on P-256: the algorithm is ours to choose, not the list's. */
const readKey = (id: string, pem: string): NamedKey[] => {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? [{ id, key }] : [];
  } catch {
    return [];
  }
};

const download = async (url: string): Promise<NamedKey[]> => {
  try {
    // A redirect would let whoever controls it choose the keys.
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const list = listSchema.parse(await response.json());
    return list.public_keys.flatMap(({ key_identifier, key }) => readKey(key_identifier, key));
  } catch (cause) {
    const details = { code: 'unavailable', retryable: true, cause } as const;
    throw new CutoffError('the list of GitHub’s public keys cannot be had', details);
  }
};

/** Keys by their identifier. Rejects with `unavailable` while an id cannot be looked up; none where it is unknown. */
export type GithubKeys = (id: string) => Promise<KeyObject[]>;

/**
 * The published list (GitHub docs, "Secret scanning partner program"), kept in memory. GitHub limits how often it can be
 * asked, so a key that is known stays good while a newer list cannot be had.
 */
export const githubKeys = (url: string, now: () => Date): GithubKeys => {
  let known: NamedKey[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;

  const refresh = async () => {
    askedAt = now().getTime();
    try {
      known = await download(url);
      readAt = askedAt;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
  };

  return async (id) => {
    const named = () => known.filter((one) => one.id === id).map(({ key }) => key);
    const time = now().getTime();
    const isWanted = named().length === 0 || time - readAt >= freshMilliseconds;
    const rest = failure ? restAfterFailureMilliseconds : restMilliseconds;
    if (isWanted && time - askedAt >= rest) await refresh();
    if (named().length === 0 && failure) throw failure;
    return named();
  };
};
