import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
import { ApiKeyUsage, usageAnswer } from './api-key-usage.ts';
import { AuthorizerCaches, flushAnswer } from './authorizer-caches.ts';
import { trueReport } from './credential-report.ts';
import { cloudTrailRecord, type EventHistory } from './event-history.ts';
import { forward, type Received } from './forward.ts';
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
  /** What GetUsage tells. None by default. */
  readonly usage?: ApiKeyUsage;
  /** When credential reports are made. */
  readonly now?: () => Date;
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

/** moto's own answer, put right. */
const credentialReport = async ({ request, body }: Received, { endpoint, now }: MotoGapsProps) => {
  const { authorization = '', 'content-type': type = '' } = request.headers;
  const headers = { authorization, 'content-type': type };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: body.toString() });
  return trueReport({ status: answer.status, xml: await answer.text() }, now?.() ?? new Date());
};

/**
 * For the variables of `gapEndpoints` (`function-environment.ts`): answers what moto 5.2 answers with 404 or 500,
 * which is service-specific credentials, LookupEvents, GetUsage and flushes of authorizers' caches, puts credential reports
 * right, and hands all else on to it.
 */
export const startMotoGaps = async (props: MotoGapsProps): Promise<HttpServer> => {
  const { endpoint, history, caches = new AuthorizerCaches(), usage = new ApiKeyUsage() } = props;
  const config = { endpoint, region: localRegion, credentials: localCredentials };
  const iam = new IAMClient(config);
  const apiGateway = new APIGatewayClient(config);
  const credentials = new ServiceCredentials(iam);

  const answerTo = async ({ request, body }: Received): Promise<Answer | undefined> => {
    const { 'x-amz-target': target, 'content-type': type = '' } = request.headers;
    if (request.method !== 'POST') {
      return flushAnswer(request, caches) ?? usageAnswer(request, { usage, apiGateway });
    }
    if (request.url === '/_local/events') return record(history, body);
    // Before the dot, the SDK for JavaScript and the AWS CLI name the service each in its own way.
    if (String(target).endsWith('.LookupEvents')) return history.lookUp(JSON.parse(body.toString()));
    if (!type.startsWith('application/x-www-form-urlencoded')) return undefined;
    const form = new URLSearchParams(body.toString());
    if (form.get('Action') === 'GetCredentialReport') return credentialReport({ request, body }, props);
    return credentials.answer(form);
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
  const destroy = () => {
    iam.destroy();
    apiGateway.destroy();
  };
  return { url, close: () => close().finally(destroy) };
};
