/** Of a list that isn't empty, by linear interpolation between neighbours. `share` from 0 to 1. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Round by round: a noisy neighbour slows both of a round, and the median leaves out the rounds where not. */
export const ratios = (above: readonly number[], below: readonly number[]): number[] => {
  if (above.length !== below.length) throw new Error('a ratio takes as many rounds of one as of the other');
  return above.map((value, round) => value / (below[round] ?? Number.NaN));
};

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** The middle half of the rounds. */
export const spreadOf = (values: readonly number[]): string =>
  `${quantile(values, 0.25).toFixed(2)}–${quantile(values, 0.75).toFixed(2)}`;
