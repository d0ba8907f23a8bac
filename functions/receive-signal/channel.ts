/** One HTTP request, as API Gateway's payload 2.0 hands it over, in the form that channels read. */
export interface SignalRequest {
  readonly method: string;
  /** Below the stage, without the query, such as `/scim/v2/Users/42`. Still percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case; values that were sent several times are joined by commas, as API Gateway does. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes as sent: signatures are over these. */
  readonly body: Buffer;
}

export interface SignalAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is put on the identity bus: ids, names and hashes, never a secret. */
export interface Signal {
  /** The `source` that the pattern of the event source listens to, such as `cutoff.ssf`. */
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Received {
  readonly answer: SignalAnswer;
  /** On the bus before the answer is given. */
  readonly signals: readonly Signal[];
  /** Once the bus has them and before the answer: what must not be remembered too early. */
  readonly settle?: () => Promise<void>;
}

/** One file a way in. */
export interface Channel {
  readonly name: string;
  /** First segments of the path that are this channel's own, such as `/scim/v2`. */
  readonly prefix: string;
  /** Authenticates and validates. Throws `Refused` for what is not believed, anything else for what is our trouble. */
  receive(request: SignalRequest): Promise<Received>;
}

/**
 * A request that is refused, with the answer that its protocol documents. `reason` is stable and goes to log and
 * metric; neither it nor the answer quotes what was sent.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly answer: SignalAnswer;

  constructor(reason: string, answer: SignalAnswer) {
    super(reason);
    this.answer = answer;
  }
}
