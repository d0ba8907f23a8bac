import { codeOf } from '../domain/errors.ts';
import type { Observability } from '../shared/observability.ts';

/** What became of a request, in metrics and log: channel, stable reason or error code. Never what was sent. */
export interface Report {
  received(channel: string): void;
  refused(channel: string, reason: string): void;
  /** The trouble is ours: it alarms. */
  failed(channel: string, error: unknown): void;
}

interface Told {
  readonly logger: Pick<Observability['logger'], 'info' | 'error'>;
  readonly metrics: Pick<Observability['metrics'], 'addDimension'>;
  readonly count: Observability['count'];
}

/** `SignalReceived` and `SignalRefused` by channel; `SignalFailed` by the function alone, as its alarm reads it. */
export const reportTo = ({ logger, metrics, count }: Told): Report => {
  const countFor = (channel: string, metric: string) => {
    metrics.addDimension('channel', channel); // of this request: they are cleared with the metrics, at its end
    count(metric);
  };
  return {
    received: (channel) => {
      logger.info('signal received', { channel });
      countFor(channel, 'SignalReceived');
    },
    refused: (channel, reason) => {
      logger.info('signal refused', { channel, reason });
      countFor(channel, 'SignalRefused');
    },
    failed: (channel, error) => {
      logger.error('signal failed', { channel, code: codeOf(error) });
      count('SignalFailed');
    },
  };
};
