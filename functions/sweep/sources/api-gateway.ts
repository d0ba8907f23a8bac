import {
  type APIGatewayClient,
  paginateGetApiKeys,
  paginateGetUsage,
  paginateGetUsagePlans,
} from '@aws-sdk/client-api-gateway';
import { apiKeyFacts } from '../../credentials/api-gateway-key.ts';
import { type ApiKey, readKey } from '../../credentials/api-gateway-key-calls.ts';
import { unlessGone } from '../../credentials/aws-errors.ts';
import { usagePlansOf } from '../../credentials/usage-plans.ts';
import type { ApiGatewayKey, Credential } from '../../domain/credential.ts';
import type { EnforcementSettings } from '../../domain/enforcement-settings.ts';
import type { LastUse, LiveFacts } from '../../domain/sweep-facts.ts';
import type { AwsClients, Place } from '../../shared/aws-clients.ts';
import type { Pace } from '../../shared/pace.ts';
import type { Listed, SweepSource } from '../sweep-source.ts';
import { pacedPages } from './paced-pages.ts';
import { type Counted, countedIn, usageWindow, useIn } from './usage.ts';

export interface ApiGatewaySourceDeps {
  readonly clients: Pick<AwsClients, 'apiGateway'>;
  readonly home: Place;
  readonly pace: Pace;
  readonly now: () => Date;
  readonly enforcement: Pick<EnforcementSettings, 'apiKeyHeader'>;
}

/** By id of a key: what each plan counted. */
type Usage = Map<string, Counted[]>;

/**
 * Usage-plan keys of REST APIs. Uses are what usage plans count, by the day. What a key did on a plan that it is not on any more,
 * `read` does not see.
 */
export class ApiGatewaySource implements SweepSource {
  readonly kinds = ['api-gateway-key'] as const;
  readonly #deps: ApiGatewaySourceDeps;

  constructor(deps: ApiGatewaySourceDeps) {
    this.#deps = deps;
  }

  /** A page for 500 keys, and for each plan a page for 500 of its keys. */
  async *listed(): AsyncGenerator<Listed> {
    const { home, pace } = this.#deps;
    const place = { account: home.account, region: home.region };
    const client = this.#deps.clients.apiGateway(place);
    const usage = await this.#allUsage(client);
    const pages = paginateGetApiKeys({ client, pageSize: 500 }, { includeValues: false });
    const listing = { action: 'apigateway:GET /apikeys', pages, more: 'position' } as const;
    for await (const { items = [] } of pacedPages(listing, pace)) {
      for (const key of items) {
        if (!key.id) continue;
        const principal = { kind: 'api-gateway-key', ...place, id: key.id } as const;
        const { tags, ...times } = this.#told(principal, key, usage);
        yield { kind: principal.kind, account: place.account, principal, tags, ...times };
      }
    }
  }

  /** Two calls, and one for each plan of the key. */
  async read(principal: Credential): Promise<LiveFacts[]> {
    if (principal.kind !== 'api-gateway-key') return [];
    const client = this.#deps.clients.apiGateway(principal);
    await this.#deps.pace(2);
    const key = await readKey(client, principal.id);
    if (!key) return [];
    const usage: Usage = new Map();
    for (const plan of await usagePlansOf(client, principal.id)) {
      await unlessGone(this.#addUsage(client, { usagePlanId: plan.id, keyId: principal.id }, usage));
    }
    const { arn, name } = apiKeyFacts(principal, key);
    const isActive = key.enabled !== false;
    return [{ credential: principal, arn, name, isActive, ...this.#told(principal, key, usage) }];
  }

  async #allUsage(client: APIGatewayClient): Promise<Usage> {
    const usage: Usage = new Map();
    const pages = paginateGetUsagePlans({ client, pageSize: 500 }, {});
    const listing = { action: 'apigateway:GET /usageplans', pages, more: 'position' } as const;
    for await (const { items = [] } of pacedPages(listing, this.#deps.pace)) {
      // A plan that is gone by now opens nothing any more.
      for (const { id } of items)
        if (id) await unlessGone(this.#addUsage(client, { usagePlanId: id }, usage));
    }
    return usage;
  }

  /**
   * Older texts of "GetUsage" call what it names keys by their value; it is the id, as the newer ones say, and nothing else is
   * looked for.
   */
  async #addUsage(
    client: APIGatewayClient,
    asked: { readonly usagePlanId: string; readonly keyId?: string },
    usage: Usage,
  ): Promise<void> {
    const window = usageWindow(this.#deps.now());
    const pages = paginateGetUsage({ client, pageSize: 500 }, { ...asked, ...window });
    const listing = { action: 'apigateway:GET /usageplans/*/usage', pages, more: 'position' } as const;
    for await (const { items = {} } of pacedPages(listing, this.#deps.pace)) {
      for (const [id, rows] of Object.entries(items)) {
        if (rows.length > 0) usage.set(id, [...(usage.get(id) ?? []), countedIn(rows, window.endDate)]);
      }
    }
  }

  /** A key's value stays what it is, so it is as old as the key. */
  #told({ id }: ApiGatewayKey, key: ApiKey, usage: Usage) {
    const createdAt = key.createdDate?.toISOString();
    return {
      tags: key.tags ?? {},
      ...(createdAt && { createdAt, rotatedAt: createdAt }),
      lastUse: this.#lastUse(useIn(usage.get(id) ?? [], createdAt)),
    };
  }

  /** No plan counts what comes in a header of your own: that none did says nothing then. */
  #lastUse(counted: LastUse): LastUse {
    const isCounted = this.#deps.enforcement.apiKeyHeader === undefined;
    return isCounted || (typeof counted === 'object' && 'at' in counted) ? counted : 'unknown';
  }
}
