import type { ContainDeps } from '../revocation/deps.ts';
import type { LookQueue, WorkMessage } from '../shared/queues.ts';
import { discoverPrincipals } from './discover-principals.ts';
import { removeTask } from './remove-task.ts';
import { restoreTask } from './restore-task.ts';
import { revokeTask } from './revoke-task.ts';

export interface RevokeDeps extends ContainDeps {
  readonly looks: LookQueue;
  /** Seconds after which the first look is taken. */
  readonly firstDelaySeconds: number;
  /** Seconds between the two discoveries: the consistency window, as far as SQS can delay. */
  readonly secondDiscoverySeconds: number;
}

/** One queue message is one piece of work; which, its `type` says. */
export const revoke = (message: WorkMessage, deps: RevokeDeps): Promise<void> => {
  switch (message.type) {
    case 'revoke':
      return revokeTask(message, deps);
    case 'restore':
      return restoreTask(message, deps);
    case 'remove':
      return removeTask(message, deps);
    case 'discover':
      return discoverPrincipals(message, deps);
  }
};
