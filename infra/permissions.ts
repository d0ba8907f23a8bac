import type { ApiKeys } from './constructs/api-keys.ts';
import type { Directories } from './constructs/directories.ts';
import type { Functions } from './constructs/functions.ts';
import type { IamUsers } from './constructs/iam-users.ts';
import type { IdentityEvents } from './constructs/identity-events.ts';
import type { SignalSecrets } from './constructs/signal-secrets.ts';
import type { Stores } from './constructs/stores.ts';
import type { WorkQueues } from './constructs/work-queues.ts';

export interface Capabilities {
  readonly stores: Stores;
  readonly queues: WorkQueues;
  readonly identity: IdentityEvents;
  readonly users: IamUsers;
  readonly keys: ApiKeys;
  readonly secrets: SignalSecrets | undefined;
  readonly directories: Directories;
}

/** Who may do what. One function's rights are one paragraph. */
export const grantPermissions = (functions: Functions, can: Capabilities): void => {
  const { registry, revocations, denylist, audit } = can.stores;
  const { ingest, operator, revoke, verify, sweep, authorize, receiveSignal } = functions;

  registry.grantMaintain(ingest);
  registry.grantUnlink(ingest);
  revocations.grantWork(ingest);
  denylist.grantDeny(ingest);
  audit.grantAppend(ingest);
  can.queues.grantSendTasks(ingest);
  can.queues.verifications.grantSend(ingest);
  can.identity.grantPublish(ingest);
  can.users.grantInspect(ingest);
  can.users.grantListKeys(ingest);
  can.users.grantFindOwner(ingest);
  can.users.grantContain(ingest);
  can.keys.grantInspect(ingest);
  can.directories.grantAsk(ingest);

  registry.grantMaintain(operator);
  registry.grantReassign(operator);
  revocations.grantWork(operator);
  denylist.grantDeny(operator);
  audit.grantAppend(operator);
  can.queues.grantSendTasks(operator);
  can.identity.grantPublish(operator);
  can.users.grantInspect(operator);
  can.users.grantListKeys(operator);
  can.users.grantDiscover(operator);
  can.users.grantFindOwner(operator);
  can.users.grantContain(operator);
  can.keys.grantInspect(operator);
  can.keys.grantDiscover(operator);

  registry.grantMaintain(revoke);
  revocations.grantWork(revoke);
  denylist.grantDeny(revoke);
  audit.grantAppend(revoke);
  can.queues.grantSendTasks(revoke);
  can.queues.verifications.grantSend(revoke);
  can.identity.grantPublish(revoke);
  can.users.grantInspect(revoke);
  can.users.grantListKeys(revoke);
  can.users.grantDiscover(revoke);
  can.users.grantRevoke(revoke);
  can.keys.grantInspect(revoke);
  can.keys.grantDiscover(revoke);
  can.keys.grantRevoke(revoke);

  revocations.grantWork(verify);
  denylist.grantInspect(verify);
  audit.grantAppend(verify);
  can.queues.grantSendTasks(verify);
  can.queues.verifications.grantSend(verify);
  can.identity.grantPublish(verify);
  can.users.grantInspect(verify);
  can.users.grantListKeys(verify);
  can.keys.grantInspect(verify);

  registry.grantMaintain(sweep);
  revocations.grantListOpen(sweep);
  denylist.grantDeny(sweep);
  can.users.grantDiscover(sweep);
  can.keys.grantDiscover(sweep);
  can.directories.grantLearn(sweep);

  denylist.grantCheck(authorize);

  if (receiveSignal) {
    registry.grantReceive(receiveSignal);
    can.secrets?.grantRead(receiveSignal);
    can.identity.grantPublish(receiveSignal);
  }
};
