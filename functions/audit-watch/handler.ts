import type { DynamoDBStreamEvent } from 'aws-lambda';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { tamperedChains } from './audit-watch.ts';

const observability = observe('audit-watch');

/** The audit table's stream, filtered to what must never happen: a record changed or removed. */
export const handler = middleware<DynamoDBStreamEvent, void>(observability).handler(async (event) => {
  for (const chain of tamperedChains(event)) {
    observability.logger.error('an audit record was changed or removed', { chain });
    observability.count('AuditTampered');
  }
});
