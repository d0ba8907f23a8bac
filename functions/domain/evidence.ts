/**
 * What kind of observation proves that a credential is dead: what a service has stored (`control-plane`), that it was
 * not used any more (`usage`), that a real attempt was refused (`probe`).
 */
export type EvidenceLevel = 'control-plane' | 'usage' | 'probe';

export type CredentialState = 'live' | 'dead' | 'gone';

/** One look at one credential. */
export interface Observation {
  /** ISO 8601 */
  readonly at: string;
  readonly level: EvidenceLevel;
  readonly state: CredentialState;
  /** The call and what it showed, such as `iam:ListAccessKeys Inactive`. */
  readonly observed: string;
}

/** Consecutive looks that found the credential dead. One that finds it live starts them anew. */
export const withObservation = (run: readonly Observation[], next: Observation): Observation[] =>
  next.state === 'live' ? [] : [...run, next];

/**
 * Proven dead: every required level was seen on consecutive looks, two at least, that span the window in
 * which IAM may still answer from before the change ("Changes that I make are not always immediately
 * visible", IAM User Guide). A single read straight after the write proves nothing. What is gone now cannot be tried
 * any more: then looks that found it gone count for every level.
 */
export const isProven = (
  run: readonly Observation[],
  required: readonly EvidenceLevel[],
  windowSeconds: number,
): boolean => {
  const isGone = run.at(-1)?.state === 'gone';
  return required.every((level) => {
    const counting = run.filter((seen) => seen.level === level || (isGone && seen.state === 'gone'));
    const times = counting.map(({ at }) => Date.parse(at));
    return Math.max(...times) - Math.min(...times) >= windowSeconds * 1000;
  });
};

/** SQS: `DelaySeconds` is at most 900. */
export const longestDelay = 900;

/** Seconds until the next look: doubling, so that a slow provider is not hammered and a fast one not waited for. */
export const nextLookIn = (look: number, firstDelaySeconds: number): number =>
  Math.min(longestDelay, firstDelaySeconds * 2 ** Math.min(look, 10));
