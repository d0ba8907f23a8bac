import { z } from 'zod';
import type { CloudTrailRecord } from './cloudtrail-record.ts';

const operationSchema = z.object({ path: z.string(), value: z.unknown().optional() });
type Operation = z.output<typeof operationSchema>;

const inputSchema = z.object({ patchOperations: z.union([z.array(operationSchema), operationSchema]) });

/** `undefined` where the record says it in no way that we know. */
const operationsOf = ({ requestParameters }: CloudTrailRecord): Operation[] | undefined => {
  const found = [requestParameters, requestParameters?.updateApiKeyInput]
    .map((candidate) => inputSchema.safeParse(candidate).data?.patchOperations)
    .find((operations) => operations !== undefined);
  return found && [found].flat();
};

const isFalse = (value: unknown): boolean =>
  value === false || (typeof value === 'string' && value.toLowerCase() === 'false');

/**
 * Whether an UpdateApiKey may have enabled the key ("Patch operations", API Gateway REST API Reference: `/enabled`).
 * Assumption: no record of it was found in public, so `patchOperations` is read directly or inside `updateApiKeyInput`,
 * as a list or one; what cannot be read counts as possible, since the look-up and the look at the key decide.
 */
export const turnsOn = (record: CloudTrailRecord): boolean => {
  const after = record.responseElements?.enabled;
  if (typeof after === 'boolean') return after;
  const operations = operationsOf(record);
  if (!operations) return true;
  const last = operations.findLast(({ path }) => path === '/enabled');
  return last !== undefined && !isFalse(last.value);
};
