import {
  type APIGatewayClient,
  NotFoundException,
  paginateGetUsagePlanKeys,
} from '@aws-sdk/client-api-gateway';
import { z } from 'zod';
import type { JsonAnswer } from './http-server.ts';

const day = 86_400_000;

/** `YYYY-MM-DD`, UTC. */
const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** How often each key was used on each plan on each day, since this was made. The local gateways count. */
export class ApiKeyUsage {
  readonly #now: () => Date;
  readonly #used = new Map<string, number>();

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  count(planId: string, keyId: string): void {
    const name = `${planId}/${keyId}/${dayOf(this.#now())}`;
    this.#used.set(name, (this.#used.get(name) ?? 0) + 1);
  }

  on(date: string, planId: string, keyId: string): number {
    return this.#used.get(`${planId}/${keyId}/${date}`) ?? 0;
  }
}

/** "GetUsage", URI request parameters. */
const query = z.object({
  startDate: z.iso.date(),
  endDate: z.iso.date(),
  keyId: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(25),
  position: z.coerce.number().int().min(0).default(0),
});

const refusal = (status: number, type: string, message: string): JsonAnswer => ({
  status,
  body: { message },
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
});

const daysIn = (startDate: string, endDate: string): string[] => {
  const length = (Date.parse(endDate) - Date.parse(startDate)) / day + 1;
  return Array.from({ length: Math.max(0, length) }, (_, at) =>
    dayOf(new Date(Date.parse(startDate) + at * day)),
  );
};

/** `undefined` where there is no such plan. */
const keysOn = async (client: APIGatewayClient, usagePlanId: string): Promise<string[] | undefined> => {
  try {
    const pages = await Array.fromAsync(paginateGetUsagePlanKeys({ client }, { usagePlanId }));
    return pages.flatMap(({ items = [] }) => items).flatMap(({ id }) => id ?? []);
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
};

interface Asked {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/**
 * Answers GetUsage ("GetUsage", API Gateway API Reference) of the plans of a local AWS: each key that is on the plan, used or not,
 * with a row for each day. What remains of a quota is not counted: 0. `undefined` for every other call.
 */
export const usageAnswer = async (
  { method, url = '' }: Asked,
  { usage, apiGateway }: { readonly usage: ApiKeyUsage; readonly apiGateway: APIGatewayClient },
): Promise<JsonAnswer | undefined> => {
  const { pathname, searchParams } = new URL(url, 'http://local');
  const [, plan] = (method === 'GET' && /^\/usageplans\/([^/]+)\/usage$/.exec(pathname)) || [];
  if (plan === undefined) return undefined;
  const { data } = query.safeParse(Object.fromEntries(searchParams));
  if (!data) return refusal(400, 'BadRequestException', 'Invalid usage request');
  const planId = decodeURIComponent(plan);
  const keys = await keysOn(apiGateway, planId);
  if (!keys) return refusal(404, 'NotFoundException', 'Invalid Usage Plan ID specified');
  const { startDate, endDate, keyId, limit, position } = data;
  const asked = keys.filter((id) => (keyId ?? id) === id);
  const rowsOf = (id: string) => daysIn(startDate, endDate).map((date) => [usage.on(date, planId, id), 0]);
  const values = Object.fromEntries(asked.slice(position, position + limit).map((id) => [id, rowsOf(id)]));
  const more = position + limit < asked.length ? { position: String(position + limit) } : {};
  return {
    status: 200,
    body: { usagePlanId: planId, startDate, endDate, values, ...more },
    headers: { 'content-type': 'application/json' },
  };
};
