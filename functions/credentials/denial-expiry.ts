const secondsPerDay = 86_400;

export const epochSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** Epoch seconds until which a `blocked` row stands; the upkeep renews it while the subject stands revoked. */
export const blockedUntil = (now: Date, blockedDays: number): number =>
  epochSeconds(now) + blockedDays * secondsPerDay;
