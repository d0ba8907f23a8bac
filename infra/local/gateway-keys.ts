import {
  type APIGatewayClient,
  type ApiKey,
  paginateGetApiKeys,
  paginateGetRestApis,
  paginateGetUsagePlans,
} from '@aws-sdk/client-api-gateway';

export interface DeployedStage {
  readonly apiId: string;
  readonly stage: string;
  readonly region: string;
}

/** Who sent an API key. */
export interface Caller {
  readonly value: string;
  readonly id: string;
}

export interface UsableKey {
  readonly id: string;
  /** The usage plan by which it opens the stage. */
  readonly planId: string;
}

/** The id under which the local AWS knows the API. A local AWS that keeps no REST APIs gets a made-up one. */
export const apiIdOf = async (client: APIGatewayClient, name: string): Promise<string> => {
  for await (const page of paginateGetRestApis({ client }, {})) {
    const id = page.items?.find((api) => api.name === name)?.id;
    if (id !== undefined) return id;
  }
  return 'localapi00';
};

const keyByValue = async (client: APIGatewayClient, value: string): Promise<ApiKey | undefined> => {
  for await (const page of paginateGetApiKeys({ client }, { includeValues: true })) {
    const key = page.items?.find((candidate) => candidate.value === value);
    if (key) return key;
  }
  return undefined;
};

/**
 * Stricter than any plan, milder than AWS: a plan without stages counts as well. moto 5.2 keeps the stages of a
 * plan made by CreateUsagePlan, but makes no plan of the template's `AWS::ApiGateway::UsagePlan`, so plans are
 * made by hand there, often without naming a stage.
 */
const openingPlan = async (
  client: APIGatewayClient,
  keyId: string,
  deployed: DeployedStage,
): Promise<string | undefined> => {
  for await (const page of paginateGetUsagePlans({ client }, { keyId })) {
    for (const { id = '', apiStages = [] } of page.items ?? []) {
      const named = apiStages.some(
        ({ apiId, stage }) => apiId === deployed.apiId && stage === deployed.stage,
      );
      if (named || apiStages.length === 0) return id;
    }
  }
  return undefined;
};

/** The key if it is enabled and on a usage plan of the stage. Asked anew for every request. */
export const usableKey = async (
  client: APIGatewayClient,
  value: string,
  deployed: DeployedStage,
): Promise<UsableKey | undefined> => {
  const key = await keyByValue(client, value);
  if (key?.id === undefined || key.enabled !== true) return undefined;
  const planId = await openingPlan(client, key.id, deployed);
  return planId === undefined ? undefined : { id: key.id, planId };
};
