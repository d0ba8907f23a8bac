/// <reference lib="esnext.disposable" />
import type { LocalStack } from './deploy.ts';
import { gapEndpoints } from './function-environment.ts';
import { type FunctionHost, startFunctionHost } from './function-host.ts';
import type { TravellingClock } from './travelling-clock.ts';

export interface HostOptions {
  /** Variables for every function, on top of its own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Stands before an endpoint that functions call, and says where instead: whoever wants to hear all that they ask. */
  readonly watch?: (endpoint: string) => Promise<string>;
}

interface Deployed {
  readonly stack: LocalStack;
  /** Of the local AWS, and of what stands in for what it lacks. */
  readonly endpoints: Readonly<Record<'aws' | 'gaps', string>>;
  readonly clock: TravellingClock;
  readonly options: HostOptions;
}

/** Runs the functions of a stack. */
export const startDeployedHost = async (
  { stack: { functions }, endpoints, clock, options }: Deployed,
  started: AsyncDisposableStack,
): Promise<FunctionHost> => {
  const { environment, watch = async (endpoint: string) => endpoint } = options;
  const endpoint = await watch(endpoints.aws);
  const gaps = gapEndpoints(await watch(endpoints.gaps));
  const host = await startFunctionHost({
    functions,
    endpoint,
    environment: { ...gaps, ...environment },
    clock,
  });
  started.defer(() => host.stop());
  return host;
};
