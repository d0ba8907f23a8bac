import { z } from 'zod';
import { isObject, isPlain } from '../shared/json.ts';
import type { Channel, Received, Signal, SignalRequest } from './channel.ts';
import { refuse } from './refuse.ts';
import { readJson, shapedAs } from './request-body.ts';
import { isSharedSecret } from './shared-secret.ts';

export interface OktaHookDeps {
  /** What Okta sends as `Authorization`: an arbitrary string that the hook was registered with. */
  readonly secret: () => Promise<string>;
}

const prefix = '/okta/events';

/** Okta documents no limit; events "within a short time of each other" come together. */
const mostEvents = 1000;

/** Bytes of one reduced event. A System Log event has a handful of targets; EventBridge takes 256 kB an entry. */
const largestEvent = 100_000;

const id = z.string().min(1).max(256);
const deliverySchema = z.object({
  data: z.object({
    events: z
      .array(z.looseObject({ uuid: id }))
      .min(1)
      .max(mostEvents),
  }),
});
type LogEvent = z.output<typeof deliverySchema>['data']['events'][number];

type Json = Readonly<Record<string, unknown>>;

const pick = (value: unknown, fields: readonly string[]): Json => {
  if (!isObject(value)) return {};
  const present = fields.filter((field) => Object.hasOwn(value, field) && isPlain(value[field]));
  return Object.fromEntries(present.map((field) => [field, value[field]]));
};

const debugFields = ['privilegeGranted', 'privilegeRevoked'];

/**
 * The parts that the `okta` source reads; clients, addresses and the admin stay behind. What is not as documented is
 * left for that source to refuse by name.
 */
const reduced = (event: LogEvent): Json => {
  const { target, outcome, debugContext } = event;
  const debugData = pick(isObject(debugContext) ? debugContext.debugData : undefined, debugFields);
  return {
    ...pick(event, ['uuid', 'eventType', 'published']),
    outcome: pick(outcome, ['result', 'reason']),
    target: Array.isArray(target)
      ? target.map((one) => pick(one, ['id', 'type', 'alternateId', 'displayName']))
      : null,
    ...(Object.keys(debugData).length > 0 && { debugContext: { debugData } }),
  };
};

const signalOf = (event: LogEvent, index: number): Signal => {
  const detail = reduced(event);
  if (JSON.stringify(detail).length > largestEvent) throw refuse(400, `data.events.${index} is too large`);
  return { source: 'cutoff.okta', detailType: 'SystemLog', detail };
};

/** The one GET that Okta sends, without knowing the secret to be right: it asks whether the endpoint is ours. */
const verification = ({ headers }: SignalRequest): Received => {
  const challenge = headers['x-okta-verification-challenge'] ?? '';
  if (!/^[\w.~+/=-]{1,256}$/.test(challenge)) throw refuse(400, 'no verification challenge that can be read');
  const body = JSON.stringify({ verification: challenge });
  const answerHeaders = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };
  return { answer: { status: 200, headers: answerHeaders, body }, signals: [] };
};

const delivery = (request: SignalRequest): Received => {
  const { data } = shapedAs(deliverySchema, readJson(request, refuse), refuse);
  return { answer: { status: 204 }, signals: data.events.map(signalOf) };
};

/**
 * Okta event hooks (Okta developer docs, "Event hooks"): delivered at least once, in any order, within 3 seconds and
 * with one retry, which no 4xx gets. Only some types are eligible: `user.lifecycle.delete.initiated` is,
 * `delete.completed` is not, so a deletion shows as the former alone.
 */
export const oktaHookChannel = ({ secret }: OktaHookDeps): Channel => ({
  name: 'okta-hook',
  prefix,
  receive: async (request) => {
    if (request.path !== prefix) throw refuse(404, 'nothing is here');
    if (request.method === 'GET') return verification(request);
    if (request.method !== 'POST')
      throw refuse(405, 'only GET and POST are answered', { allow: 'GET, POST' });
    const isOkta = isSharedSecret(request.headers.authorization, await secret());
    if (!isOkta) throw refuse(401, 'the authorization header is not the hook’s');
    return delivery(request);
  },
});
