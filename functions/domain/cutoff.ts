/**
 * When the event happened, as far as it can be believed: a provider's clock that runs ahead of ours is clamped to
 * now. Otherwise it could refuse tokens that are not issued yet, or count as newer than whatever comes next.
 */
export const believedTime = (occurredAt: string, now: Date): { at: string; clamped: boolean } => {
  const claimed = new Date(occurredAt);
  const clamped = claimed.getTime() > now.getTime();
  return { at: (clamped ? now : claimed).toISOString(), clamped };
};

/**
 * The cutoff: the later of the event and its first processing, ISO 8601. Stored once per revocation by a conditional
 * write, so a retry never moves it.
 */
export const cutoffOf = (occurredAt: string, now: Date): string => {
  const { at } = believedTime(occurredAt, now);
  return new Date(Math.max(Date.parse(at), now.getTime())).toISOString();
};
