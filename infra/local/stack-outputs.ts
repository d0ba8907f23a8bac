import type { Stack } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import type { Template } from './assembly.ts';
import { restApiOf } from './gateway-routes.ts';
import type { LocalClients } from './local-clients.ts';
import { type PhysicalIds, refsIn } from './physical-ids.ts';
import { atLocalAws } from './queue-address.ts';
import { openStage, type UsagePlans } from './usage-plans.ts';

const name = z.string().min(1);

/** Named in `infra/outputs.ts`; those that local runs go by. */
const outputsSchema = z.object({
  EventBus: name,
  RegistryTable: name,
  RevocationsTable: name,
  DenylistTable: name,
  AuditTable: name,
  IngestFunction: name,
  RevokeFunction: name,
  VerifyFunction: name,
  OperatorFunction: name,
  AuthorizeFunction: name,
  UpkeepFunction: name,
  SweepFunction: name,
  ExpireFunction: name,
  /** Where the settings have `issue`. */
  IssueFunction: name.optional(),
  TokenFunction: name.optional(),
  TokenIssuer: name.optional(),
  TokenApi: name.optional(),
  TokenUsagePlan: name.optional(),
  SignalFunction: name,
  /** ARNs. */
  OktaHookSecret: name,
  ScimSecret: name,
  EntraSecret: name,
  IdentityEventsDeadLetters: name,
  RevocationsDeadLetters: name,
  RevocationsApiGatewayDeadLetters: name,
  VerificationsDeadLetters: name,
  SweepsDeadLetters: name,
  /** ARN. */
  NoticesTopic: name,
  ProtectedApi: name,
  ProtectedUsagePlan: name,
  /** Not an output of the stack: it is literal in the template. */
  ProtectedStage: name,
});

export type Outputs = z.output<typeof outputsSchema>;

interface Deployed {
  readonly stack: Stack;
  readonly template: Template;
  readonly ids: PhysicalIds;
  readonly plans: UsagePlans;
}

/** Names of the REST APIs in the template. */
export const restApis = { protected: 'cutoff-protected', tokens: 'cutoff-tokens' } as const;

/** As the stack tells them, and what it leaves out though the template has it. */
const valuesOf = (
  { stack, template, ids }: Omit<Deployed, 'plans'>,
  endpoint: string,
): Record<string, string> => {
  const inTemplate = Object.entries(template.Outputs ?? {}).map(([key, { Value }]) => [key, Value]);
  const told = (stack.Outputs ?? []).flatMap(({ OutputKey = '', OutputValue }) =>
    OutputValue ? [[OutputKey, atLocalAws(OutputValue, endpoint)]] : [],
  );
  return { ...refsIn(Object.fromEntries(inTemplate), ids), ...Object.fromEntries(told) };
};

type Values = Record<string, string | undefined>;

/** Each plan where the local AWS has not made the template's. */
const withPlans = async (
  values: Values,
  { template, plans }: Deployed,
  clients: Pick<LocalClients, 'apiGateway'>,
): Promise<Values> => {
  const { ProtectedApi, TokenApi } = values;
  const ProtectedStage = restApiOf(template, restApis.protected).stage;
  if (ProtectedApi && !values.ProtectedUsagePlan)
    await openStage(plans.partners, { apiId: ProtectedApi, stage: ProtectedStage }, clients);
  if (TokenApi && !values.TokenUsagePlan) {
    const { stage } = restApiOf(template, restApis.tokens);
    await openStage(plans.tokens, { apiId: TokenApi, stage }, clients);
  }
  return {
    ProtectedUsagePlan: plans.partners,
    ...(TokenApi && { TokenUsagePlan: plans.tokens }),
    ...values,
    ProtectedStage,
  };
};

export const outputsOf = async (
  deployed: Deployed,
  { endpoint, ...clients }: LocalClients,
): Promise<Outputs> => {
  const values = await withPlans(valuesOf(deployed, endpoint), deployed, clients);
  const parsed = outputsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new Error(`the stack has no output ${parsed.error.issues[0]?.path.join('.')}`);
};
