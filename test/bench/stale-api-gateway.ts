import type * as apigateway from '@aws-sdk/client-api-gateway';
import type { Answer } from '../contract/call-log.ts';
import { fake } from '../contract/fake.ts';
import { pageFrom, type StaleAccount } from './stale-account.ts';

const day = 86_400_000;

type Usage = number[][];

const positionOf = (next: string | undefined) => (next === undefined ? {} : { position: next });

/** API Gateway, as far as sweeps and loops call it: output shapes of the SDK, pages of 500 at most, 25 unless more are asked for. */
class StaleApiGateway {
  readonly #account: StaleAccount;
  /** By the number of days: all keys have the same two. */
  readonly #usages = new Map<number, { used: Usage; unused: Usage }>();

  constructor(account: StaleAccount) {
    this.#account = account;
  }

  #key(user: number) {
    const id = this.#account.apiKeyOf(user);
    return {
      id,
      name: this.#account.nameOf(user),
      enabled: true,
      createdDate: this.#account.created,
      lastUpdatedDate: this.#account.created,
      stageKeys: [],
      tags: { 'cutoff:owner': this.#account.ownerOf(user) },
    };
  }

  GetApiKeys({ position, limit = 25 }: apigateway.GetApiKeysCommandInput) {
    const { numbers, next } = pageFrom(position, this.#account.users, Math.min(limit, 500));
    return { items: numbers.map((user) => this.#key(user)), ...positionOf(next) };
  }

  GetApiKey({ apiKey = '' }: apigateway.GetApiKeyCommandInput) {
    return this.#key(this.#account.userWith(apiKey));
  }

  GetUsagePlans() {
    const { plan } = this.#account;
    return { items: [{ id: plan, name: 'partners', apiStages: [{ apiId: 'a1b2c3d4e5', stage: 'prod' }] }] };
  }

  GetUsagePlanKeys({ position, limit = 25 }: apigateway.GetUsagePlanKeysCommandInput) {
    const { numbers, next } = pageFrom(position, this.#account.users, Math.min(limit, 500));
    const items = numbers.map((user) => ({
      id: this.#account.apiKeyOf(user),
      type: 'API_KEY',
      name: this.#account.nameOf(user),
    }));
    return { items, ...positionOf(next) };
  }

  /** A row a day, what was used and what remains; today is the last one. */
  GetUsage({ keyId, position, limit = 25, startDate = '', endDate = '' }: apigateway.GetUsageCommandInput) {
    const days = Math.round((Date.parse(endDate) - Date.parse(startDate)) / day) + 1;
    const one = keyId === undefined ? undefined : this.#account.userWith(keyId);
    const all = pageFrom(position, this.#account.users, Math.min(limit, 500));
    const { numbers, next } = one === undefined ? all : { numbers: [one], next: undefined };
    const items = Object.fromEntries(
      numbers.map((user) => [this.#account.apiKeyOf(user), this.#usageOf(user, days)]),
    );
    return { usagePlanId: this.#account.plan, startDate, endDate, items, ...positionOf(next) };
  }

  #usageOf(user: number, days: number): Usage {
    const usages = this.#usages.get(days) ?? {
      used: Array.from({ length: days }, () => [5, 995]),
      unused: Array.from({ length: days }, () => [0, 1000]),
    };
    this.#usages.set(days, usages);
    return this.#account.isApiKeyUsed(user) ? usages.used : usages.unused;
  }
}

export const staleApiGateway = (account: StaleAccount): Answer => fake(new StaleApiGateway(account));
