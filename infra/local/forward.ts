import { request as forwardTo, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

export interface Received {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

/**
 * Hands a request on to where it was meant for, and its answer back. A connection of its own for each request, which ends
 * with it: that one, or whoever asked, may be gone the next moment.
 */
export const forward = async (
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
