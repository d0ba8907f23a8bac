import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Channel, Refused, type SignalAnswer } from './channel.ts';
import type { Publish } from './publish.ts';
import type { Report } from './report.ts';
import { signalRequestOf } from './request.ts';

export interface ReceiveDeps {
  readonly channels: readonly Channel[];
  readonly publish: Publish;
  readonly report: Report;
}

/** The channel of requests that belong to none, in metrics and log. */
const nobody = 'none';

const json = (status: number, message: string, headers: Record<string, string> = {}): SignalAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message }),
});

/** Senders give up for good on a 4xx; whatever is our own trouble must look like one that passes. */
const tryAgain = json(503, 'try again later', { 'retry-after': '30' });

/** `/scim/v2` takes `/scim/v2` and `/scim/v2/Users`, and not `/scim/v20`. */
const isBelow = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

/** Nothing here is for a browser or a cache to interpret or to keep. */
const resultOf = ({ status, headers, body }: SignalAnswer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
  ...(body !== undefined && { body }),
});

const refusal = (error: unknown, channel: string, report: Report): SignalAnswer => {
  if (error instanceof Refused) {
    report.refused(channel, error.message);
    return error.answer;
  }
  report.failed(channel, error);
  return tryAgain;
};

/**
 * One request: its channel authenticates it, the bus takes what it says, and only then does the sender hear so. Nothing
 * is revoked in here. A request that fails after the bus has it comes again, and is the same revocation.
 */
export const receiveSignal = async (
  event: APIGatewayProxyEventV2,
  { channels, publish, report }: ReceiveDeps,
): Promise<APIGatewayProxyStructuredResultV2> => {
  let name = nobody;
  try {
    const request = signalRequestOf(event);
    const channel = channels.find(({ prefix }) => isBelow(request.path, prefix));
    if (!channel) throw new Refused('no-channel', json(404, 'not found'));
    name = channel.name;
    const { answer, signals, settle } = await channel.receive(request);
    await publish(signals);
    await settle?.();
    report.received(name);
    return resultOf(answer);
  } catch (error) {
    return resultOf(refusal(error, name, report));
  }
};
