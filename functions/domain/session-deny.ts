import type { TaskStep } from './revocation.ts';

/**
 * The time before which sessions must be denied, ISO 8601: when the last of the keys was first seen dead, plus the window
 * in which IAM may still have honoured it somewhere. A session minted between cutoff and then would outlive a deny that
 * stops at the cutoff. `undefined` while a key has not been seen dead.
 */
export const sessionsDeniedBefore = (
  steps: readonly TaskStep[],
  windowSeconds: number,
): string | undefined => {
  const keys = steps.filter(({ credential }) => credential.kind === 'iam-access-key');
  const seenDead = keys.map(({ looks }) => Date.parse(looks[0]?.at ?? ''));
  const last = Math.max(...seenDead);
  return Number.isFinite(last) ? new Date(last + windowSeconds * 1000).toISOString() : undefined;
};

/** Whether a step has its final time, or needs none. */
export const isFinal = (step: TaskStep, deniedBefore: string | undefined): boolean =>
  step.action !== 'deny-sessions' ||
  (step.deniedBefore !== undefined && deniedBefore !== undefined && step.deniedBefore >= deniedBefore);

/** Once that time has come, steps whose deny ends earlier are to be done again with it. Only `verify` raises. */
export const withRaisedDeny = (
  steps: readonly TaskStep[],
  deniedBefore: string | undefined,
  now: Date,
): { steps: readonly TaskStep[]; raised: boolean } => {
  if (deniedBefore === undefined || now.toISOString() < deniedBefore) return { steps, raised: false };
  const next = steps.map(
    (step): TaskStep =>
      isFinal(step, deniedBefore) ? step : { ...step, deniedBefore, state: 'planned', looks: [] },
  );
  return { steps: next, raised: next.some((step, index) => step !== steps[index]) };
};
