import {
  type APIGatewayClient,
  DeleteApiKeyCommand,
  paginateGetApiKeys,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import type { ApiGatewayKey } from '../domain/credential.ts';
import type { EvidenceLevel } from '../domain/evidence.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { type ApiKeyProbeDeps, probeApiKey } from '../enforcement/api-key-probe.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { type ApiKey, readKey } from './api-gateway-key-calls.ts';
import { ApiGatewayKeyRows, type RowDependencies } from './api-gateway-key-rows.ts';
import { calling, callingPages, unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Original, Search } from './credential-revoker.ts';
import { partitionOf } from './partition.ts';
import { detach, reattach, type UsagePlan, usagePlansOf } from './usage-plans.ts';

const level = 'control-plane';

interface Dependencies extends RowDependencies, ApiKeyProbeDeps {
  readonly clients: Pick<AwsClients, 'apiGateway'>;
  readonly enforcement: ApiKeyProbeDeps['enforcement'];
  readonly home: Place;
}

/**
 * A REST API key. The authorizer refuses it by its rows on the denylist; `enabled: false` follows, because API
 * Gateway's control plane takes 10 requests a second in all ("Quotas", API Gateway Developer Guide), and then its usage
 * plans, so that whoever enables it again has to put it back there too.
 *
 * `original`: `{ enabled: boolean, usagePlans: [{ id, name }] }`.
 */
export class ApiGatewayKeyRevoker implements CredentialRevoker<ApiGatewayKey> {
  readonly kind = 'api-gateway-key';
  readonly requiredEvidence: readonly EvidenceLevel[];
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = true;
  readonly readsDenylist = true;
  readonly isConfigured = true;
  readonly #deps: Dependencies;
  readonly #rows: ApiGatewayKeyRows;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.#rows = new ApiGatewayKeyRows(dependencies);
    this.requiredEvidence = dependencies.enforcement.probes.apiKeyUrl ? [level, 'probe'] : [level];
  }

  async *discover(search: Search): AsyncGenerator<Found<ApiGatewayKey>> {
    if (search.for === 'principal') return;
    const { account, region } = this.#deps.home;
    const client = this.#deps.clients.apiGateway({ account, region });
    const pages = paginateGetApiKeys({ client, pageSize: 500 }, { includeValues: false });
    for await (const page of callingPages('apigateway:GET /apikeys', pages)) {
      for (const key of page.items ?? []) {
        if (!key.id) continue;
        const credential = { kind: 'api-gateway-key', account, region, id: key.id } as const;
        yield { credential, facts: apiKeyFacts(credential, key) };
      }
    }
  }

  async describe(credential: ApiGatewayKey): Promise<PrincipalFacts | undefined> {
    const key = await readKey(this.#client(credential), credential.id);
    return key && apiKeyFacts(credential, key);
  }

  async inspect(credential: ApiGatewayKey): Promise<Inspection> {
    const key = await this.#rows.read(credential);
    if (!key) return { state: 'gone', level, observed: 'apigateway:GetApiKey NotFound', original: {} };
    const enabled = key.enabled !== false;
    const blocked = await this.#rows.areBlocked(credential, key.hash);
    const usagePlans = await usagePlansOf(this.#client(credential), credential.id);
    const row = blocked ? 'blocked' : 'not blocked';
    return {
      state: !enabled && blocked && usagePlans.length === 0 ? 'dead' : 'live',
      level,
      observed: `apigateway:GetApiKey enabled=${enabled}, on ${usagePlans.length} usage plans, denylist ${row}`,
      original: { enabled, usagePlans },
    };
  }

  /** See `probeApiKey` for what it can and cannot prove. */
  probe(credential: ApiGatewayKey): Promise<Inspection | undefined> {
    return probeApiKey(credential, this.#deps);
  }

  async deny(credential: ApiGatewayKey): Promise<'denied'> {
    await this.#rows.deny(credential);
    return 'denied';
  }

  async prolong(credential: ApiGatewayKey): Promise<void> {
    await this.#rows.prolong(credential);
  }

  async revoke(credential: ApiGatewayKey): Promise<void> {
    await this.deny(credential);
    await this.#setEnabled(credential, false);
    await detach(this.#client(credential), credential.id);
  }

  /** The rows go last, so that the key works only when all of it is back. */
  async restore(credential: ApiGatewayKey, original: Original): Promise<void> {
    const usagePlans = (original.usagePlans ?? []) as readonly UsagePlan[];
    await reattach(this.#client(credential), credential.id, usagePlans);
    if (original.enabled === true) await this.#setEnabled(credential, true);
    await this.#rows.lift(credential);
  }

  /** The rows stay until they expire: ids never come again, and they cost nothing. */
  async remove(credential: ApiGatewayKey): Promise<'removed'> {
    const remove = new DeleteApiKeyCommand({ apiKey: credential.id });
    await unlessGone(calling('apigateway:DELETE /apikeys/*', () => this.#client(credential).send(remove)));
    return 'removed';
  }

  /** Needs no redeploy ("Patch operations", API Gateway API Reference). The answer may hold the value: dropped. */
  async #setEnabled(credential: ApiGatewayKey, enabled: boolean): Promise<void> {
    const patch = { op: 'replace', path: '/enabled', value: String(enabled) } as const;
    const update = new UpdateApiKeyCommand({ apiKey: credential.id, patchOperations: [patch] });
    await unlessGone(calling('apigateway:PATCH /apikeys/*', () => this.#client(credential).send(update)));
  }

  #client(credential: ApiGatewayKey): APIGatewayClient {
    return this.#deps.clients.apiGateway(credential);
  }
}

/** The ARN has no account ("API Gateway ARN reference", API Gateway Developer Guide). */
export const apiKeyFacts = ({ region, id }: ApiGatewayKey, key: ApiKey): PrincipalFacts => ({
  arn: `arn:${partitionOf(region)}:apigateway:${region}::/apikeys/${id}`,
  name: key.name ?? '',
  tags: key.tags ?? {},
  ...(key.createdDate && { createdAt: key.createdDate.toISOString() }),
});
