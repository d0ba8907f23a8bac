import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { sources } from '../functions/sources/index.ts';
import { Alarms } from './constructs/alarms.ts';
import { AuthorizerCaches } from './constructs/authorizer-caches.ts';
import { CanaryAccess } from './constructs/canary.ts';
import { CredentialKinds } from './constructs/credential-kinds.ts';
import { Directories } from './constructs/directories.ts';
import { Functions } from './constructs/functions.ts';
import { IdentityEvents } from './constructs/identity-events.ts';
import { Issuing } from './constructs/issuing.ts';
import { Notices } from './constructs/notices.ts';
import { ProtectedApi } from './constructs/protected-api.ts';
import { SignalEndpoint } from './constructs/signal-endpoint.ts';
import { SignalSecrets } from './constructs/signal-secrets.ts';
import { Stores } from './constructs/stores.ts';
import { SweepPolicies } from './constructs/sweep-policies.ts';
import { TokenService } from './constructs/token-service.ts';
import { WorkQueues } from './constructs/work-queues.ts';
import { environmentOf } from './environment.ts';
import { addOutputs } from './outputs.ts';
import { grantPermissions } from './permissions.ts';
import { addSchedules } from './schedules.ts';
import type { StageConfig } from './stage-config.ts';
import { raiseAlarms } from './watches.ts';

export interface RevocationStackProps extends StackProps {
  readonly config: StageConfig;
}

/** Composition only: identity events → ingest → revoke → verify, with stores beneath and alarms above. */
export class RevocationStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: RevocationStackProps) {
    super(scope, id, props);
    const stores = new Stores(this, 'Stores');
    const queues = new WorkQueues(this, 'Queues');
    const identity = new IdentityEvents(this, 'Identity', { busName: config.identityBusName });
    const { signals } = config;
    const secrets = signals && new SignalSecrets(this, 'SignalSecrets', { signals });
    const policies = new SweepPolicies(this, 'SweepPolicies', config);
    const notices = new Notices(this, 'Notices', { email: config.noticeEmail });
    const tokenSettings = config.issue?.tokens;
    const tokens = tokenSettings && new TokenService(this, 'Tokens', { tokens: tokenSettings });
    const deployed = { config, stores, queues, identity, secrets, policies, notices, tokens };
    const functions = new Functions(this, 'Functions', { environment: environmentOf(deployed) });

    const kinds = new CredentialKinds(this, 'Credentials', config);
    const directories = new Directories(this, 'Directories', config);
    const caches = new AuthorizerCaches(this, 'AuthorizerCaches', config);
    const { denylist } = stores;
    const canary = new CanaryAccess(this, 'Canary', { ...config, denylist });
    const issuing = new Issuing(this, 'Issuing', config);
    grantPermissions(functions, { ...deployed, kinds, directories, caches, canary, issuing });

    const { identityEvents: to, undelivered } = queues;
    identity.feed(to, undelivered);
    for (const source of sources) {
      identity.listen(source, { to, undelivered, partnerBus: config.sources[source.name]?.bus });
    }
    const { receiveSignal, token } = functions;
    if (token) tokens?.serve({ ...functions, token });
    const endpoint = receiveSignal && new SignalEndpoint(this, 'Signals', { receiveSignal });
    queues.identityEvents.workedBy(functions.ingest, { batchSize: 10, maxConcurrency: 10 });
    queues.revocations.workedBy(functions.revoke, { batchSize: 1, maxConcurrency: 5 });
    queues.apiGateway.workedBy(functions.revoke, { batchSize: 1, maxConcurrency: 2 });
    queues.verifications.workedBy(functions.verify, { batchSize: 5, maxConcurrency: 5 });
    queues.sweeps.workedBy(functions.sweep, { batchSize: 1, maxConcurrency: 5 });
    stores.audit.watchWith(functions.auditWatch);
    addSchedules(this, { config, functions, queues });

    const alarms = new Alarms(this, 'Alarms', { email: config.alertEmail });
    raiseAlarms(alarms, queues, functions);
    const protectedApi = config.protectedApi ? new ProtectedApi(this, 'Hello', functions) : undefined;
    addOutputs(this, { ...deployed, functions, alarms, protectedApi, endpoint });
  }
}
