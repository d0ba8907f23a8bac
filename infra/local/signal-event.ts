import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { z } from 'zod';
import { localAccount } from './local-account.ts';

/** Assumption, since AWS documents no list: these bodies come as text, and every other one in base64. */
const textTypes = /^(text\/|application\/(json|javascript|xml)\s*(;|$))/i;

/** Names in lower case; what was sent several times is joined by commas. Cookies stand apart. */
const headersOf = ({ rawHeaders }: IncomingMessage): Map<string, string> => {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return headers;
};

const queryOf = (text: string): Record<string, string> => {
  const query = new URLSearchParams(text);
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
};

/** HTTP APIs hand the path over decoded, and the query as it was sent: seen in the field, AWS documents neither. */
const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/**
 * The event of a request, as API Gateway hands it to the function ("Create AWS Lambda proxy integrations for HTTP APIs
 * in API Gateway", payload 2.0). The stage is `$default`, which no path shows.
 */
export const signalEventOf = (request: IncomingMessage, body: Buffer): APIGatewayProxyEventV2 => {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const rawPath = decoded(path);
  const rawQueryString = query.join('?');
  const headers = headersOf(request);
  const cookies = headers.get('cookie')?.split(/[;,]\s*/);
  headers.delete('cookie');
  const isBase64Encoded = body.length > 0 && !textTypes.test(headers.get('content-type') ?? '');
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies && { cookies }),
    headers: Object.fromEntries(headers),
    ...(rawQueryString && { queryStringParameters: queryOf(rawQueryString) }),
    requestContext: {
      accountId: localAccount,
      apiId: 'localsignals',
      domainName: '127.0.0.1',
      domainPrefix: '127',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers.get('user-agent') ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
};

const fullAnswerSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

export const jsonAnswer = (status: number, body: string): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(body),
});

/** The same page, "Lambda function response format": without a `statusCode`, the answer is the body of a 200. */
export const wireAnswerOf = (answer: unknown): WireAnswer => {
  const isFull = typeof answer === 'object' && answer !== null && 'statusCode' in answer;
  if (!isFull) return jsonAnswer(200, typeof answer === 'string' ? answer : JSON.stringify(answer ?? null));
  const { statusCode, headers, cookies, body, isBase64Encoded } = fullAnswerSchema.parse(answer);
  return {
    status: statusCode,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
};
