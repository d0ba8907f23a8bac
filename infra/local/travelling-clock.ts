export interface Span {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

const millisecondsOf = ({ days = 0, hours = 0, minutes = 0, seconds = 0 }: Span): number =>
  (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;

/** A clock that can be set ahead, and that threads share: each makes one of the same memory. */
export class TravellingClock {
  readonly memory: SharedArrayBuffer;
  readonly #ahead: BigInt64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#ahead = new BigInt64Array(memory);
  }

  /** Milliseconds before the real time. 0 at first. */
  get ahead(): number {
    return Number(Atomics.load(this.#ahead, 0));
  }

  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  /** Further and further: throws a `RangeError` for a way back. */
  travel(span: Span): void {
    const milliseconds = millisecondsOf(span);
    if (!(milliseconds >= 0)) throw new RangeError('time is only set ahead');
    Atomics.add(this.#ahead, 0, BigInt(Math.round(milliseconds)));
  }
}

/**
 * `Date` for code that is to live so many milliseconds ahead. Only what asks for the present is answered otherwise: dates are the
 * same objects, `instanceof` and all, whichever of the two made them.
 */
export const travellingDate = (real: DateConstructor, ahead: () => number): DateConstructor => {
  const now = () => real.now() + ahead();
  return new Proxy(real, {
    apply: () => new real(now()).toString(),
    construct: (_, given, target) => Reflect.construct(real, given.length > 0 ? given : [now()], target),
    get: (_, name) => (name === 'now' ? now : Reflect.get(real, name)),
  });
};
