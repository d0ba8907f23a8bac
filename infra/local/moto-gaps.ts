import { createServer, request as forwardTo, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { IAMClient } from '@aws-sdk/client-iam';
import { AuthorizerCaches, flushAnswer } from './authorizer-caches.ts';
import { cloudTrailRecord, type EventHistory } from './event-history.ts';
import { type HttpServer, type JsonAnswer, listen } from './http-server.ts';
import { Refusal, refused, type XmlAnswer } from './iam-xml.ts';
import { localCredentials, localRegion } from './local-account.ts';
import { ServiceCredentials } from './service-credentials.ts';

export interface MotoGapsProps {
  /** Of moto. */
  readonly endpoint: string;
  /** What LookupEvents searches. Other processes record into it with POST /_local/events. */
  readonly history: EventHistory;
  /** What flushes of authorizers' caches reach. None by default. */
  readonly caches?: AuthorizerCaches;
}

interface Received {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

type Answer = XmlAnswer | JsonAnswer;

const send = (response: ServerResponse, answer: Answer): void => {
  const isXml = 'xml' in answer;
  response
    .writeHead(answer.status, {
      'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1',
      ...(!isXml && answer.headers),
    })
    .end(isXml ? answer.xml : JSON.stringify(answer.body));
};

const record = (history: EventHistory, body: Buffer): JsonAnswer => {
  const { data, error } = cloudTrailRecord.safeParse(JSON.parse(body.toString()));
  if (!data) return { status: 400, body: { message: error.message } };
  history.record(data);
  return { status: 200, body: { recorded: data.eventID } };
};

/**
 * A connection of its own for each request, which ends with it: moto or whoever asked may be gone the next moment.
 */
const forward = async (
  { request, body }: Received,
  response: ServerResponse,
  endpoint: string,
): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method, headers, url } = request;
  const onward = forwardTo(`${endpoint}${url}`, { method, headers, agent: false });
  onward.on('response', resolve).on('error', reject).end(body);
  response.once('close', () => onward.destroy());
  const answer = await promise;
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
};

/**
 * For the variables of `gapEndpoints` (`function-environment.ts`): answers what moto 5.2 answers with 404 or 500,
 * which is service-specific credentials, LookupEvents and flushes of authorizers' caches, and hands all else on to
 * it.
 */
export const startMotoGaps = async (props: MotoGapsProps): Promise<HttpServer> => {
  const { endpoint, history, caches = new AuthorizerCaches() } = props;
  const iam = new IAMClient({ endpoint, region: localRegion, credentials: localCredentials });
  const credentials = new ServiceCredentials(iam);

  const answerTo = async ({ request, body }: Received): Promise<Answer | undefined> => {
    const { 'x-amz-target': target, 'content-type': type = '' } = request.headers;
    if (request.method !== 'POST') return flushAnswer(request, caches);
    if (request.url === '/_local/events') return record(history, body);
    // Before the dot, the SDK for JavaScript and the AWS CLI name the service each in its own way.
    if (String(target).endsWith('.LookupEvents')) return history.lookUp(JSON.parse(body.toString()));
    if (!type.startsWith('application/x-www-form-urlencoded')) return undefined;
    return credentials.answer(new URLSearchParams(body.toString()));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = { request, body: await buffer(request) };
    const answer = await answerTo(received);
    if (answer) send(response, answer);
    else await forward(received, response, endpoint);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else send(response, refused(new Refusal(502, 'ServiceFailure', error.message)));
    });
  });
  const { url, close } = await listen(server, 'stand-in for what moto lacks', 0);
  return { url, close: () => close().finally(() => iam.destroy()) };
};
