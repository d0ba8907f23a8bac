import { InvalidInput } from '../domain/errors.ts';
import type { Revocation, Task } from '../domain/revocation.ts';
import type { Revocations } from '../stores/revocations.ts';

/** The revocation a message or a request names; one that is not there is the caller's mistake. */
export const loadRevocation = async (id: string, revocations: Revocations): Promise<Revocation> => {
  const revocation = await revocations.get(id);
  if (!revocation) throw new InvalidInput('revocationId', 'names no revocation');
  return revocation;
};

export const loadTask = async (
  address: { revocationId: string; principal: string },
  revocations: Revocations,
): Promise<Task> => {
  const task = await revocations.task(address.revocationId, address.principal);
  if (!task) throw new InvalidInput('principal', 'names no task of this revocation');
  return task;
};
