import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe } from 'vitest';
import type { ApiGatewayKey, Credential, IamAccessKey } from '../../functions/domain/credential.ts';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import { enforcementSchema } from '../../functions/domain/enforcement-settings.ts';
import { buildSweepSources } from '../../functions/sweep/sources/index.ts';
import type { SweepSource } from '../../functions/sweep/sweep-source.ts';
import { ApiKeyUsage } from '../../infra/local/api-key-usage.ts';
import { EventHistory } from '../../infra/local/event-history.ts';
import type { HttpServer } from '../../infra/local/http-server.ts';
import { type LocalAws, startLocalAws } from '../../infra/local/local-aws.ts';
import { startMotoGaps } from '../../infra/local/moto-gaps.ts';
import { FakeApiGateway, fakeApiGateway } from './fake-api-gateway.ts';
import { fakeCognito } from './fake-cognito.ts';
import { FakeIam, fakeIam } from './fake-iam.ts';
import { fakeSecretsManager } from './fake-secrets-manager.ts';
import { home, type StandIn, standInFor } from './stand-ins.ts';

/** AWS as one test of a source sees it, and what its users do there today. */
export interface UsedStandIn extends StandIn {
  useAccessKey(key: IamAccessKey, secret: string): Promise<unknown>;
  useApiKey(plan: string, key: ApiGatewayKey): void;
}

export interface InMemory extends UsedStandIn {
  readonly iam: FakeIam;
  readonly apiGateway: FakeApiGateway;
}

export const today = () => new Date().toISOString().slice(0, 10);

export const inMemory = (pageSize = 2): InMemory => {
  const iam = new FakeIam(pageSize);
  const apiGateway = new FakeApiGateway(pageSize);
  const answers = {
    iam: fakeIam(pageSize, iam),
    apiGateway: fakeApiGateway(pageSize, apiGateway),
    cognito: fakeCognito(pageSize),
    secretsManager: fakeSecretsManager(pageSize),
  };
  return {
    ...standInFor(answers),
    iam,
    apiGateway,
    useAccessKey: async ({ id }) => iam.usedAt.set(id, new Date()),
    useApiKey: (plan, { id }) => apiGateway.plan(plan).used.set(`${id} ${today()}`, 3),
  };
};

const onMoto = (endpoint: string, usage: ApiKeyUsage): UsedStandIn => ({
  ...standInFor({}, endpoint),
  useAccessKey: (key, secretAccessKey) => {
    const credentials = { accessKeyId: key.id, secretAccessKey };
    return new IAMClient({ region: home.region, endpoint, credentials }).send(new ListUsersCommand({}));
  },
  useApiKey: (plan, { id }) => usage.count(plan, id),
});

/** The same suite twice: in memory, and on moto behind the stand-in for what moto lacks. */
export const onEveryUsedStandIn = (suite: (standIn: () => UsedStandIn) => void): void => {
  describe('in memory', () => suite(inMemory));
  describe('on moto', () => {
    const usage = new ApiKeyUsage();
    let local: LocalAws;
    let gaps: HttpServer;
    beforeAll(async () => {
      local = await startLocalAws();
      gaps = await startMotoGaps({ endpoint: local.endpoint, history: new EventHistory(), usage });
    });
    afterAll(async () => {
      await gaps?.close();
      await local?.stop();
    });
    suite(() => onMoto(gaps.url, usage));
  });
};

export interface Sourced {
  readonly source: SweepSource;
  /** What was paced, in order. */
  readonly paced: number[];
}

interface Settings {
  readonly pools?: string[];
  readonly apiKeyHeader?: string;
  readonly now?: () => Date;
}

/** The source of a kind, as functions build it. */
export const sourceOf = (
  { clients }: StandIn,
  kind: Credential['kind'],
  { pools = [], apiKeyHeader, now = () => new Date() }: Settings = {},
): Sourced => {
  const paced: number[] = [];
  const sources = buildSweepSources({
    clients,
    home,
    paceFor: () => async (calls) => void paced.push(calls),
    now,
    settings: credentialsSchema.parse({ cognitoUserPools: pools, storedSecrets: true }),
    enforcement: enforcementSchema.parse({ ...(apiKeyHeader && { apiKeyHeader }) }),
  });
  const source = sources.find(({ kinds }) => kinds.some((one) => one === kind));
  if (!source) throw new Error(`no source has ${kind}`);
  return { source, paced };
};
