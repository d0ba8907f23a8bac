/** When access ends, and whether the provider's clock ran ahead of ours. */
export interface Cutoff {
  /** ISO 8601. Tokens issued at or before it are refused where the change spares later ones. */
  readonly cutoff: string;
  /** The event claimed to be from the future; the claim was not believed. */
  readonly clamped: boolean;
}

/**
 * The cutoff is the later of the event and its first processing. Written once per revocation by a conditional
 * write, so a retry never moves it. An `occurredAt` in the future is clamped to now: otherwise a wrong clock at
 * the provider would refuse tokens that are not issued yet.
 */
export const cutoffOf = (occurredAt: string, now: Date): Cutoff => {
  const clamped = Date.parse(occurredAt) > now.getTime();
  return { cutoff: now.toISOString(), clamped };
};
