import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { afterEach } from 'vitest';
import { type GatewayProps, startGateway } from '../../../infra/local/gateway.ts';
import type { HttpServer } from '../../../infra/local/http-server.ts';

/** What an authorizer answers for a REST API, or where an HTTP API is not told that answers are simple. */
export const policyFor = (Effect: 'Allow' | 'Deny', Resource: unknown) => ({
  principalId: 'ada',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
});

export const reached = '200 {"message":"reached the backend"}';

type Headers = Record<string, string>;

export interface Player {
  /** What the authorizer was asked, in order. */
  readonly events: Record<string, unknown>[];
  /** What it answers next. */
  answer: (event: Record<string, unknown>) => unknown;
  /** Status and body. */
  ask(path: string, headers?: Headers, method?: string): Promise<string>;
}

const started: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close()));
});

/** A gateway with an authorizer that the test plays. It ends with the test. */
export const play = async (
  props: Pick<GatewayProps, 'template'> & Partial<Omit<GatewayProps, 'invokeAuthorizer'>>,
): Promise<Player> => {
  const player: Omit<Player, 'ask'> = { events: [], answer: () => policyFor('Allow', '*') };
  const gateway = await startGateway({
    apiId: 'api7',
    apiGateway: new APIGatewayClient({ region: 'eu-west-1' }),
    ...props,
    invokeAuthorizer: async (event) => {
      player.events.push(event as Record<string, unknown>);
      return player.answer(event as Record<string, unknown>);
    },
  });
  started.push(gateway);
  const ask = async (path: string, headers: Headers = {}, method = 'GET') => {
    const response = await fetch(`${gateway.url}${path}`, { method, headers });
    return `${response.status} ${await response.text()}`;
  };
  return Object.assign(player, { ask });
};
