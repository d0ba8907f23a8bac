import { CreateUsagePlanCommand } from '@aws-sdk/client-api-gateway';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import type { Template } from './assembly.ts';
import { restApiOf } from './gateway-routes.ts';
import type { LocalClients } from './local-clients.ts';
import { type PhysicalIds, refsIn } from './physical-ids.ts';
import { atLocalAws } from './queue-address.ts';

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
  SignalFunction: name,
  /** ARNs. */
  OktaHookSecret: name,
  ScimSecret: name,
  EntraSecret: name,
  IdentityEventsDeadLetters: name,
  RevocationsDeadLetters: name,
  RevocationsApiGatewayDeadLetters: name,
  VerificationsDeadLetters: name,
  ProtectedApi: name,
  ProtectedUsagePlan: name,
  /** Not an output of the stack: it is literal in the template. */
  ProtectedStage: name,
});

export type Outputs = z.output<typeof outputsSchema>;

/** moto 5.2 makes nothing of `AWS::ApiGateway::UsagePlan` and leaves its output out: made by hand then. */
const makeUsagePlan = async (
  apiId: string,
  stage: string,
  { apiGateway }: Pick<LocalClients, 'apiGateway'>,
): Promise<string | undefined> => {
  const plan = { name: 'cutoff-partners', apiStages: [{ apiId, stage }] };
  const { id } = await apiGateway.send(new CreateUsagePlanCommand(plan));
  return id;
};

interface Deployed {
  readonly stack: Stack;
  readonly template: Template;
  readonly ids: PhysicalIds;
}

/** As the stack tells them, and what it leaves out though the template has it. */
const valuesOf = ({ stack, template, ids }: Deployed, endpoint: string): Record<string, string> => {
  const inTemplate = Object.entries(template.Outputs ?? {}).map(([key, { Value }]) => [key, Value]);
  const told = (stack.Outputs ?? []).flatMap(({ OutputKey = '', OutputValue }) =>
    OutputValue ? [[OutputKey, atLocalAws(OutputValue, endpoint)]] : [],
  );
  return { ...refsIn(Object.fromEntries(inTemplate), ids), ...Object.fromEntries(told) };
};

export const outputsOf = async (
  deployed: Deployed,
  { endpoint, ...clients }: LocalClients,
): Promise<Outputs> => {
  const values: Record<string, string | undefined> = valuesOf(deployed, endpoint);
  const ProtectedStage = restApiOf(deployed.template).stage;
  values.ProtectedUsagePlan ||= await makeUsagePlan(values.ProtectedApi ?? '', ProtectedStage, clients);
  const parsed = outputsSchema.safeParse({ ...values, ProtectedStage });
  if (parsed.success) return parsed.data;
  throw new Error(`the stack has no output ${parsed.error.issues[0]?.path.join('.')}`);
};
