/// <reference lib="esnext.disposable" />
import { ApiKeyUsage } from './api-key-usage.ts';
import { AuthorizerCaches } from './authorizer-caches.ts';
import { deployLocally } from './deploy.ts';
import { type HostOptions, startDeployedHost } from './deployed-host.ts';
import { EventHistory } from './event-history.ts';
import { type GatewayStarter, gatewayStarter } from './gateway-starter.ts';
import { type LeakReporter, startLeakReporter } from './leak-reporter.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from './local-aws.ts';
import { type LocalClients, localClients } from './local-clients.ts';
import { newRunFolder } from './local-folder.ts';
import { planPlaces, startGateways } from './local-gateways.ts';
import { startServers } from './local-servers.ts';
import { localSettings } from './local-settings.ts';
import { startMotoGaps } from './moto-gaps.ts';
import type { ScheduledRun } from './schedules.ts';
import type { Outputs } from './stack-outputs.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';
import { type Span, TravellingClock } from './travelling-clock.ts';
import { makeUsagePlans } from './usage-plans.ts';

type Settings = Readonly<Record<string, unknown>>;

/** What is known before anything is deployed. */
export interface Planned {
  /** Where the protected API will be, without a slash at the end. */
  readonly gateway: string;
  readonly issuer: TokenIssuer;
}

export interface LocalCutoffOptions extends LocalAwsOptions, HostOptions {
  /**
   * Over the local settings, one by one (`infra/stage-config.ts`); the protected API is always there. A function is
   * called when the local AWS is up and nothing is deployed yet, for settings that name what it makes there first.
   */
  readonly settings?: Settings | ((clients: LocalClients, planned: Planned) => Promise<Settings>);
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
  /** What flushes of authorizers' caches reach. */
  readonly caches: AuthorizerCaches;
  /** What GetUsage tells: the gateways count. */
  readonly usage: ApiKeyUsage;
  /**
   * Of the protected API, of the token API, where providers push signals to, and of services that the local AWS lacks in
   * part.
   */
  readonly urls: Readonly<Record<'gateway' | 'tokens' | 'signals' | 'lambda' | 'gaps', string>>;
  /** Runs a deployed function, such as `outputs.UpkeepFunction`; rejects with the error that it threw. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** What the stack does by the clock: here nobody does, unless `schedule-runner.ts` is told to. */
  readonly schedules: readonly ScheduledRun[];
  /** What the functions take for now, and the issuer of tokens, and results of authorizers that are kept. */
  now(): Date;
  /** It is so much later for all of them from their next invocation on. The local AWS, queues and timers stay. */
  travel(span: Span): void;
  /** One more API, of another template, behind the deployed authorizer. Ends with everything else. */
  readonly startGateway: GatewayStarter;
  /** Ends everything that was started. May be called more than once. */
  stop(): Promise<void>;
}

interface Kept {
  readonly history: EventHistory;
  readonly caches: AuthorizerCaches;
  readonly usage: ApiKeyUsage;
  readonly now: () => Date;
}

/** moto needs something in front of it; what the user brought along is asked itself. */
const startGaps = async (aws: LocalAws, started: AsyncDisposableStack, kept: Kept) => {
  if (!aws.own) return aws.endpoint;
  const gaps = await startMotoGaps({ endpoint: aws.endpoint, ...kept });
  started.defer(() => gaps.close());
  return gaps.url;
};

const startHelpers = async (
  started: AsyncDisposableStack,
  options: LocalCutoffOptions,
  clock: TravellingClock,
) => {
  const aws = await startLocalAws(options);
  started.defer(() => aws.stop());
  const issuer = await startTokenIssuer({ now: () => clock.now() });
  started.defer(() => issuer.close());
  const leaks = await startLeakReporter();
  started.defer(() => leaks.close());
  const folder = await newRunFolder();
  started.defer(() => folder.remove());
  return { aws, issuer, leaks, folder: folder.path };
};

/** Each thing is ended in the reverse order of its start, so nothing loses what it still leans on. */
const start = async (
  started: AsyncDisposableStack,
  options: LocalCutoffOptions,
): Promise<Omit<LocalCutoff, 'stop'>> => {
  const clock = new TravellingClock();
  const { aws, issuer, leaks, folder } = await startHelpers(started, options, clock);
  const now = () => clock.now();
  const kept = { history: new EventHistory(), caches: new AuthorizerCaches(), usage: new ApiKeyUsage(now) };
  const gaps = await startGaps(aws, started, { ...kept, now });
  const clients = localClients(aws.endpoint, gaps);
  const places = await planPlaces();
  const { settings } = options;
  const gateway = places.gateway.url;
  const chosen = typeof settings === 'function' ? await settings(clients, { gateway, issuer }) : settings;
  const plans = await makeUsagePlans(clients);
  const usual = localSettings(issuer, leaks, { plans, tokenIssuer: places.tokens.url });
  const config = { ...usual, ...chosen, protectedApi: true };
  const stack = await deployLocally({ clients, config, folder, plans });
  const endpoints = { aws: aws.endpoint, gaps };
  const host = await startDeployedHost({ stack, endpoints, clock, options }, started);
  const { invoke } = host;
  const { outputs, template, schedules } = stack;
  const { caches, usage } = kept;
  const { apiGateway, iam } = clients;
  const authorizer = { functionName: outputs.AuthorizeFunction, invoke };
  const startGateway = gatewayStarter({ ...authorizer, apiGateway, iam, caches, usage, now }, started);
  await startGateways(startGateway, { template, outputs, places, invoke });
  const servers = await startServers({ stack, host, clients, log: options.log }, started);
  const urls = { gateway, tokens: places.tokens.url, ...servers, gaps };
  const travel = (span: Span) => clock.travel(span);
  const helpers = { aws, clients, issuer, leaks, ...kept };
  return { ...helpers, outputs, schedules, urls, invoke, now, travel, startGateway };
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
