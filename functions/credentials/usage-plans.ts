import {
  type APIGatewayClient,
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanKeyCommand,
  paginateGetUsagePlans,
} from '@aws-sdk/client-api-gateway';
import { calling, callingPages, unlessGone } from './aws-errors.ts';

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
}

/** The usage plans that an API key is on; none for a key that is gone. */
export const usagePlansOf = async (client: APIGatewayClient, keyId: string): Promise<UsagePlan[]> => {
  const pages = paginateGetUsagePlans({ client, pageSize: 500 }, { keyId });
  const all = await unlessGone(Array.fromAsync(callingPages('apigateway:GET /usageplans', pages)));
  return (all ?? []).flatMap((page) => page.items ?? []).map(({ id = '', name = '' }) => ({ id, name }));
};

/** Takes a key off every plan that it is on. */
export const detach = async (client: APIGatewayClient, keyId: string): Promise<void> => {
  for (const { id: usagePlanId } of await usagePlansOf(client, keyId)) {
    const remove = new DeleteUsagePlanKeyCommand({ usagePlanId, keyId });
    // Gone is the plan, the key, or the one from the other: nothing is left to take off.
    await unlessGone(calling('apigateway:DELETE /usageplans/*/keys/*', () => client.send(remove)));
  }
};

/** Puts a key back on those of `plans` that it is no longer on. */
export const reattach = async (
  client: APIGatewayClient,
  keyId: string,
  plans: readonly UsagePlan[],
): Promise<void> => {
  if (plans.length === 0) return;
  const attached = new Set((await usagePlansOf(client, keyId)).map((plan) => plan.id));
  for (const { id } of plans.filter((plan) => !attached.has(plan.id))) {
    const create = new CreateUsagePlanKeyCommand({ usagePlanId: id, keyId, keyType: 'API_KEY' });
    // Gone is the plan or the key: there is nothing to go back to.
    await unlessGone(calling('apigateway:POST /usageplans/*/keys', () => client.send(create)));
  }
};
