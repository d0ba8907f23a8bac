import type { Denial } from '../domain/denial.ts';
import type { Denylist } from '../stores/denylist.ts';
import { calling } from './aws-errors.ts';

export const reading = (denylist: Denylist, key: string): Promise<Denial | undefined> =>
  calling('dynamodb:GetItem', () => denylist.read(key));

/** A change of a row reads it first, so either permission may be the missing one. */
export const writing = (change: () => Promise<void>): Promise<void> =>
  calling('dynamodb:GetItem or dynamodb:PutItem', change);
