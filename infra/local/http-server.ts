import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CutoffError } from '../../functions/domain/errors.ts';

export interface HttpServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** What a handler answers with: a status, a JSON value or the bytes themselves, and headers beside those of the value. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const send = (response: ServerResponse, { status, body, headers }: JsonAnswer): void => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
};

/** Listens on 127.0.0.1, where only this machine can reach it. `port` 0 takes a free one. */
export const listen = async (server: Server, name: string, port: number): Promise<HttpServer> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `the local ${name} cannot listen on port ${port} (${cause.code})`;
      reject(new CutoffError(message, { code: 'unavailable', retryable: false, cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${taken}`, close };
};

/** A small JSON server. */
export const startHttpServer = (
  name: string,
  port: number,
  answer: (request: IncomingMessage) => Promise<JsonAnswer>,
): Promise<HttpServer> => {
  const server = createServer((request, response) => {
    answer(request).then(
      (result) => send(response, result),
      (error: unknown) => {
        console.error(`${name}: ${error instanceof Error ? error.message : 'failed'}`);
        send(response, { status: 500, body: { message: 'Internal server error' } });
      },
    );
  });
  return listen(server, name, port);
};
