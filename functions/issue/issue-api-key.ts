import {
  type APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  paginateGetApiKeys,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { readKey } from '../credentials/api-gateway-key-calls.ts';
import { calling, callingPages } from '../credentials/aws-errors.ts';
import { usagePlansOf } from '../credentials/usage-plans.ts';
import type { ApiGatewayKey } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Issuance } from '../stores/issuances.ts';
import type { IssueDeps } from './deps.ts';
import { mustBeAmong, type Ordered, settingFor } from './draft.ts';
import {
  type Issuer,
  issuanceTag,
  type Made,
  type Marked,
  mustStillBeNamed,
  textIn,
  textsIn,
} from './issuer.ts';
import { made } from './made.ts';
import { claimTags } from './owner.ts';
import type { ApiKeyRequest } from './request.ts';

const kind = 'api-gateway-key';

export const orderApiKey = (
  { usagePlan, name = '', entitlements }: ApiKeyRequest,
  { settings, home }: Pick<IssueDeps, 'settings' | 'home'>,
): Ordered => {
  const terms = settingFor(settings, 'apiKeys', 'request.issue');
  mustBeAmong(usagePlan, terms.usagePlans, 'request.usagePlan');
  for (const [at, entitlement] of entitlements.entries())
    mustBeAmong(entitlement, terms.entitlements, `request.entitlements.${at}`);
  return { kind, place: home, terms, handle: { name, usagePlans: [usagePlan] } };
};

/** The same again, on the same plans. One that somebody disabled must not come back through a new one. */
export const orderApiKeyAgain = async (
  old: ApiGatewayKey,
  entitlements: readonly string[],
  { settings, home, clients }: Pick<IssueDeps, 'settings' | 'home' | 'clients'>,
): Promise<Ordered> => {
  const terms = settingFor(settings, 'apiKeys', 'request.rotate');
  for (const one of entitlements) mustBeAmong(one, terms.entitlements, 'request.rotate.id: its entitlement');
  const client = clients.apiGateway(old);
  const key = await readKey(client, old.id);
  if (!key?.enabled) throw new InvalidInput('request.rotate.id', 'names no API key that is enabled');
  const usagePlans = (await usagePlansOf(client, old.id)).map(({ id }) => id);
  for (const plan of usagePlans) mustBeAmong(plan, terms.usagePlans, 'request.rotate.id: its usage plan');
  return { kind, place: home, terms, handle: { name: key.name ?? '', usagePlans } };
};

type Deps = Pick<IssueDeps, 'settings' | 'clients' | 'once' | 'home' | 'rules'>;

/** Made disabled and on no usage plan; it carries its owner and its issuance as tags from its first moment on. */
export class ApiKeyIssuer implements Issuer<ApiGatewayKey> {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async create(issuance: Issuance): Promise<Made<ApiGatewayKey>> {
    const { home, once, rules } = this.#deps;
    const claim = { owners: textsIn(issuance, 'owners'), entitlements: issuance.entitlements };
    const tags = { [issuanceTag]: issuance.id, ...claimTags(claim, rules.ownership) };
    const create = new CreateApiKeyCommand({
      name: textIn(issuance, 'name') || issuance.id,
      description: 'Issued by Cutoff',
      enabled: false,
      tags,
    });
    const key = await calling('apigateway:POST /apikeys', () => once.apiGateway(home).send(create));
    return {
      credential: { kind, ...home, id: made(key.id, 'an API key') },
      secret: { apiKey: made(key.value, 'an API key') },
    };
  }

  async activate(credential: ApiGatewayKey, issuance: Issuance): Promise<void> {
    const client = this.#client;
    for (const plan of textsIn(issuance, 'usagePlans')) await this.#join(plan, credential);
    const patch = { op: 'replace', path: '/enabled', value: 'true' } as const;
    const enable = new UpdateApiKeyCommand({ apiKey: credential.id, patchOperations: [patch] });
    await calling('apigateway:PATCH /apikeys/*', () => client.send(enable));
  }

  /** Where an answer was lost the SDK asks again, and is refused for what it has done itself: it is on the plan. */
  async #join(usagePlanId: string, { id: keyId }: ApiGatewayKey): Promise<void> {
    const client = this.#client;
    const join = new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' });
    try {
      await calling('apigateway:POST /usageplans/*/keys', () => client.send(join));
    } catch (error) {
      const plans = await usagePlansOf(client, keyId);
      if (!plans.some(({ id }) => id === usagePlanId)) throw error;
    }
  }

  async find({ id }: Issuance): Promise<ApiGatewayKey[]> {
    mustStillBeNamed(this.#deps.settings.apiKeys !== undefined, 'apiKeys');
    const all = await Array.fromAsync(this.marked());
    return all.filter(({ issuance }) => issuance === id).map(({ credential }) => credential);
  }

  /** API Gateway cannot be asked for keys by tag: 500 of them a call. */
  async *marked(): AsyncGenerator<Marked<ApiGatewayKey>> {
    if (!this.#deps.settings.apiKeys) return;
    const pages = paginateGetApiKeys({ client: this.#client, pageSize: 500 }, { includeValues: false });
    for await (const page of callingPages('apigateway:GET /apikeys', pages)) {
      for (const { id, tags, createdDate } of page.items ?? []) {
        const issuance = tags?.[issuanceTag];
        if (!id || !issuance) continue;
        const credential = { kind, ...this.#deps.home, id } as const;
        yield { credential, issuance, createdAt: createdDate?.toISOString() };
      }
    }
  }

  get #client(): APIGatewayClient {
    return this.#deps.clients.apiGateway(this.#deps.home);
  }
}
