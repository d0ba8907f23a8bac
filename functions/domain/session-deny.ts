import type { TaskStep } from './revocation.ts';

/**
 * The time before which sessions must be denied, ISO 8601: when the last of what minted them was first seen dead, plus the
 * window in which IAM may still have honoured it somewhere. A session minted between cutoff and then would outlive a deny
 * that stops at the cutoff. `unknown` while something has not been seen dead; `cutoff` where nothing mints any more.
 */
export type DeniedBefore = string | 'unknown' | 'cutoff';

const mints = ({ credential, action }: TaskStep): boolean =>
  credential.kind === 'iam-access-key' || (credential.kind === 'iam-user' && action === 'deny-all');

/** `steps`: of the task itself, or of those whose principals began the sessions. */
export const sessionsDeniedBefore = (steps: readonly TaskStep[], windowSeconds: number): DeniedBefore => {
  const minting = steps.filter(mints);
  if (minting.length === 0) return 'cutoff';
  const last = Math.max(...minting.map(({ looks }) => Date.parse(looks[0]?.at ?? '')));
  return Number.isFinite(last) ? new Date(last + windowSeconds * 1000).toISOString() : 'unknown';
};

/** Whether a step has its final time, or needs none. */
export const isFinal = (step: TaskStep, deniedBefore: DeniedBefore): boolean => {
  if (step.action !== 'deny-sessions' || deniedBefore === 'cutoff') return true;
  return deniedBefore !== 'unknown' && step.deniedBefore !== undefined && step.deniedBefore >= deniedBefore;
};

/** Once that time has come, steps whose deny ends earlier are to be done again with it. Only `verify` raises. */
export const withRaisedDeny = (
  steps: readonly TaskStep[],
  deniedBefore: DeniedBefore,
  now: Date,
): { steps: readonly TaskStep[]; raised: boolean } => {
  const isTime = deniedBefore !== 'unknown' && deniedBefore !== 'cutoff';
  if (!isTime || now.toISOString() < deniedBefore) return { steps, raised: false };
  const next = steps.map(
    (step): TaskStep =>
      isFinal(step, deniedBefore) ? step : { ...step, deniedBefore, state: 'planned', looks: [] },
  );
  return { steps: next, raised: next.some((step, index) => step !== steps[index]) };
};
