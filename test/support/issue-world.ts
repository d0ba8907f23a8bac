import {
  CreateUsagePlanCommand,
  GetUsagePlansCommand,
  paginateGetApiKeys,
} from '@aws-sdk/client-api-gateway';
import {
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateUserCommand, paginateListAccessKeys } from '@aws-sdk/client-iam';
import type { AuditEntry } from '../../functions/domain/audit-record.ts';
import type { Credential } from '../../functions/domain/credential.ts';
import { type IssueSettings, issueSchema } from '../../functions/domain/issue-settings.ts';
import { ownershipSchema, protectionSchema } from '../../functions/domain/settings.ts';
import type { Answer } from '../../functions/issue/answer.ts';
import type { IssueDeps } from '../../functions/issue/deps.ts';
import { issue } from '../../functions/issue/issue.ts';
import type { IssuedCredential } from '../../functions/issue/issuer.ts';
import type { ReconcileReport } from '../../functions/issue/reconcile.ts';
import { addPool } from '../contract/cognito-worlds.ts';
import { home, inMemory, type StandIn } from '../contract/stand-ins.ts';
import { MemoryLinks } from './memory-directory.ts';
import { MemoryIssuances } from './memory-issuances.ts';
import { MemoryRegistry } from './memory-registry.ts';
import { MemoryLosses, MemoryStanding } from './memory-stores.ts';

export const ada = { format: 'email', email: 'ada@acme.example' } as const;
export const adaKey = 'email:ada@acme.example';
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

const addPlan = async ({ admin }: StandIn, name: string): Promise<string> =>
  (await admin.apiGateway.send(new CreateUsagePlanCommand({ name }))).id ?? '';

/** An account with two usage plans, a user pool and Ada's IAM user, and what `issue` works with there. */
export const makeIssueWorld = async (aws: StandIn = inMemory(), more: object = {}) => {
  const [gold, silver] = [await addPlan(aws, 'gold'), await addPlan(aws, 'silver')];
  const pool = await addPool(aws);
  const settings: IssueSettings = issueSchema.parse({
    apiKeys: { usagePlans: [gold, silver], entitlements: ['partners', 'beta'] },
    accessKeys: { paths: ['/people/'] },
    oauthClients: { pools: [pool], scopes: ['shop/read', 'shop/write'] },
    ...more,
  });
  const audit: AuditEntry[] = [];
  const counted: string[] = [];
  const stores = {
    issuances: new MemoryIssuances(),
    registry: new MemoryRegistry(),
    links: new MemoryLinks(),
    losses: new MemoryLosses(),
    standing: new MemoryStanding(),
  };
  // Worlds share the local AWS: what one has issued must not be taken for another's.
  const own = crypto.randomUUID();
  let calls = 0;
  const deps: Omit<IssueDeps, 'requestId'> & typeof stores = {
    home: { ...home, region: pool.slice(0, pool.indexOf('_')) },
    settings,
    rules: { ownership: ownershipSchema.parse({}), protection: protectionSchema.parse({}) },
    clients: aws.clients,
    once: aws.clients,
    ...stores,
    record: async (entry) => {
      audit.push(entry);
    },
    count: (metric) => {
      counted.push(metric);
    },
    now: () => new Date(),
  };
  const run = (input: unknown, with_: Partial<IssueDeps> = {}) => {
    calls += 1;
    return issue(input, { ...deps, requestId: `${own}-${calls}`, ...with_ });
  };
  return {
    aws,
    ...stores,
    deps,
    audit,
    counted,
    gold,
    silver,
    pool,
    issue: async (input: object, with_?: Partial<IssueDeps>): Promise<Answer> =>
      (await run({ reason: 'partner integration', ...input }, with_)) as Answer,
    reconcile: async (with_?: Partial<IssueDeps>): Promise<ReconcileReport> =>
      (await run({ reconcile: true }, with_)) as ReconcileReport,
    addUser: async (name: string, Tags: Readonly<Record<string, string>> = {}, Path = '/people/') => {
      const tags = Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));
      await aws.admin.iam.send(new CreateUserCommand({ UserName: name, Path, Tags: tags }));
      return { kind: 'iam-user', account: home.account, region: 'global', id: name } as const;
    },
    rowOf: async (credential: Credential) => (await stores.registry.read([credential]))[0],
    due: async (): Promise<Credential[]> =>
      (await Array.fromAsync(stores.registry.dueBy(new Date().toISOString()))).map(
        ({ credential }) => credential,
      ),
    requests: {
      apiKey: { issue: 'api-key', owner: ada, usagePlan: gold },
      accessKey: { issue: 'access-key', owner: ada, user: 'ada' },
      oauthClient: { issue: 'oauth-client', owner: ada, pool, scopes: ['shop/read'] },
    },
  };
};
export type IssueWorld = Awaited<ReturnType<typeof makeIssueWorld>>;

/** One that exists, and whether anybody who has its secret could use it. */
export interface Existing {
  readonly credential: IssuedCredential;
  readonly live: boolean;
}

const apiKeysOf = async ({ aws, deps }: IssueWorld): Promise<Existing[]> => {
  const pages = await Array.fromAsync(paginateGetApiKeys({ client: aws.admin.apiGateway }, {}));
  return pages
    .flatMap(({ items = [] }) => items)
    .map(({ id = '', enabled }) => ({
      credential: { kind: 'api-gateway-key', ...deps.home, id },
      live: enabled === true,
    }));
};

const accessKeysOf = async ({ aws }: IssueWorld, users: readonly string[]): Promise<Existing[]> => {
  const found = users.map(async (UserName): Promise<Existing[]> => {
    const pages = await Array.fromAsync(paginateListAccessKeys({ client: aws.admin.iam }, { UserName }));
    return pages
      .flatMap(({ AccessKeyMetadata = [] }) => AccessKeyMetadata)
      .map(({ AccessKeyId: id = '', Status }) => ({
        credential: { kind: 'iam-access-key', account: home.account, region: 'global', id, user: UserName },
        live: Status === 'Active',
      }));
  });
  return (await Promise.all(found)).flat();
};

const appClientsOf = async ({ aws, deps, pool }: IssueWorld): Promise<Existing[]> => {
  const client = aws.admin.cognito;
  const pages = await Array.fromAsync(paginateListUserPoolClients({ client }, { UserPoolId: pool }));
  const ids = pages.flatMap(({ UserPoolClients = [] }) =>
    UserPoolClients.map(({ ClientId = '' }) => ClientId),
  );
  return Promise.all(
    ids.map(async (id): Promise<Existing> => {
      const describe = new DescribeUserPoolClientCommand({ UserPoolId: pool, ClientId: id });
      const { UserPoolClient } = await client.send(describe);
      return {
        credential: { kind: 'cognito-app-client', ...deps.home, id: `${pool}/${id}`, pool, client: id },
        live: UserPoolClient?.AllowedOAuthFlowsUserPoolClient === true,
      };
    }),
  );
};

/** All that exists on AWS, seen by an administrator. */
export const existing = async (world: IssueWorld, users: readonly string[] = []): Promise<Existing[]> => [
  ...(await apiKeysOf(world)),
  ...(await accessKeysOf(world, users)),
  ...(await appClientsOf(world)),
];

export const plansOf = async ({ aws }: IssueWorld, keyId: string): Promise<string[]> =>
  ((await aws.admin.apiGateway.send(new GetUsagePlansCommand({ keyId }))).items ?? []).map(
    ({ id = '' }) => id,
  );
