import { Aws } from 'aws-cdk-lib';
import type { variables } from '../functions/shared/env.ts';
import type { IdentityEvents } from './constructs/identity-events.ts';
import type { Notices } from './constructs/notices.ts';
import type { SignalSecrets } from './constructs/signal-secrets.ts';
import type { Stores } from './constructs/stores.ts';
import type { SweepPolicies } from './constructs/sweep-policies.ts';
import type { TokenService } from './constructs/token-service.ts';
import type { WorkQueues } from './constructs/work-queues.ts';
import { checkSize, settingsFor } from './environment-settings.ts';
import type { StageConfig } from './stage-config.ts';

/** Lambda sets the region by itself, and whose roles are ours is known once the functions are there. */
type Variable =
  | Exclude<keyof typeof variables, 'AWS_REGION' | 'OWN_ROLES' | IssueVariable>
  | 'AUTHORIZER'
  | 'CLOCK_SKEW_SECONDS';

/** There where the settings name what may be issued. */
type IssueVariable = 'ISSUE' | 'TOKEN_ISSUER' | 'TOKEN_KEY';

/** Of `receive-signal` alone, and there where the settings ask for it. */
type SignalVariable = 'SIGNALS' | 'OKTA_HOOK_SECRET' | 'SCIM_SECRET' | 'ENTRA_SECRET';

export type Environment = Readonly<Record<Variable, string>> &
  Readonly<Partial<Record<SignalVariable | IssueVariable, string>>>;

export interface Deployed {
  readonly config: StageConfig;
  readonly stores: Stores;
  readonly queues: WorkQueues;
  readonly identity: IdentityEvents;
  readonly secrets: SignalSecrets | undefined;
  readonly policies: SweepPolicies;
  readonly notices: Notices;
  readonly tokens: TokenService | undefined;
}

const forIssuing = ({ config, tokens }: Deployed): Partial<Record<IssueVariable, string>> => ({
  ...(config.issue && { ISSUE: JSON.stringify(config.issue) }),
  ...(tokens && { TOKEN_ISSUER: tokens.issuer.issuer, TOKEN_KEY: tokens.keyId }),
});

const forSignals = ({ config, secrets }: Deployed): Partial<Record<SignalVariable, string>> => {
  if (!config.signals) return {};
  const { oktaHook, scim, entra } = secrets?.arns ?? {};
  return {
    SIGNALS: JSON.stringify(config.signals),
    ...(oktaHook && { OKTA_HOOK_SECRET: oktaHook }),
    ...(scim && { SCIM_SECRET: scim }),
    ...(entra && { ENTRA_SECRET: entra }),
  };
};

export const environmentOf = (deployed: Deployed): Environment => {
  const { config, stores, queues, identity } = deployed;
  const settings = settingsFor(config, deployed.tokens?.issuer);
  checkSize(settings);
  return {
    ACCOUNT_ID: Aws.ACCOUNT_ID,
    REGISTRY_TABLE: stores.registry.table.tableName,
    REVOCATIONS_TABLE: stores.revocations.table.tableName,
    DENYLIST_TABLE: stores.denylist.table.tableName,
    AUDIT_TABLE: stores.audit.table.tableName,
    IDENTITY_EVENTS_QUEUE_URL: queues.identityEvents.queue.queueUrl,
    REVOCATIONS_QUEUE_URL: queues.revocations.queue.queueUrl,
    APIGATEWAY_QUEUE_URL: queues.apiGateway.queue.queueUrl,
    VERIFICATIONS_QUEUE_URL: queues.verifications.queue.queueUrl,
    SWEEPS_QUEUE_URL: queues.sweeps.queue.queueUrl,
    SWEEP_PARAMETER: deployed.policies.parameterName,
    NOTICES_TOPIC: deployed.notices.topicArn,
    EVENT_BUS: identity.busName,
    ...settings,
    INDEX_SECRETS: String(config.signals?.github !== undefined),
    HOLD: JSON.stringify({ days: config.holdDays, removal: config.removal }),
    BLOCKED_DAYS: String(config.blockedDays),
    CLOCK_SKEW_SECONDS: String(config.clockSkewSeconds),
    ...forSignals(deployed),
    ...forIssuing(deployed),
  };
};
