import * as apigateway from '@aws-sdk/client-api-gateway';
import type { Answer } from './call-log.ts';
import { fake } from './fake.ts';

interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly tags: Record<string, string>;
  enabled: boolean;
}

interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly keys: Set<string>;
}

const notFound = () =>
  new apigateway.NotFoundException({ message: 'not found', $metadata: { httpStatusCode: 404 } });

const pageOf = <T>(all: readonly T[], position: string | undefined, pageSize: number) => {
  const start = Number(position ?? 0);
  const end = start + pageSize;
  return { items: all.slice(start, end), ...(end < all.length && { position: String(end) }) };
};

/** API Gateway in memory, as far as the credential kind calls it. It gives a key's value to whoever asks for it. */
class FakeApiGateway {
  readonly #pageSize: number;
  readonly keys = new Map<string, ApiKey>();
  readonly plans = new Map<string, UsagePlan>();

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  key(id: string | undefined): ApiKey {
    const key = this.keys.get(id ?? '');
    if (!key) throw notFound();
    return key;
  }

  plan(id: string | undefined): UsagePlan {
    const plan = this.plans.get(id ?? '');
    if (!plan) throw notFound();
    return plan;
  }

  CreateApiKey({ name = '', enabled = false, tags = {} }: apigateway.CreateApiKeyCommandInput) {
    const key = { id: `key${this.keys.size}`, name, enabled, tags };
    this.keys.set(key.id, key);
    return key;
  }

  GetApiKey({ apiKey, includeValue }: apigateway.GetApiKeyCommandInput) {
    const key = this.key(apiKey);
    return { ...key, ...(includeValue && { value: `secret-${key.id}` }) };
  }

  GetApiKeys({ position }: apigateway.GetApiKeysCommandInput) {
    return pageOf([...this.keys.values()], position, this.#pageSize);
  }

  UpdateApiKey({ apiKey, patchOperations = [] }: apigateway.UpdateApiKeyCommandInput) {
    const key = this.key(apiKey);
    for (const { op, path, value } of patchOperations) {
      if (op === 'replace' && path === '/enabled') key.enabled = value === 'true';
    }
    return { ...key };
  }

  DeleteApiKey({ apiKey = '' }: apigateway.DeleteApiKeyCommandInput) {
    this.keys.delete(this.key(apiKey).id);
    for (const plan of this.plans.values()) plan.keys.delete(apiKey);
    return {};
  }

  CreateUsagePlan({ name = '' }: apigateway.CreateUsagePlanCommandInput) {
    const plan = { id: `plan${this.plans.size}`, name, keys: new Set<string>() };
    this.plans.set(plan.id, plan);
    return { id: plan.id, name };
  }

  DeleteUsagePlan({ usagePlanId }: apigateway.DeleteUsagePlanCommandInput) {
    this.plans.delete(this.plan(usagePlanId).id);
    return {};
  }

  GetUsagePlans({ keyId, position }: apigateway.GetUsagePlansCommandInput) {
    const plans = [...this.plans.values()].filter((plan) => plan.keys.has(keyId ?? ''));
    return pageOf(
      plans.map(({ id, name }) => ({ id, name })),
      position,
      this.#pageSize,
    );
  }

  CreateUsagePlanKey({ usagePlanId, keyId }: apigateway.CreateUsagePlanKeyCommandInput) {
    const { id, name } = this.key(keyId);
    this.plan(usagePlanId).keys.add(id);
    return { id, name, type: 'API_KEY' };
  }

  DeleteUsagePlanKey({ usagePlanId, keyId }: apigateway.DeleteUsagePlanKeyCommandInput) {
    if (!this.plan(usagePlanId).keys.delete(keyId ?? '')) throw notFound();
    return {};
  }
}

/** Fewer than asked for, so that a caller who ignores `position` is found out. */
export const fakeApiGateway = (pageSize = 2): Answer => fake(new FakeApiGateway(pageSize));
