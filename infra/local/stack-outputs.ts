import { CreateUsagePlanCommand } from '@aws-sdk/client-api-gateway';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import type { Template } from './assembly.ts';
import { restApiOf } from './gateway-routes.ts';
import type { LocalClients } from './local-clients.ts';
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
  SweepFunction: name,
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

export const outputsOf = async (
  { Outputs: list = [] }: Stack,
  template: Template,
  { endpoint, ...clients }: LocalClients,
): Promise<Outputs> => {
  const values: Record<string, string | undefined> = Object.fromEntries(
    list.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, atLocalAws(OutputValue, endpoint)]),
  );
  values.ProtectedStage = restApiOf(template).stage;
  values.ProtectedUsagePlan ||= await makeUsagePlan(
    values.ProtectedApi ?? '',
    values.ProtectedStage,
    clients,
  );
  const parsed = outputsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new Error(`the stack has no output ${parsed.error.issues[0]?.path.join('.')}`);
};
