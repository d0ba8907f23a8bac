import { type Credential, credentialKey } from '../../functions/domain/credential.ts';
import { daysSince } from '../../functions/domain/days.ts';
import { Conflict } from '../../functions/domain/errors.ts';
import type { SweepCase } from '../../functions/domain/sweep-case.ts';
import type { SweepItem } from '../../functions/domain/sweep-plan.ts';
import type { Place } from '../../functions/shared/aws-clients.ts';
import type { RateLimit, RateLimits } from '../../functions/stores/rate-limits.ts';
import {
  type Checkpoint,
  keptDays,
  type RunHead,
  type SweepCases,
  type SweepRuns,
} from '../../functions/stores/sweeps.ts';

// Doubles of the stores of sweeps. `test/contract/sweep-stores.test.ts` holds both to the same contract.

interface State {
  holder?: string | undefined;
  until?: number;
  checkpoint?: Checkpoint | undefined;
  last?: RunHead;
  readonly pages: Map<string, readonly SweepItem[]>;
}

export class MemorySweepRuns implements SweepRuns {
  readonly #now: () => Date;
  readonly #states = new Map<string, State>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  async begin(place: Place, runId: string, seconds: number): Promise<boolean> {
    const state = this.#state(place);
    const now = this.#now().getTime();
    if (state.holder !== undefined && state.holder !== runId && (state.until ?? 0) > now) return false;
    Object.assign(state, { holder: runId, until: now + seconds * 1000 });
    return true;
  }

  async end(place: Place, runId: string): Promise<void> {
    const state = this.#state(place);
    if (state.holder === runId) state.holder = undefined;
  }

  async checkpoint(place: Place): Promise<Checkpoint | undefined> {
    return this.#state(place).checkpoint;
  }

  async saveCheckpoint(place: Place, checkpoint: Checkpoint): Promise<void> {
    this.#stateFor(checkpoint.runId, place).checkpoint = checkpoint;
  }

  async savePage(
    place: Place,
    { runId, number, items }: { runId: string; number: number; items: readonly SweepItem[] },
  ): Promise<void> {
    this.#state(place).pages.set(`${runId} ${number}`, structuredClone(items));
  }

  async complete(place: Place, head: RunHead): Promise<void> {
    Object.assign(this.#stateFor(head.runId, place), { last: head, checkpoint: undefined });
  }

  async last(place: Place): Promise<RunHead | undefined> {
    const { last } = this.#state(place);
    return last && daysSince(last.startedAt, this.#now()) < keptDays ? last : undefined;
  }

  async items(place: Place, { runId, pages }: Pick<RunHead, 'runId' | 'pages'>): Promise<SweepItem[]> {
    const stored = this.#state(place).pages;
    const numbers = Array.from({ length: pages }, (_, number) => number);
    return numbers.flatMap((number) => stored.get(`${runId} ${number}`) ?? []);
  }

  #state({ account, region }: Place): State {
    const key = `${account}:${region}`;
    const state = this.#states.get(key) ?? { pages: new Map() };
    this.#states.set(key, state);
    return state;
  }

  #stateFor(runId: string, place: Place): State {
    const state = this.#state(place);
    if (state.holder !== undefined && state.holder !== runId) throw new Conflict(runId);
    return state;
  }
}

export class MemorySweepCases implements SweepCases {
  readonly #rows = new Map<string, SweepCase>();

  async of(policy: string, credential: Credential): Promise<SweepCase | undefined> {
    return this.#rows.get(`${policy} ${credentialKey(credential)}`);
  }

  async save(one: SweepCase): Promise<SweepCase> {
    const key = `${one.policy} ${credentialKey(one.credential)}`;
    if ((this.#rows.get(key)?.version ?? 0) !== one.version) throw new Conflict(key);
    const saved = { ...one, version: one.version + 1 };
    this.#rows.set(key, saved);
    return saved;
  }

  async *held(): AsyncGenerator<SweepCase> {
    const rows = [...this.#rows.values()];
    yield* rows.filter(({ revocationId, isOver }) => revocationId !== undefined && !isOver);
  }
}

/** Of one clock. */
export class MemoryRateLimits implements RateLimits {
  readonly #now: () => Date;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  async take({ name, perSecond, burst }: RateLimit, tokens: number): Promise<number> {
    if (tokens > burst) throw new RangeError(`${tokens} of ${burst}`);
    const at = this.#now().getTime();
    const before = this.#buckets.get(name) ?? { tokens: burst, at };
    const level = Math.min(burst, before.tokens + (Math.max(0, at - before.at) / 1000) * perSecond);
    const isEnough = level >= tokens;
    this.#buckets.set(name, { tokens: isEnough ? level - tokens : level, at });
    return isEnough ? 0 : Math.ceil(((tokens - level) / perSecond) * 1000);
  }
}
