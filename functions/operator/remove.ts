import { beginRemoval } from '../revocation/removal.ts';
import type { OperatorDeps } from './operator.ts';
import type { RemoveRequest } from './request.ts';

/** Deletes for good what one revocation cut. */
export const remove = ({ remove: revocationId, reason }: RemoveRequest, deps: OperatorDeps) =>
  beginRemoval({ revocationId, reason }, deps);
