import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Milliseconds. The answer's count from when there is a connection, so a wait for one is not held against it. */
export interface Budget {
  readonly connect: number;
  readonly answer: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Told by its name alone. */
export class Failure extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

export interface Limits {
  readonly budget: Budget;
  /** Given up then, by `performance.now()`. */
  readonly until: number;
}

interface Outcome {
  readonly answered: (answer: HttpAnswer) => void;
  readonly failed: (failure: Error) => void;
}

/** Bytes. Far above what a hundred rows of the denylist take, or the keys of an issuer. */
const longestAnswer = 1_000_000;

/** Gives up on what takes too long: the wait for a connection, the connection, and from there the whole answer. */
const limit = (request: ClientRequest, { budget, until }: Limits, { failed }: Outcome): void => {
  const after = (milliseconds: number, name: string) =>
    setTimeout(() => failed(new Failure(name)), Math.max(0, milliseconds));
  let timer = after(until - performance.now(), 'QueueTimeout');
  request.once('close', () => clearTimeout(timer));
  request.once('socket', (socket) => {
    clearTimeout(timer);
    timer = after(Math.min(budget.answer, until - performance.now()), 'AnswerTimeout');
    if (!socket.connecting) return;
    const connecting = after(budget.connect, 'ConnectTimeout');
    for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(connecting));
  });
};

const collect = (response: IncomingMessage, { answered, failed }: Outcome): void => {
  const { statusCode: status = 0, headers } = response;
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > longestAnswer) failed(new Failure('AnswerTooLong'));
    else chunks.push(chunk);
  });
  response.on('error', failed);
  response.once('end', () => answered({ status, headers, body: Buffer.concat(chunks) }));
};

/**
 * The whole answer to a request that was sent, whatever its status: nothing is followed or tried again. Throws where there is
 * none in time; of an error, only the name is safe to log. Only the first outcome counts.
 */
export const answerTo = (request: ClientRequest, limits: Limits): Promise<HttpAnswer> => {
  const { promise, resolve: answered, reject } = Promise.withResolvers<HttpAnswer>();
  const failed = (failure: Error) => {
    // First of all: a request that still waits for a connection does not say that it was destroyed.
    reject(failure);
    request.destroy(failure);
  };
  limit(request, limits, { answered, failed });
  request.once('response', (response) => collect(response, { answered, failed }));
  request.on('error', reject);
  request.once('close', () => reject(new Failure('ConnectionClosed')));
  return promise;
};
