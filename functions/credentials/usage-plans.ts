import {
  type APIGatewayClient,
  CreateUsagePlanKeyCommand,
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

/**
 * Puts a key back on those of `plans` that it is no longer on. Assumption: disabling leaves a key on its plans (no
 * page says otherwise), so this is for what somebody else did meanwhile.
 */
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
