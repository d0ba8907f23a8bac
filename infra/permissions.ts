import type { AuthorizerCaches } from './constructs/authorizer-caches.ts';
import type { CanaryAccess } from './constructs/canary.ts';
import type { CredentialKinds } from './constructs/credential-kinds.ts';
import type { Directories } from './constructs/directories.ts';
import type { Functions } from './constructs/functions.ts';
import type { IdentityEvents } from './constructs/identity-events.ts';
import type { Issuing } from './constructs/issuing.ts';
import type { Notices } from './constructs/notices.ts';
import type { SignalSecrets } from './constructs/signal-secrets.ts';
import type { Stores } from './constructs/stores.ts';
import type { SweepPolicies } from './constructs/sweep-policies.ts';
import type { TokenService } from './constructs/token-service.ts';
import type { WorkQueues } from './constructs/work-queues.ts';
import type { StageConfig } from './stage-config.ts';

export interface Capabilities {
  readonly config: Pick<StageConfig, 'removal'>;
  readonly stores: Stores;
  readonly queues: WorkQueues;
  readonly identity: IdentityEvents;
  readonly kinds: CredentialKinds;
  readonly secrets: SignalSecrets | undefined;
  readonly directories: Directories;
  readonly caches: AuthorizerCaches;
  readonly canary: CanaryAccess;
  readonly policies: SweepPolicies;
  readonly notices: Notices;
  readonly issuing: Issuing;
  readonly tokens: TokenService | undefined;
}

/** Who may do what. One function's rights are one paragraph. */
export const grantPermissions = (functions: Functions, can: Capabilities): void => {
  const { registry, revocations, denylist, audit } = can.stores;
  const { ingest, operator, revoke, verify, upkeep, sweep, expire, authorize } = functions;
  const { receiveSignal, issue, token } = functions;

  registry.grantMaintain(ingest);
  registry.grantUnlink(ingest);
  revocations.grantWork(ingest);
  denylist.grantDeny(ingest);
  can.caches.grantFlush(ingest);
  audit.grantAppend(ingest);
  can.queues.grantSendTasks(ingest);
  can.queues.verifications.grantSend(ingest);
  can.identity.grantPublish(ingest);
  can.notices.grantSend(ingest);
  can.kinds.grantContain(ingest);
  can.directories.grantAsk(ingest);

  registry.grantMaintain(operator);
  registry.grantReassign(operator);
  revocations.grantWork(operator);
  denylist.grantDeny(operator);
  can.caches.grantFlush(operator);
  audit.grantAppend(operator);
  can.queues.grantSendTasks(operator);
  can.identity.grantPublish(operator);
  can.kinds.grantContain(operator);
  can.kinds.grantInspect(operator);
  can.kinds.grantDiscover(operator);

  registry.grantMaintain(revoke);
  revocations.grantWork(revoke);
  denylist.grantDeny(revoke);
  can.caches.grantFlush(revoke);
  audit.grantAppend(revoke);
  can.queues.grantSendTasks(revoke);
  can.queues.verifications.grantSend(revoke);
  can.identity.grantPublish(revoke);
  can.kinds.grantInspect(revoke);
  can.kinds.grantDiscover(revoke);
  can.kinds.grantRevoke(revoke);
  can.kinds.users.grantFindOwner(revoke);
  if (can.config.removal) registry.grantForget(revoke);

  revocations.grantWork(verify);
  denylist.grantInspect(verify);
  can.caches.grantFlush(verify);
  can.canary.grantTry(verify);
  audit.grantAppend(verify);
  can.queues.grantSendTasks(verify);
  can.queues.verifications.grantSend(verify);
  can.identity.grantPublish(verify);
  can.kinds.grantInspect(verify);

  registry.grantMaintain(upkeep);
  revocations.grantTakeStock(upkeep);
  denylist.grantDeny(upkeep);
  can.kinds.grantTakeStock(upkeep);
  can.kinds.users.grantReport(upkeep);
  can.kinds.roles.grantPrune(upkeep);
  can.directories.grantLearn(upkeep);
  can.kinds.grantFindDrift(upkeep);
  audit.grantAppend(upkeep);
  can.identity.grantPublish(upkeep);
  can.notices.grantSend(upkeep);
  can.queues.identityEvents.grantSend(upkeep);

  registry.grantSweep(sweep);
  revocations.grantSweep(sweep);
  audit.grantAppend(sweep);
  can.policies.grantRead(sweep);
  can.kinds.grantSweep(sweep);
  can.notices.grantSend(sweep);
  can.queues.identityEvents.grantSend(sweep);
  can.queues.sweeps.grantSend(sweep);
  can.identity.grantPublish(sweep);
  // What was held for long enough is deleted by `revoke`; that it may begin is written here.
  if (can.config.removal) {
    revocations.grantWork(sweep);
    can.queues.grantSendTasks(sweep);
  }

  registry.grantDue(expire);
  can.queues.identityEvents.grantSend(expire);

  const own = functions.writers.map(({ roleArn }) => roleArn);
  for (const writer of functions.writers) can.kinds.roles.spare(writer, own);

  denylist.grantCheck(authorize);

  if (issue) {
    registry.grantIssue(issue);
    revocations.grantAskWhoLeft(issue);
    audit.grantAppend(issue);
    can.identity.grantPublish(issue);
    can.issuing.grantIssue(issue);
  }

  if (token) {
    registry.grantLookUp(token);
    registry.grantRememberTokens(token);
    revocations.grantAskLosses(token);
    denylist.grantInspect(token);
    audit.grantAppend(token);
    can.tokens?.grantSign(token);
  }

  if (receiveSignal) {
    registry.grantReceive(receiveSignal);
    can.secrets?.grantRead(receiveSignal);
    can.identity.grantPublish(receiveSignal);
  }
};
