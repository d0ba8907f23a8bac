import type { DynamoDBStreamEvent } from 'aws-lambda';

/**
 * Chains in which a record was changed or removed. The stream's filter lets only those through; an INSERT is ignored
 * all the same, so that a lost filter does not raise a false alarm.
 */
export const tamperedChains = (event: DynamoDBStreamEvent): string[] => {
  const touched = event.Records.filter((record) => record.eventName !== 'INSERT');
  return [...new Set(touched.map((record) => record.dynamodb?.Keys?.chain?.S ?? 'unknown'))];
};
