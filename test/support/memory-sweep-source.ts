import type { Credential, IamAccessKey } from '../../functions/domain/credential.ts';
import type { LastUse, LiveFacts } from '../../functions/domain/sweep-facts.ts';
import type { Listed, SweepSource } from '../../functions/sweep/sweep-source.ts';
import { account, type MemoryAccount, region } from './memory-account.ts';

/** When what was made and used, by id; lists tell the same, unless `rumours` says otherwise. */
export interface Ages {
  readonly made: Readonly<Record<string, string>>;
  readonly used?: Readonly<Record<string, string>>;
  /** What lists still say of a last use. */
  readonly rumours?: Readonly<Record<string, string>>;
}

const use = (at: string | undefined): LastUse => (at ? { at } : 'never');

const keyFacts = (
  source: MemoryAccount,
  ages: Ages,
  [id, key]: [string, { user: string; active: boolean }],
) => {
  const user = source.users.get(key.user);
  const credential: IamAccessKey = { kind: 'iam-access-key', account, region: 'global', id, user: key.user };
  const createdAt = ages.made[id];
  return {
    credential,
    arn: `arn:aws:iam::${account}:user/${key.user}`,
    name: key.user,
    path: '/',
    tags: user?.tags ?? {},
    isActive: key.active,
    ...(createdAt && { createdAt, rotatedAt: createdAt }),
    lastUse: use(ages.used?.[id]),
  };
};

/** Access keys and API keys of an account in memory, as a sweep sees them. */
export class MemorySweepSource implements SweepSource {
  readonly kinds = ['iam-user', 'iam-access-key', 'api-gateway-key'] as const;
  readonly reads: string[] = [];
  /** Thrown by `read`. */
  fault: (principal: Credential) => Error | undefined = () => undefined;
  readonly #account: MemoryAccount;
  readonly #ages: Ages;

  constructor(source: MemoryAccount, ages: Ages) {
    this.#account = source;
    this.#ages = ages;
  }

  async *listed(): AsyncGenerator<Listed> {
    const { made, used, rumours = used } = this.#ages;
    for (const [id, { tags }] of this.#account.users) {
      const principal = { kind: 'iam-user', account, region: 'global', id } as const;
      yield { kind: 'iam-user', account, principal, path: '/', tags, lastUse: 'unknown' };
    }
    for (const [id, { user, active }] of this.#account.keys) {
      if (!active) continue;
      const principal = { kind: 'iam-user', account, region: 'global', id: user } as const;
      const { tags = {} } = this.#account.users.get(user) ?? {};
      const facts = {
        kind: 'iam-access-key',
        account,
        path: '/',
        tags,
        lastUse: use(rumours?.[id]),
      } as const;
      yield { ...facts, principal, ...(made[id] && { createdAt: made[id], rotatedAt: made[id] }) };
    }
    for (const [id, { tags }] of this.#account.apiKeys) {
      const principal = { kind: 'api-gateway-key', account, region, id } as const;
      const lastUse = use(rumours?.[id]);
      yield {
        kind: 'api-gateway-key',
        account,
        principal,
        tags,
        lastUse,
        ...(made[id] && { createdAt: made[id] }),
      };
    }
  }

  async read(principal: Credential): Promise<LiveFacts[]> {
    this.reads.push(principal.id);
    const error = this.fault(principal);
    if (error) throw error;
    if (principal.kind === 'api-gateway-key') return this.#apiKey(principal.id);
    const keys = [...this.#account.keys].filter(([, { user }]) => user === principal.id);
    const user = this.#account.users.get(principal.id);
    if (!user) return [];
    const credential = { kind: 'iam-user', account, region: 'global', id: principal.id } as const;
    const arn = `arn:aws:iam::${account}:user/${principal.id}`;
    const about = { credential, arn, name: principal.id, path: '/', tags: user.tags, isActive: true };
    const all = keys.map((entry) => keyFacts(this.#account, this.#ages, entry));
    return [{ ...about, lastUse: 'unknown' }, ...all];
  }

  #apiKey(id: string): LiveFacts[] {
    const key = this.#account.apiKeys.get(id);
    const createdAt = this.#ages.made[id];
    const credential = { kind: 'api-gateway-key', account, region, id } as const;
    const about = { credential, arn: `arn:aws:apigateway:${region}::/apikeys/${id}`, name: id };
    const lastUse = use(this.#ages.used?.[id]);
    return key
      ? [{ ...about, tags: key.tags, isActive: key.live, lastUse, ...(createdAt && { createdAt }) }]
      : [];
  }
}
