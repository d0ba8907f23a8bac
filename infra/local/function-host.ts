import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { DeployedFunction } from './deployed-functions.ts';
import { environmentOf } from './function-environment.ts';
import { FunctionInstance, type Reply } from './function-instance.ts';
import { FunctionPool } from './function-pool.ts';
import { logFolder as usualLogFolder } from './local-folder.ts';
import type { TravellingClock } from './travelling-clock.ts';

export interface FunctionHost {
  /** Takes the name of a deployed function. */
  has(functionName: string): boolean;
  /** Takes and gives JSON, as Lambda's API does. */
  invokeRaw(functionName: string, event: string): Promise<Reply>;
  /** The function's answer; rejects with its error, whose `name` is the type that Lambda would report. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export interface FunctionHostProps {
  readonly functions: readonly DeployedFunction[];
  readonly endpoint: string;
  /** How many instances of each function may run at the same time. */
  readonly instances?: number;
  /** Where the functions' own output goes, one file a function. */
  readonly logFolder?: string;
  /** On top of what the functions find otherwise, such as the endpoint of a service that the local AWS lacks. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** By which the functions go. The real one by default. */
  readonly clock?: Pick<TravellingClock, 'memory'>;
}

/** The short name that the function gives itself in its logs, or the deployed one. */
const shortName = ({ environment, name }: DeployedFunction) => environment.POWERTOOLS_SERVICE_NAME ?? name;

const errorFrom = ({ error }: Extract<Reply, { error: unknown }>): Error => {
  const failure = new Error(error.errorMessage);
  failure.name = error.errorType;
  return failure;
};

const openLog = (folder: string, deployed: DeployedFunction): Writable =>
  createWriteStream(join(folder, `${shortName(deployed)}.log`), { flags: 'a' }).setMaxListeners(0);

/** Runs the bundles of the deployed functions, each in threads of its own, with the environment they would find. */
export const startFunctionHost = async (props: FunctionHostProps): Promise<FunctionHost> => {
  const { functions, endpoint, instances = 2, logFolder = usualLogFolder } = props;
  await mkdir(logFolder, { recursive: true });
  const logs: Writable[] = [];
  const pools = new Map<string, FunctionPool>();
  for (const deployed of functions) {
    const log = openLog(logFolder, deployed);
    const environment = environmentOf(deployed, endpoint, props.environment);
    const make = () => new FunctionInstance({ deployed, environment, log, clock: props.clock?.memory });
    logs.push(log);
    pools.set(deployed.name, new FunctionPool(Array.from({ length: instances }, make)));
  }
  const invokeRaw = async (functionName: string, event: string): Promise<Reply> => {
    const pool = pools.get(functionName);
    if (!pool) throw new Error(`${functionName} is not a function of the local stack`);
    return pool.invoke(event);
  };
  return {
    has: (functionName) => pools.has(functionName),
    invokeRaw,
    invoke: async (functionName, event) => {
      const reply = await invokeRaw(functionName, JSON.stringify(event) ?? 'null');
      if ('error' in reply) throw errorFrom(reply);
      return JSON.parse(reply.payload) as unknown;
    },
    stop: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
      await Promise.all(logs.map((log) => finished(log.end())));
    },
  };
};
