import { createServer, request as forwardTo, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as forwardSecurelyTo } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { FunctionHost } from './function-host.ts';

export interface LambdaEndpoint {
  readonly url: string;
  close(): Promise<void>;
}

export interface LambdaEndpointProps {
  readonly host: FunctionHost;
  /** Of the local AWS, which answers everything but Invoke. */
  readonly endpoint: string;
}

/** Lambda's quota for a synchronous invocation. */
const longestPayload = 6 * 1024 * 1024;

/** `NAME`, `ACCOUNT:function:NAME` or a whole ARN, each with or without `:QUALIFIER` ("Invoke", FunctionName). */
export const functionNameOf = (text: string): string => {
  const [, afterFunction = text] = /(?:^|:)function:(.+)$/.exec(text) ?? [];
  return afterFunction.split(':')[0] ?? '';
};

/** The function that an Invoke request is meant for; `undefined` for Lambda's other calls. */
export const invokedFunction = ({ method, url = '' }: IncomingMessage): string | undefined => {
  const [path = ''] = url.split('?');
  const [, encoded] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  return method === 'POST' && encoded ? functionNameOf(decodeURIComponent(encoded)) : undefined;
};

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const refused = (status: number, type: string, message: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: JSON.stringify({ Type: 'User', message, Message: message }),
});

const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > longestPayload) return undefined;
  }
  return text || '{}';
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const runNow = async (name: string, event: string, host: FunctionHost): Promise<Answer> => {
  const reply = await host.invokeRaw(name, event);
  const executed = { 'x-amz-executed-version': '$LATEST' };
  if ('payload' in reply) return { status: 200, headers: executed, body: reply.payload };
  const headers = { ...executed, 'x-amz-function-error': 'Unhandled' };
  return { status: 200, headers, body: JSON.stringify(reply.error) };
};

/** Lambda's API reference, "Invoke". An asynchronous invocation is not tried again where it fails. */
const invoke = async (request: IncomingMessage, name: string, host: FunctionHost): Promise<Answer> => {
  if (!host.has(name)) return refused(404, 'ResourceNotFoundException', `Function not found: ${name}`);
  const event = await bodyOf(request);
  if (event === undefined) return refused(413, 'RequestTooLargeException', 'the payload exceeds 6 MB');
  if (!isJson(event)) {
    return refused(400, 'InvalidRequestContentException', 'Could not parse request body into json');
  }
  switch (request.headers['x-amz-invocation-type'] ?? 'RequestResponse') {
    case 'RequestResponse':
      return runNow(name, event, host);
    case 'Event':
      runNow(name, event, host).catch(() => undefined); // the stack stops
      return { status: 202 };
    case 'DryRun':
      return { status: 204 };
    default:
      return refused(400, 'InvalidParameterValueException', 'unknown invocation type');
  }
};

const forward = async (
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: string,
): Promise<void> => {
  const send = endpoint.startsWith('https:') ? forwardSecurelyTo : forwardTo;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method, headers } = request;
  const onward = send(`${endpoint}${request.url}`, { method, headers });
  onward.on('response', resolve).on('error', reject);
  const [answer] = await Promise.all([promise, pipeline(request, onward)]);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
};

const respond = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};

/**
 * For AWS_ENDPOINT_URL_LAMBDA: runs functions, which local AWS endpoints cannot without Docker, and hands all else on.
 */
export const startLambdaEndpoint = async ({
  host,
  endpoint,
}: LambdaEndpointProps): Promise<LambdaEndpoint> => {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = invokedFunction(request);
    if (name === undefined) return forward(request, response, endpoint);
    respond(response, await invoke(request, name, host));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else respond(response, refused(502, 'ServiceException', error.message));
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, close };
};
