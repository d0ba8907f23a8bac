import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { type DynamoAccess, requestSigner } from './sign-request.ts';

/** Milliseconds. The answer's count from when there is a connection, so a wait for one is not held against it. */
const budget = { connect: 300, answer: 1000 } as const;

/** As many as the SDK has by default (`maxSockets`); what is beyond waits. */
const connections = 50;

/** Far above what a hundred rows take. */
const longestAnswer = 1_000_000;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Attempt {
  /** On a connection of its own: a kept one may have died while Lambda had the process frozen. */
  readonly fresh: boolean;
  /** Given up then, by `performance.now()`. */
  readonly until: number;
}

/** One attempt to ask DynamoDB. Throws where there is no whole answer; of an error, only the name is safe to log. */
export type Wire = (body: string, attempt: Attempt) => Promise<HttpAnswer>;

/** Told by its name alone. */
export class Failure extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

interface Outcome {
  readonly answered: (answer: HttpAnswer) => void;
  readonly failed: (failure: Error) => void;
}

/** Gives up on what takes too long: the wait for a connection, the connection, and from there the whole answer. */
const limit = (request: http.ClientRequest, until: number, { failed }: Outcome): void => {
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

/** Only the first outcome counts. */
const answerTo = (request: http.ClientRequest, until: number): Promise<HttpAnswer> => {
  const { promise, resolve: answered, reject } = Promise.withResolvers<HttpAnswer>();
  const failed = (failure: Error) => {
    // First of all: a request that still waits for a connection does not say that it was destroyed.
    reject(failure);
    request.destroy(failure);
  };
  limit(request, until, { answered, failed });
  request.once('response', (response) => collect(response, { answered, failed }));
  request.on('error', reject);
  request.once('close', () => reject(new Failure('ConnectionClosed')));
  return promise;
};

/** BatchGetItem by one signed request over a connection that is kept; Node's agents set TCP_NODELAY by themselves. */
export const denylistWire = (access: DynamoAccess): Wire => {
  const { request, Agent } = access.endpoint.protocol === 'http:' ? http : https;
  const kept = new Agent({ keepAlive: true, maxSockets: connections });
  const sign = requestSigner(access);
  return async (body, { fresh, until }) => {
    const headers = await sign(body);
    const sent = request(access.endpoint, { method: 'POST', headers, agent: fresh ? false : kept });
    sent.end(body);
    return answerTo(sent, until);
  };
};
