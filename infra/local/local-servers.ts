/// <reference lib="esnext.disposable" />
import type { LocalStack } from './deploy.ts';
import type { FunctionHost } from './function-host.ts';
import { startLambdaEndpoint } from './lambda-endpoint.ts';
import type { LocalAwsOptions } from './local-aws.ts';
import type { LocalClients } from './local-clients.ts';
import { startQueueRunner } from './queue-runner.ts';
import { startSignalGateway } from './signal-gateway.ts';

interface Served {
  readonly stack: LocalStack;
  readonly host: FunctionHost;
  readonly clients: LocalClients;
  readonly log: LocalAwsOptions['log'];
}

const startQueueRunners = async (served: Served, started: AsyncDisposableStack): Promise<void> => {
  const { stack, host, clients, log = () => undefined } = served;
  const { sqs, endpoint } = clients;
  for (const mapping of stack.mappings) {
    const runner = await startQueueRunner({ mapping, sqs, endpoint, invoke: host.invoke, log });
    started.defer(() => runner.stop());
  }
};

/** What calls the deployed functions, beside the gateways: their queues, Lambda's own API, providers. */
export const startServers = async (served: Served, started: AsyncDisposableStack) => {
  await startQueueRunners(served, started);
  const { stack, host, clients } = served;
  const lambda = await startLambdaEndpoint({ host, endpoint: clients.endpoint });
  started.defer(() => lambda.close());
  const { SignalFunction } = stack.outputs;
  const signals = await startSignalGateway({ invoke: (event) => host.invoke(SignalFunction, event) });
  started.defer(() => signals.close());
  return { lambda: lambda.url, signals: signals.url };
};
