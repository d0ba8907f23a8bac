import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type HttpServer, listen } from './http-server.ts';
import { jsonAnswer, signalEventOf, type WireAnswer, wireAnswerOf } from './signal-event.ts';

export interface SignalGatewayProps {
  /** Runs the deployed function; rejects with the error that it threw. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** A free one by default. */
  readonly port?: number;
  /** Milliseconds in which a request must have come in whole. */
  readonly patience?: number;
}

/** "Payload size: 10 MB" ("Quotas for configuring and running an HTTP API in API Gateway"). */
const longestBody = 10 * 1024 * 1024;

const refusals = {
  tooLong: jsonAnswer(413, '{"message":"Request Entity Too Large"}'),
  tooSlow: jsonAnswer(408, '{"message":"Request Timeout"}'),
  failed: jsonAnswer(500, '{"message":"Internal Server Error"}'),
} as const;

/** `undefined` where it is too long: then it is read to its end, so that the sender gets to hear so, and thrown away. */
const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= longestBody) chunks.push(chunk);
  }
  return length <= longestBody ? Buffer.concat(chunks) : undefined;
};

const answerOf = async (
  request: IncomingMessage,
  body: Buffer | undefined,
  { invoke }: SignalGatewayProps,
): Promise<WireAnswer> => {
  if (!body) return refusals.tooLong;
  try {
    return wireAnswerOf(await invoke(signalEventOf(request, body)));
  } catch (error) {
    console.error(`signal gateway: ${error instanceof Error ? error.message : 'failed'}`);
    return refusals.failed;
  }
};

const send = (response: ServerResponse, { status, headers, body }: WireAnswer): void => {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
};

/** Whoever sends bytes one by one must not keep a connection for ever. */
const cutOff = (request: IncomingMessage, response: ServerResponse): void => {
  response.once('finish', () => request.destroy());
  send(response, refusals.tooSlow);
};

/**
 * Plays the HTTP API of the stack on 127.0.0.1, since local AWS endpoints make none of it: one `$default` route, whose
 * function is the deployed `receive-signal`. Not simulated: throttling, TLS, the limit on headers.
 */
export const startSignalGateway = (props: SignalGatewayProps): Promise<HttpServer> => {
  const { patience = 30_000, port = 0 } = props;
  const server = createServer(async (request, response) => {
    const timer = setTimeout(() => cutOff(request, response), patience);
    try {
      const body = await bodyOf(request).finally(() => clearTimeout(timer));
      send(response, await answerOf(request, body, props));
    } catch {
      response.destroy(); // the sender is gone, or was cut off
    }
  });
  return listen(server, 'signal gateway', port);
};
