import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Row } from './denylist-rows.ts';

export interface DenylistState {
  rows: ReadonlyMap<string, Row>;
  /** Before each answer. */
  delayMilliseconds: number;
  /** HTTP requests, whatever they asked for. */
  requests: number;
  connections: number;
}

interface BatchGetItem {
  readonly RequestItems: Readonly<
    Record<
      string,
      { readonly Keys: readonly { readonly key: { readonly S: string } }[]; ConsistentRead?: boolean }
    >
  >;
}

const refusal = (type: string, message: string) => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message },
});

/** DynamoDB API reference, "BatchGetItem". Reads that are not strongly consistent are refused. */
export const answerOf = (target: string | undefined, text: string, rows: ReadonlyMap<string, Row>) => {
  if (target !== 'DynamoDB_20120810.BatchGetItem')
    return refusal('UnknownOperationException', 'BatchGetItem only');
  const { RequestItems } = JSON.parse(text) as BatchGetItem;
  const Responses: Record<string, Row[]> = {};
  for (const [table, { Keys, ConsistentRead }] of Object.entries(RequestItems)) {
    if (ConsistentRead !== true) return refusal('ValidationException', 'strongly consistent reads only');
    const keys = Keys.map(({ key }) => key.S);
    if (new Set(keys).size < keys.length)
      return refusal('ValidationException', 'Provided list of item keys contains duplicates');
    Responses[table] = keys.flatMap((key) => rows.get(key) ?? []);
  }
  return { status: 200, body: { Responses, UnprocessedKeys: {} } };
};

const textOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const send = (response: ServerResponse, { status, body }: { status: number; body: object }): void => {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amzn-requestid': '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEF',
    'x-amz-crc32': crc32(bytes),
  };
  response.writeHead(status, headers).end(bytes);
};

/** Speaks as much of DynamoDB's JSON protocol as reading the denylist takes, over plain HTTP on loopback. */
export const startDenylistServer = async () => {
  const state: DenylistState = { rows: new Map(), delayMilliseconds: 0, requests: 0, connections: 0 };
  const server = createServer({ keepAliveTimeout: 60_000 }, async (message, response) => {
    state.requests += 1;
    const text = await textOf(message);
    const target = message.headers['x-amz-target'];
    if (state.delayMilliseconds > 0) await setTimeout(state.delayMilliseconds);
    send(response, answerOf(target?.toString(), text, state.rows));
  });
  server.on('connection', () => {
    state.connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, state, close };
};
