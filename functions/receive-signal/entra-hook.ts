import { z } from 'zod';
import { isPlain } from '../shared/json.ts';
import type { Channel, Received, Signal, SignalRequest } from './channel.ts';
import { refuse } from './refuse.ts';
import { readJson, shapedAs } from './request-body.ts';
import { isSharedSecret } from './shared-secret.ts';

export interface EntraHookDeps {
  /** The `clientState` that subscriptions were made with. */
  readonly secret: () => Promise<string>;
}

const prefix = '/entra/notifications';

/** Graph documents no limit. */
const mostNotifications = 1000;

/** Bytes of one notification without rich content, which is not asked for. */
const largestNotification = 50_000;

type Json = Readonly<Record<string, unknown>>;

const collectionSchema = z.object({
  value: z.array(z.record(z.string(), z.unknown())).min(1).max(mostNotifications),
});

const plainFields = (value: object): Json =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => isPlain(field)));

/** Ids, names and times: neither the shared secret nor encrypted content. */
const signalOf = ({ clientState: _, ...item }: Json, index: number): Signal => {
  const { resourceData } = item;
  const hasData = typeof resourceData === 'object' && resourceData !== null;
  const detail = { ...plainFields(item), ...(hasData && { resourceData: plainFields(resourceData) }) };
  if (JSON.stringify(detail).length > largestNotification) throw refuse(400, `value.${index} is too large`);
  return { source: 'cutoff.entra', detailType: 'ChangeNotification', detail };
};

/**
 * "notificationUrl validation": the decoded token comes back as plain text. Graph never sends HTML, and text that is
 * neither sniffed nor HTML runs nowhere.
 */
const validation = (token: string): Received => {
  if (!/^[\x20-\x3b\x3d\x3f-\x7e]{1,1024}$/.test(token))
    throw refuse(400, 'no validation token that can be read');
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return { answer: { status: 200, headers, body: token }, signals: [] };
};

/**
 * One `clientState` that does not match, and nothing of the request is believed. Graph repeats what is not answered with
 * 2xx for up to four hours, so a secret that was changed on one side only can be put right without a loss.
 */
const notifications = async (request: SignalRequest, secret: () => Promise<string>): Promise<Received> => {
  const { value } = shapedAs(collectionSchema, readJson(request, refuse), refuse);
  const expected = await secret();
  const isGraph = ({ clientState }: Json) =>
    typeof clientState === 'string' && isSharedSecret(clientState, expected);
  if (!value.every(isGraph)) throw refuse(401, 'clientState is not the subscription’s');
  return { answer: { status: 202 }, signals: value.map(signalOf) };
};

/** Microsoft Graph change notifications (Microsoft Graph docs, "Receive change notifications through webhooks"). */
export const entraHookChannel = ({ secret }: EntraHookDeps): Channel => ({
  name: 'entra-hook',
  prefix,
  receive: async (request) => {
    if (request.path !== prefix) throw refuse(404, 'nothing is here');
    if (request.method !== 'POST') throw refuse(405, 'only POST is answered', { allow: 'POST' });
    const token = request.query.validationToken;
    return token === undefined ? notifications(request, secret) : validation(token);
  },
});
