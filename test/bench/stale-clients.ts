import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
import type { Answer } from '../contract/call-log.ts';
import { type Manner, slowly, waitFor } from './slow-client.ts';
import type { StaleAccount } from './stale-account.ts';
import { staleApiGateway } from './stale-api-gateway.ts';
import { staleIam } from './stale-iam.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const region = 'eu-west-1';

/**
 * API Gateway's control plane takes 10 calls a second of an account ("Quotas", API Gateway Developer Guide). Assumption: IAM, which
 * publishes nothing, takes 20, and each call of either is answered after 30 ms.
 */
export const manners = {
  iam: { latency: 30, perSecond: 20 },
  apiGateway: { latency: 30, perSecond: 10 },
} as const satisfies Readonly<Record<string, Manner>>;

/** By the names of the calls. */
export type Counts = Record<string, number>;

const counted =
  (answer: Answer, counts: Counts): Answer =>
  (command) => {
    const name = command.constructor.name.replace(/Command$/, '');
    counts[name] = (counts[name] ?? 0) + 1;
    return answer(command);
  };

export interface StaleClients {
  readonly iam: IAMClient;
  readonly apiGateway: APIGatewayClient;
}

/** Clients of one account, which has its own quotas, as each account does. */
export const clientsOf = (account: StaleAccount, clock: VirtualClock, counts: Counts): StaleClients => {
  const config = { region, credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };
  const iam = counted(staleIam(account, clock.now()), counts);
  const apiGateway = counted(staleApiGateway(account), counts);
  return {
    iam: slowly(new IAMClient(config), iam, waitFor(clock, manners.iam)),
    apiGateway: slowly(new APIGatewayClient(config), apiGateway, waitFor(clock, manners.apiGateway)),
  };
};
