import * as apigateway from '@aws-sdk/client-api-gateway';
import type { Answer } from './call-log.ts';
import { fake } from './fake.ts';

interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly tags: Record<string, string>;
  createdDate: Date;
  enabled: boolean;
}

interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly keys: Set<string>;
  /** Requests by `KEY DAY`. */
  readonly used: Map<string, number>;
}

const notFound = () =>
  new apigateway.NotFoundException({ message: 'not found', $metadata: { httpStatusCode: 404 } });

const conflict = () =>
  new apigateway.ConflictException({
    message: 'already on the usage plan',
    $metadata: { httpStatusCode: 409 },
  });

const pageOf = <T>(all: readonly T[], position: string | undefined, pageSize: number) => {
  const start = Number(position ?? 0);
  const end = start + pageSize;
  return { items: all.slice(start, end), ...(end < all.length && { position: String(end) }) };
};

/** API Gateway in memory, as far as the credential kind calls it. It gives a key's value to whoever asks for it. */
export class FakeApiGateway {
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

  /** The only call that tells the value without being asked for it. */
  CreateApiKey({ name = '', enabled = false, tags = {} }: apigateway.CreateApiKeyCommandInput) {
    const key = { id: `key${this.keys.size}`, name, enabled, tags, createdDate: new Date() };
    this.keys.set(key.id, key);
    return { ...key, value: `secret-${key.id}` };
  }

  GetApiKey({ apiKey, includeValue }: apigateway.GetApiKeyCommandInput) {
    const key = this.key(apiKey);
    return { ...key, ...(includeValue && { value: `secret-${key.id}` }) };
  }

  GetApiKeys({ position, limit = 25 }: apigateway.GetApiKeysCommandInput) {
    return pageOf([...this.keys.values()], position, Math.min(limit, this.#pageSize));
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
    const plan = {
      id: `plan${this.plans.size}`,
      name,
      keys: new Set<string>(),
      used: new Map<string, number>(),
    };
    this.plans.set(plan.id, plan);
    return { id: plan.id, name };
  }

  DeleteUsagePlan({ usagePlanId }: apigateway.DeleteUsagePlanCommandInput) {
    this.plans.delete(this.plan(usagePlanId).id);
    return {};
  }

  GetUsagePlans({ keyId, position }: apigateway.GetUsagePlansCommandInput) {
    const plans = [...this.plans.values()].filter((plan) => keyId === undefined || plan.keys.has(keyId));
    return pageOf(
      plans.map(({ id, name }) => ({ id, name })),
      position,
      this.#pageSize,
    );
  }

  /** Each key that is on the plan, used or not, with a row a day ("Maintain a usage plan for REST APIs in API Gateway"). */
  GetUsage(input: apigateway.GetUsageCommandInput) {
    const { usagePlanId, keyId, startDate = '', endDate = '', position, limit = 25 } = input;
    const { keys, used } = this.plan(usagePlanId);
    const days: string[] = [];
    for (let time = Date.parse(startDate); time <= Date.parse(endDate); time += 86_400_000) {
      days.push(new Date(time).toISOString().slice(0, 10));
    }
    const asked = [...keys].filter((id) => (keyId ?? id) === id);
    const { items: ids, ...rest } = pageOf(asked, position, Math.min(limit, this.#pageSize));
    const rowsOf = (id: string) => days.map((day) => [used.get(`${id} ${day}`) ?? 0, 1000]);
    const items = Object.fromEntries(ids.map((id) => [id, rowsOf(id)]));
    return { usagePlanId, startDate, endDate, items, ...rest };
  }

  CreateUsagePlanKey({ usagePlanId, keyId }: apigateway.CreateUsagePlanKeyCommandInput) {
    const { id, name } = this.key(keyId);
    const { keys } = this.plan(usagePlanId);
    if (keys.has(id)) throw conflict();
    keys.add(id);
    return { id, name, type: 'API_KEY' };
  }

  DeleteUsagePlanKey({ usagePlanId, keyId }: apigateway.DeleteUsagePlanKeyCommandInput) {
    if (!this.plan(usagePlanId).keys.delete(keyId ?? '')) throw notFound();
    return {};
  }
}

/** Fewer than asked for, so that a caller who ignores `position` is found out. */
export const fakeApiGateway = (pageSize = 2, account = new FakeApiGateway(pageSize)): Answer => fake(account);
