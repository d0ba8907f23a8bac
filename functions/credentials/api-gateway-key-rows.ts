import type { ApiGatewayKey } from '../domain/credential.ts';
import { apiKeyDenialKey, apiKeyHashDenialKey, type Denial, isLive } from '../domain/denial.ts';
import type { EnforcementSettings } from '../domain/enforcement-settings.ts';
import type { AwsClients } from '../shared/aws-clients.ts';
import type { Denylist } from '../stores/denylist.ts';
import { type ApiKey, readKey, readKeyHashed } from './api-gateway-key-calls.ts';
import { blockedUntil, epochSeconds } from './denial-expiry.ts';
import { reading, writing } from './denylist-calls.ts';

export interface RowDependencies {
  readonly clients: Pick<AwsClients, 'apiGateway'>;
  readonly denylist: Denylist;
  readonly blockedDays: number;
  readonly now: () => Date;
  readonly enforcement: Pick<EnforcementSettings, 'apiKeyHeader'>;
}

type Read = ApiKey & { readonly hash?: string };

/**
 * The rows by which the authorizer refuses a key: by its id, which API Gateway tells for keys in `x-api-key`; and,
 * where keys come in a header of your own, by the SHA-256 of its value, since nothing else is known of it there.
 *
 * A key that is gone has no value any more, so its row by hash just expires. Whoever checks that a key is one at all
 * (API Gateway, where its key source is the authorizer; else the API itself) finds none then. A row by hash that was written
 * while the setting was on is not lifted by a restore while it is off: it expires, or a restore with the setting on lifts it.
 */
export class ApiGatewayKeyRows {
  readonly #deps: RowDependencies;

  constructor(dependencies: RowDependencies) {
    this.#deps = dependencies;
  }

  async deny(key: ApiGatewayKey): Promise<void> {
    await this.#onEach(key, (row) => this.#deps.denylist.deny(row, this.#denial()));
  }

  async prolong(key: ApiGatewayKey): Promise<void> {
    await this.#onEach(key, (row) => this.#deps.denylist.prolong(row, this.#denial()));
  }

  async lift(key: ApiGatewayKey): Promise<void> {
    await this.#onEach(key, (row) => this.#deps.denylist.unblock(row));
  }

  /** The key, with the hash of its value where there has to be a row by it; `undefined` where it is gone. */
  read({ id, ...place }: ApiGatewayKey): Promise<Read | undefined> {
    const client = this.#deps.clients.apiGateway(place);
    return this.#isHashed ? readKeyHashed(client, id) : readKey(client, id);
  }

  async areBlocked({ id }: ApiGatewayKey, hash: string | undefined): Promise<boolean> {
    const names = [apiKeyDenialKey(id), ...(hash === undefined ? [] : [apiKeyHashDenialKey(hash)])];
    const rows = await Promise.all(names.map((name) => reading(this.#deps.denylist, name)));
    const nowSeconds = epochSeconds(this.#deps.now());
    return rows.every((row) => row?.blocked === true && isLive(row, nowSeconds));
  }

  get #isHashed(): boolean {
    return this.#deps.enforcement.apiKeyHeader !== undefined;
  }

  /** By id first: that needs no request to API Gateway, which takes few. */
  async #onEach(key: ApiGatewayKey, change: (row: string) => Promise<void>): Promise<void> {
    await writing(() => change(apiKeyDenialKey(key.id)));
    const hash = this.#isHashed ? (await this.read(key))?.hash : undefined;
    if (hash !== undefined) await writing(() => change(apiKeyHashDenialKey(hash)));
  }

  #denial(): Denial {
    return { blocked: true, expiresAt: blockedUntil(this.#deps.now(), this.#deps.blockedDays) };
  }
}
