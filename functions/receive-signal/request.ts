import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Refused, type SignalRequest } from './channel.ts';

/** Bytes. Lambda takes 6 MB, base64 included ("Lambda quotas"); each channel stops at what its own protocol sends. */
export const longestBody = 5_000_000;

/** "Working with stages for HTTP APIs": any other stage stands before the path. */
const withoutStage = (path: string, stage: string): string => {
  const prefix = `/${stage}`;
  if (stage === '$default' || (path !== prefix && !path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || '/';
};

const isDecodable = (path: string): boolean => {
  try {
    return decodeURIComponent(path) !== undefined;
  } catch {
    return false;
  }
};

/**
 * HTTP APIs hand the path over decoded, other senders of payload 2.0 do not (seen in the field; AWS documents neither).
 * Here the two look alike: what no encoded path can hold is encoded again, a `%` that begins no escape as well. What
 * comes out can be decoded. An encoded slash was a slash by then.
 */
const encoded = (path: string): string => {
  const text = path.toWellFormed();
  const escaped = isDecodable(text) ? text : text.replaceAll('%', '%25');
  return escaped.replace(/[^\w\-.~!$&'()*+,;=:@/%]/gu, encodeURIComponent);
};

/** What was sent under one name several times is joined by commas, as API Gateway does. */
const joined = (pairs: Iterable<readonly [string, string]>): Record<string, string> => {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(values);
};

const lowerCase = ([name, value]: readonly [string, string | undefined]) =>
  [name.toLowerCase(), value ?? ''] as const;

/**
 * Payload 2.0 ("Create AWS Lambda proxy integrations for HTTP APIs in API Gateway") in the form that channels read. A
 * body that API Gateway takes for binary comes in base64. Throws `Refused` (413) for one that is too long.
 */
export const signalRequestOf = (event: APIGatewayProxyEventV2): SignalRequest => {
  const { requestContext, rawPath, rawQueryString, headers, isBase64Encoded } = event;
  const body = Buffer.from(event.body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > longestBody) {
    throw new Refused('body-too-long', { status: 413, body: JSON.stringify({ message: 'too long' }) });
  }
  return {
    method: requestContext.http.method,
    path: encoded(withoutStage(rawPath, requestContext.stage)),
    query: joined(new URLSearchParams(rawQueryString)),
    headers: joined(Object.entries(headers).map(lowerCase)),
    body,
  };
};
