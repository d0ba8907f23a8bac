/** What is told about a refusal: ids and reasons, never a token, a claim's value or a header. */
export interface Refusal {
  readonly reason: string;
  readonly level: 'INFO' | 'ERROR';
  /** Counts towards the metric `AuthorizeUnavailable`: the trouble is ours, not the caller's. */
  readonly unavailable?: true;
  /** What kind of error lay beneath; its message might quote input. */
  readonly error?: string | undefined;
  readonly issuer?: string | undefined;
  readonly jti?: string | undefined;
  /** Enough to find a token again by one who has it. */
  readonly tokenSha256?: string | undefined;
  readonly apiKeyId?: string | undefined;
  readonly requestId?: string | undefined;
}

export type Report = (refusal: Refusal) => void;

/** CloudWatch User Guide, "Specification: Embedded metric format". */
const metric = (timestamp: number) => ({
  _aws: {
    Timestamp: timestamp,
    CloudWatchMetrics: [
      {
        Namespace: 'Cutoff',
        Dimensions: [['service']],
        Metrics: [{ Name: 'AuthorizeUnavailable', Unit: 'Count' }],
      },
    ],
  },
  AuthorizeUnavailable: 1,
});

/**
 * One line of JSON per refusal. By hand: the logger and metrics libraries of the other functions would add a
 * tenth to this bundle, and a cold start is on somebody's request.
 */
export const reportTo =
  (write: (line: string) => void, now: () => Date): Report =>
  ({ unavailable, level, ...refusal }) => {
    const at = now();
    const head = { level, message: 'refused', timestamp: at.toISOString(), service: 'authorize' };
    write(`${JSON.stringify({ ...head, ...refusal, ...(unavailable && metric(at.getTime())) })}\n`);
  };
