import type { IssueDeps } from '../../functions/issue/deps.ts';

/** The process dies, or only the call fails; before it has done anything, or after. */
export type Failure = 'dies before' | 'dies after' | 'fails before' | 'fails after';
export const failures: readonly Failure[] = ['dies before', 'dies after', 'fails before', 'fails after'];

/** What one call comes to. After the death of its process none does anything. */
export class Crash {
  calls = 0;
  #dead = false;
  readonly #at: number;
  readonly #failure: Failure;

  /** The call with this number, counted from 1, does not come back. */
  constructor(at: number = Number.POSITIVE_INFINITY, failure: Failure = 'dies after') {
    this.#at = at;
    this.#failure = failure;
  }

  async through<T>(call: () => T | Promise<T>): Promise<T> {
    if (this.#dead) throw new Error('the process is dead');
    this.calls += 1;
    if (this.calls !== this.#at) return call();
    if (this.#failure.endsWith('after')) await call();
    this.#dead = this.#failure.startsWith('dies');
    throw new Error('the connection is lost');
  }
}

/** Each of its methods passes through the crash. Clients and stores are what they were to whoever asks. */
const passing = <T extends object>(target: T, crash: Crash): T =>
  new Proxy(target, {
    get: (_, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => crash.through(() => value.apply(target, given));
    },
  });

type Clients = IssueDeps['clients'];

const passingClients = (clients: Clients, crash: Crash): Clients => ({
  apiGateway: (place) => passing(clients.apiGateway(place), crash),
  iam: (place) => passing(clients.iam(place), crash),
  cognito: (place) => passing(clients.cognito(place), crash),
  secretsManager: (place) => passing(clients.secretsManager(place), crash),
});

/** One process: every call that leaves it, to AWS or to a store, passes through the crash. */
export const processWith = (deps: Omit<IssueDeps, 'requestId'>, crash: Crash) => ({
  clients: passingClients(deps.clients, crash),
  once: passingClients(deps.once, crash),
  issuances: passing(deps.issuances, crash),
  registry: passing(deps.registry, crash),
  links: passing(deps.links, crash),
  losses: passing(deps.losses, crash),
  standing: passing(deps.standing, crash),
  record: passing({ record: deps.record }, crash).record,
});
