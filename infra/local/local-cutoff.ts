/// <reference lib="esnext.disposable" />
import { deployLocally, type LocalStack } from './deploy.ts';
import { EventHistory } from './event-history.ts';
import { type FunctionHost, startFunctionHost } from './function-host.ts';
import { startGateway } from './gateway.ts';
import { startLambdaEndpoint } from './lambda-endpoint.ts';
import { type LeakReporter, startLeakReporter } from './leak-reporter.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from './local-aws.ts';
import { type LocalClients, localClients } from './local-clients.ts';
import { newRunFolder } from './local-folder.ts';
import { localSettings } from './local-settings.ts';
import { startMotoGaps } from './moto-gaps.ts';
import { startQueueRunner } from './queue-runner.ts';
import { startSignalGateway } from './signal-gateway.ts';
import type { Outputs } from './stack-outputs.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

type Settings = Readonly<Record<string, unknown>>;

export interface LocalCutoffOptions extends LocalAwsOptions {
  /**
   * Over the local settings, one by one (`infra/stage-config.ts`); the protected API is always there. A function is
   * called when the local AWS is up and nothing is deployed yet, for settings that name what it makes there first.
   */
  readonly settings?: Settings | ((clients: LocalClients) => Promise<Settings>);
  /** Variables for every function, on top of its own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface LocalCutoff {
  readonly aws: Pick<LocalAws, 'endpoint' | 'own'>;
  readonly outputs: Outputs;
  readonly clients: LocalClients;
  readonly issuer: TokenIssuer;
  /** Reports leaked secrets, as GitHub does. */
  readonly leaks: LeakReporter;
  /** What LookupEvents of CloudTrail finds, where the local AWS is our own. */
  readonly history: EventHistory;
  /** Of the protected API, where providers push signals to, and of services that the local AWS lacks in part. */
  readonly urls: Readonly<Record<'gateway' | 'signals' | 'lambda' | 'iam' | 'cloudTrail', string>>;
  /** Runs a deployed function, such as `outputs.SweepFunction`; rejects with the error that it threw. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Ends everything that was started. May be called more than once. */
  stop(): Promise<void>;
}

interface Served {
  readonly stack: LocalStack;
  readonly host: FunctionHost;
  readonly clients: LocalClients;
}

const startQueueRunners = async (
  served: Served,
  started: AsyncDisposableStack,
  options: LocalCutoffOptions,
) => {
  const { stack, host, clients } = served;
  const { sqs, endpoint } = clients;
  const { log = () => undefined } = options;
  for (const mapping of stack.mappings) {
    const runner = await startQueueRunner({ mapping, sqs, endpoint, invoke: host.invoke, log });
    started.defer(() => runner.stop());
  }
};

const startServers = async ({ stack, host, clients }: Served, started: AsyncDisposableStack) => {
  const { AuthorizeFunction, SignalFunction } = stack.outputs;
  const gateway = await startGateway({
    template: stack.template,
    apiGateway: clients.apiGateway,
    invokeAuthorizer: (event) => host.invoke(AuthorizeFunction, event),
  });
  started.defer(() => gateway.close());
  const lambda = await startLambdaEndpoint({ host, endpoint: clients.endpoint });
  started.defer(() => lambda.close());
  const signals = await startSignalGateway({ invoke: (event) => host.invoke(SignalFunction, event) });
  started.defer(() => signals.close());
  return { gateway: gateway.url, lambda: lambda.url, signals: signals.url };
};

/** moto needs something in front of it; what the user brought along is asked itself. */
const startGaps = async (aws: LocalAws, started: AsyncDisposableStack, history: EventHistory) => {
  if (!aws.own) return aws.endpoint;
  const gaps = await startMotoGaps({ endpoint: aws.endpoint, history });
  started.defer(() => gaps.close());
  return gaps.url;
};

/** Each thing is ended in the reverse order of its start, so nothing loses what it still leans on. */
const start = async (
  started: AsyncDisposableStack,
  options: LocalCutoffOptions,
): Promise<Omit<LocalCutoff, 'stop'>> => {
  const aws = await startLocalAws(options);
  started.defer(() => aws.stop());
  const issuer = await startTokenIssuer();
  started.defer(() => issuer.close());
  const leaks = await startLeakReporter();
  started.defer(() => leaks.close());
  const folder = await newRunFolder();
  started.defer(() => folder.remove());

  const history = new EventHistory();
  const gaps = await startGaps(aws, started, history);
  const clients = localClients(aws.endpoint, gaps);
  const { settings } = options;
  const chosen = typeof settings === 'function' ? await settings(clients) : settings;
  const config = { ...localSettings(issuer, leaks), ...chosen, protectedApi: true };
  const stack = await deployLocally({ clients, config, folder: folder.path });
  const host = await startFunctionHost({
    functions: stack.functions,
    endpoint: aws.endpoint,
    environment: {
      AWS_ENDPOINT_URL_IAM: gaps,
      AWS_ENDPOINT_URL_CLOUDTRAIL: gaps,
      ...options.environment,
    },
  });
  started.defer(() => host.stop());
  const served = { stack, host, clients };
  await startQueueRunners(served, started, options);
  const urls = { ...(await startServers(served, started)), iam: gaps, cloudTrail: gaps };
  return { aws, outputs: stack.outputs, clients, issuer, leaks, history, urls, invoke: host.invoke };
};

/**
 * All of Cutoff on this machine: the template that `cdk deploy` takes, at a local AWS, with its real bundles. A
 * failed start stops what was started and rejects with one clear sentence.
 */
export const startLocalCutoff = async (options: LocalCutoffOptions = {}): Promise<LocalCutoff> => {
  const started = new AsyncDisposableStack();
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= started.disposeAsync();
    return stopping;
  };
  try {
    return { ...(await start(started, options)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
