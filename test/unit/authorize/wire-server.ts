import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly url: string | undefined;
  readonly body: string;
  /** The connection it came over. */
  readonly socket: Socket;
}

export type Play = (response: ServerResponse) => void;

/** What one attempt is answered: well, or in one of the ways in which a connection fails. */
export const plays = {
  well: (response) => void response.end('{"Responses":{"denylist":[]},"UnprocessedKeys":{}}'),
  reset: (response) => void response.socket?.resetAndDestroy(),
  hangUp: (response) => void response.socket?.end(),
  hold: () => undefined,
  cut: (response) => {
    response.writeHead(200, { 'content-length': 50 }).write('{"Responses":{"denylist":[]');
    setImmediate(() => response.socket?.resetAndDestroy());
  },
  cutOff: (response) => {
    response.writeHead(200, { 'content-length': 50 }).write('{"Responses":{"denylist":[]');
    setImmediate(() => response.socket?.end());
  },
  slow: (response) => void setTimeout(() => plays.well(response), 500),
  begin: (response) => void response.writeHead(200).write('{"Responses":'),
  trickle: (response) => {
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  },
  flood: (response) => {
    const chunk = ' '.repeat(100_000);
    const more = () => {
      if (response.destroyed) return;
      response.write(chunk);
      setImmediate(more);
    };
    more();
  },
  upgrade: (response) =>
    void response.socket?.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
} satisfies Record<string, Play>;

/** A loopback server that plays these, one a request, and then answers well. */
export const startWireServer = async (...first: readonly Play[]) => {
  const queue = [...first];
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { headers, url, socket } = request;
    seen.push({ headers, url, socket, body: Buffer.concat(chunks).toString() });
    (queue.shift() ?? plays.well)(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, seen, queue, close };
};
export type WireServer = Awaited<ReturnType<typeof startWireServer>>;
