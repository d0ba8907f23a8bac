import { z } from 'zod';
import { type Arrived, requestEvent } from './gateway-events.ts';
import type { Signer } from './gateway-iam.ts';
import type { Caller } from './gateway-keys.ts';
import type { JsonAnswer } from './http-server.ts';

/** Who came through. */
export interface Admitted {
  readonly apiKey?: Caller | undefined;
  readonly signer?: Signer | undefined;
}

/** Runs the function behind the routes of an API; rejects with the error that it threw. */
export type InvokeBackend = (event: unknown) => Promise<unknown>;

/**
 * "Set up Lambda proxy integrations in API Gateway", input. What the authorizer's answer carried is not handed on, and a body
 * is text: no binary media types are played.
 */
const proxyEvent = (arrived: Arrived, { apiKey, signer }: Admitted, body: Buffer) => {
  const { type: _, methodArn: __, requestContext, ...event } = requestEvent(arrived, apiKey);
  return {
    ...event,
    requestContext: { ...requestContext, identity: { ...requestContext.identity, ...signer } },
    body: body.length > 0 ? body.toString() : null,
    isBase64Encoded: false,
  };
};

/** The same page, output. */
const answerSchema = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** The same page: "If the function output is of a different format, API Gateway returns a 502 Bad Gateway error response". */
const badGateway: JsonAnswer = { status: 502, body: { message: 'Internal server error' } };

export const askBackend = async (
  arrived: Arrived,
  { admitted, body }: { readonly admitted: Admitted; readonly body: Buffer },
  invoke: InvokeBackend,
): Promise<JsonAnswer> => {
  const answer = await invoke(proxyEvent(arrived, admitted, body)).catch((error: Error) => {
    console.error(`gateway: the function failed: ${error.message}`);
  });
  const { data } = answerSchema.safeParse(answer);
  if (!data) return badGateway;
  const sent = Buffer.from(data.body ?? '', data.isBase64Encoded ? 'base64' : 'utf8');
  return { status: data.statusCode, headers: data.headers ?? {}, body: sent };
};
