/** A point in time by two clocks, since either may lie: one is set by hand, the other may stand still in a frozen process. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly wall: number;
  /** Milliseconds since whenever. */
  readonly steady: number;
}

export const momentNow = (): Moment => ({ wall: Date.now(), steady: performance.now() });

/** The longer of the two, in seconds. A clock that was set back says nothing: then it was long ago. */
export const secondsBetween = (then: Moment, now: Moment): number =>
  now.wall < then.wall || now.steady < then.steady
    ? Number.POSITIVE_INFINITY
    : Math.max(now.wall - then.wall, now.steady - then.steady) / 1000;
