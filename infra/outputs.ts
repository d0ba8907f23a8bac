import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Alarms } from './constructs/alarms.ts';
import type { Functions } from './constructs/functions.ts';
import type { ProtectedApi } from './constructs/protected-api.ts';
import type { Deployed } from './environment.ts';

export interface Exposed extends Deployed {
  readonly functions: Functions;
  readonly alarms: Alarms;
  readonly protectedApi: ProtectedApi | undefined;
}

const valuesOf = ({ stores, queues, identity, functions, alarms, protectedApi }: Exposed) => ({
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
  SweepFunction: functions.sweep.lambda.functionName,
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
  for (const [name, value] of Object.entries(valuesOf(exposed))) new CfnOutput(stack, name, { value });
};
