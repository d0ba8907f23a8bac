import type { AuthorizerCaches } from './constructs/authorizer-caches.ts';
import type { CanaryAccess } from './constructs/canary.ts';
import type { CredentialKinds } from './constructs/credential-kinds.ts';
import type { Directories } from './constructs/directories.ts';
import type { Functions } from './constructs/functions.ts';
import type { IdentityEvents } from './constructs/identity-events.ts';
import type { SignalSecrets } from './constructs/signal-secrets.ts';
import type { Stores } from './constructs/stores.ts';
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
}

/** Who may do what. One function's rights are one paragraph. */
export const grantPermissions = (functions: Functions, can: Capabilities): void => {
  const { registry, revocations, denylist, audit } = can.stores;
  const { ingest, operator, revoke, verify, upkeep, authorize, receiveSignal } = functions;

  registry.grantMaintain(ingest);
  registry.grantUnlink(ingest);
  revocations.grantWork(ingest);
  denylist.grantDeny(ingest);
  can.caches.grantFlush(ingest);
  audit.grantAppend(ingest);
  can.queues.grantSendTasks(ingest);
  can.queues.verifications.grantSend(ingest);
  can.identity.grantPublish(ingest);
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

  const own = functions.writers.map(({ roleArn }) => roleArn);
  for (const writer of functions.writers) can.kinds.roles.spare(writer, own);

  denylist.grantCheck(authorize);

  if (receiveSignal) {
    registry.grantReceive(receiveSignal);
    can.secrets?.grantRead(receiveSignal);
    can.identity.grantPublish(receiveSignal);
  }
};
