import { CreateUsagePlanCommand, UpdateUsagePlanCommand } from '@aws-sdk/client-api-gateway';
import type { LocalClients } from './local-clients.ts';

type ApiGateway = Pick<LocalClients, 'apiGateway'>;

/** Ids of the plans of both REST APIs. */
export interface UsagePlans {
  readonly partners: string;
  readonly tokens: string;
}

const makePlan = async (name: string, { apiGateway }: ApiGateway): Promise<string> => {
  const { id = '' } = await apiGateway.send(new CreateUsagePlanCommand({ name }));
  return id;
};

/**
 * moto 5.2 makes nothing of `AWS::ApiGateway::UsagePlan`: made by hand, and before the deployment, whose settings name plans
 * that keys may be issued on.
 */
export const makeUsagePlans = async (clients: ApiGateway): Promise<UsagePlans> => ({
  partners: await makePlan('cutoff-partners', clients),
  tokens: await makePlan('cutoff-tokens', clients),
});

/** Once there is a stage, its keys open that and no other. */
export const openStage = async (
  usagePlanId: string,
  { apiId, stage }: { readonly apiId: string; readonly stage: string },
  { apiGateway }: ApiGateway,
): Promise<void> => {
  const patch = { op: 'add', path: '/apiStages', value: `${apiId}:${stage}` } as const;
  await apiGateway.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations: [patch] }));
};
