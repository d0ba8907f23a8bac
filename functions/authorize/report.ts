/** What is told about a request: reasons and ids, never a token, a name or an address, nor a header. */
export interface Told {
  readonly message: 'refused' | 'decided from memory';
  readonly reason: string;
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  /** Counted in CloudWatch: the trouble is ours, not the caller's. */
  readonly metric?: 'AuthorizeUnavailable' | 'AuthorizeBestEffort';
  /** What kind of error lay beneath; its message might quote input. */
  readonly error?: string | undefined;
  readonly issuer?: string | undefined;
  readonly jti?: string | undefined;
  /** Enough to find a token, or a key from a header of your own, again by one who has it. */
  readonly tokenSha256?: string | undefined;
  readonly apiKeySha256?: string | undefined;
  readonly apiKeyId?: string | undefined;
  readonly requestId?: string | undefined;
}

export type Report = (told: Told) => void;

/** CloudWatch User Guide, "Specification: Embedded metric format". */
const embedded = (name: string, timestamp: number) => ({
  _aws: {
    Timestamp: timestamp,
    CloudWatchMetrics: [
      { Namespace: 'Cutoff', Dimensions: [['service']], Metrics: [{ Name: name, Unit: 'Count' }] },
    ],
  },
  [name]: 1,
});

/**
 * One line of JSON each. By hand: the logger and metrics libraries of the other functions would add a tenth to this
 * bundle, and a cold start is on somebody's request.
 */
export const reportTo =
  (write: (line: string) => void, now: () => Date): Report =>
  ({ metric, level, message, ...told }) => {
    const at = now();
    const head = { level, message, timestamp: at.toISOString(), service: 'authorize' };
    write(`${JSON.stringify({ ...head, ...told, ...(metric && embedded(metric, at.getTime())) })}\n`);
  };
