import type { CallName } from './authorize-calls.ts';
import type { Client, Stage, Store } from './authorize-stage.ts';

/** A few calls of one process, and what they made of the denylist. */
export interface Round {
  /** Each call's. */
  readonly cpuMicroseconds: number;
  readonly milliseconds: number;
  readonly storeRequests: number;
}

export type Rounds = Readonly<Record<CallName, Round[]>>;

/** Whoever took no turn has no rounds. */
export interface Measured {
  readonly setting: Setting;
  readonly rounds: Rounds;
}

export interface RoundsProps {
  readonly rounds: number;
  readonly calls: number;
  readonly names: readonly CallName[];
  readonly settings: readonly Setting[];
}

/** Of the denylist. */
export interface Setting {
  readonly size: number;
  readonly delayMilliseconds: number;
}

type Clients = ReadonlyMap<CallName, Client>;

const refuseWrong = (name: CallName, wrong: number): void => {
  if (wrong > 0) throw new Error(`${name}: ${wrong} answers were wrong, so nothing was measured`);
};

const roundOf = async (
  name: CallName,
  client: Client,
  { store, size, count }: { readonly store: Store; readonly size: number; readonly count: number },
): Promise<Round> => {
  const before = await store.ask({});
  const { wrong, cpuMicroseconds, milliseconds } = await client.ask({ size, count });
  const after = await store.ask({});
  refuseWrong(name, wrong);
  return {
    cpuMicroseconds: cpuMicroseconds / count,
    milliseconds: milliseconds / count,
    storeRequests: (after.requests - before.requests) / count,
  };
};

/** Calls until V8 has compiled what it is going to. */
const warmUpCalls = 1500;

export const warmUp = async (stage: Stage, clients: Clients, size: number): Promise<void> => {
  await stage.store.ask({ size, delayMilliseconds: 0 });
  for (const [name, client] of clients) {
    const { wrong } = await client.ask({ size, count: warmUpCalls });
    refuseWrong(name, wrong);
  }
};

/** One process each: what one leaves to be collected or compiled is not on another's bill. */
export const clientsFor = (stage: Stage, names: readonly CallName[], execArgv?: readonly string[]): Clients =>
  new Map(names.map((name) => [name, stage.client(name, execArgv)]));

const roundsOf = (setting: Setting): Measured => ({
  setting,
  rounds: { handler: [], bound: [], checkToken: [], readRows: [] },
});

/**
 * Many short rounds, in which all take turns, every other time backwards; settings take turns too. So whatever else
 * the machine does meets all alike.
 */
export const takeTurns = async (stage: Stage, clients: Clients, props: RoundsProps): Promise<Measured[]> => {
  const { store } = stage;
  const all = props.settings.map(roundsOf);
  for (let turn = 0; turn < props.rounds; turn += 1) {
    const order = turn % 2 === 0 ? props.names : props.names.toReversed();
    for (const { setting, rounds } of all) {
      await store.ask(setting);
      for (const name of order) {
        const client = clients.get(name);
        if (!client) throw new Error(`there is no client ${name}`);
        rounds[name].push(await roundOf(name, client, { store, size: setting.size, count: props.calls }));
      }
    }
  }
  return all;
};

export const stopAll = async (clients: Clients): Promise<void> => {
  await Promise.all([...clients.values()].map((client) => client.stop()));
};
