import { describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { type Report, reportTo } from '../../../functions/receive-signal/report.ts';
import { observe } from '../../../functions/shared/observability.ts';

/** What one request writes: its log lines, and its metrics as CloudWatch reads them. */
const told = (say: (report: Report) => void) => {
  const { metrics, count } = observe('receive-signal');
  const lines: unknown[] = [];
  const note = (...line: unknown[]) => void lines.push(line);
  say(reportTo({ logger: { info: note, error: note }, metrics, count }));
  const { _aws, ...values } = metrics.serializeMetrics() as Record<string, unknown> & {
    _aws: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  };
  const [{ Dimensions = [], Metrics = [] } = {}] = _aws.CloudWatchMetrics;
  return { lines, values, dimensions: Dimensions, metrics: Metrics.map(({ Name }) => Name) };
};

describe('report', () => {
  it('counts what was received, and what was refused with its reason in the log, by channel', () => {
    expect(told((report) => report.received('ssf'))).toEqual({
      lines: [['signal received', { channel: 'ssf' }]],
      values: { service: 'receive-signal', channel: 'ssf', SignalReceived: 1 },
      dimensions: [['service', 'channel']],
      metrics: ['SignalReceived'],
    });
    expect(told((report) => report.refused('github', 'bad-signature'))).toEqual({
      lines: [['signal refused', { channel: 'github', reason: 'bad-signature' }]],
      values: { service: 'receive-signal', channel: 'github', SignalRefused: 1 },
      dimensions: [['service', 'channel']],
      metrics: ['SignalRefused'],
    });
  });

  it('counts failures as their alarm reads them, and quotes no error', () => {
    const failure = told((report) => report.failed('scim', new Error('secret of dana')));
    expect(failure).toEqual({
      lines: [['signal failed', { channel: 'scim', code: 'unavailable' }]],
      values: { service: 'receive-signal', SignalFailed: 1 },
      dimensions: [['service']],
      metrics: ['SignalFailed'],
    });
    const throttled = new CutoffError('slow down', { code: 'throttled', retryable: true });
    expect(told((report) => report.failed('scim', throttled)).lines).toEqual([
      ['signal failed', { channel: 'scim', code: 'throttled' }],
    ]);
  });
});
