import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Count } from './recorder.ts';

export interface Observability {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly count: Count;
}

/** One logger and one set of metrics a function. Events are never logged: some carry secrets. */
export const observe = (serviceName: string): Observability => {
  const metrics = new Metrics({ namespace: 'Cutoff', serviceName });
  return {
    logger: new Logger({ serviceName }),
    metrics,
    count: (metric) => metrics.addMetric(metric, MetricUnit.Count, 1),
  };
};
