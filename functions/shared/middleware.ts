import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Observability } from './observability.ts';

/** What every function has around it: request id in the log, metrics flushed at the end. */
export const middleware = <Event, Answer>({ logger, metrics }: Observability) =>
  middy<Event, Answer>()
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .use(logMetrics(metrics));
