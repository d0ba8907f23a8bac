import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Alarms } from './constructs/alarms.ts';
import type { Functions } from './constructs/functions.ts';
import type { ProtectedApi } from './constructs/protected-api.ts';
import type { SignalEndpoint } from './constructs/signal-endpoint.ts';
import type { Deployed } from './environment.ts';

export interface Exposed extends Deployed {
  readonly functions: Functions;
  readonly alarms: Alarms;
  readonly protectedApi: ProtectedApi | undefined;
  readonly endpoint: SignalEndpoint | undefined;
}

/** ARNs of the secrets: their values are for the provider and for nobody's log. */
const signalValuesOf = ({ functions, endpoint, secrets }: Exposed) => ({
  ...(endpoint && { SignalEndpoint: endpoint.url }),
  ...(functions.receiveSignal && { SignalFunction: functions.receiveSignal.lambda.functionName }),
  ...(secrets?.arns.oktaHook && { OktaHookSecret: secrets.arns.oktaHook }),
  ...(secrets?.arns.scim && { ScimSecret: secrets.arns.scim }),
  ...(secrets?.arns.entra && { EntraSecret: secrets.arns.entra }),
});

const valuesOf = ({
  stores,
  queues,
  identity,
  functions,
  alarms,
  protectedApi,
  notices,
  tokens,
}: Exposed) => ({
  EventBus: identity.busName,
  RegistryTable: stores.registry.table.tableName,
  RevocationsTable: stores.revocations.table.tableName,
  DenylistTable: stores.denylist.table.tableName,
  AuditTable: stores.audit.table.tableName,
  IngestFunction: functions.ingest.lambda.functionName,
  RevokeFunction: functions.revoke.lambda.functionName,
  VerifyFunction: functions.verify.lambda.functionName,
  OperatorFunction: functions.operator.lambda.functionName,
  AuthorizeFunction: functions.authorize.lambda.functionName,
  UpkeepFunction: functions.upkeep.lambda.functionName,
  SweepFunction: functions.sweep.lambda.functionName,
  ExpireFunction: functions.expire.lambda.functionName,
  NoticesTopic: notices.topicArn,
  ...(functions.issue && { IssueFunction: functions.issue.lambda.functionName }),
  ...(functions.token && { TokenFunction: functions.token.lambda.functionName }),
  ...(tokens && {
    TokenIssuer: tokens.issuer.issuer,
    TokenApi: tokens.api.restApiId,
    TokenUsagePlan: tokens.usagePlan.usagePlanId,
    TokenKey: tokens.keyId,
  }),
  SweepsDeadLetters: queues.sweeps.deadLetters.queue.queueUrl,
  AuthorizeFunctionArn: functions.authorize.lambda.functionArn,
  AlertsTopic: alarms.topic.topicArn,
  IdentityEventsDeadLetters: queues.identityEvents.deadLetters.queue.queueUrl,
  RevocationsDeadLetters: queues.revocations.deadLetters.queue.queueUrl,
  RevocationsApiGatewayDeadLetters: queues.apiGateway.deadLetters.queue.queueUrl,
  VerificationsDeadLetters: queues.verifications.deadLetters.queue.queueUrl,
  UndeliveredEvents: queues.undelivered.queue.queueUrl,
  ...(protectedApi && {
    ProtectedApi: protectedApi.api.restApiId,
    ProtectedUsagePlan: protectedApi.usagePlan.usagePlanId,
  }),
});

/** Names that people and the local runner go by. */
export const addOutputs = (stack: Stack, exposed: Exposed): void => {
  const values = { ...valuesOf(exposed), ...signalValuesOf(exposed) };
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
};
