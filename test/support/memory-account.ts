import { BearerTokenRevoker } from '../../functions/credentials/bearer-token.ts';
import type {
  CredentialRevoker,
  Found,
  Inspection,
  Order,
  Original,
  Revokers,
  Search,
} from '../../functions/credentials/credential-revoker.ts';
import type { ApiGatewayKey, Credential, IamAccessKey, IamUser } from '../../functions/domain/credential.ts';
import type { PrincipalFacts } from '../../functions/domain/ownership.ts';
import type { AskKey } from '../../functions/identity/access-key.ts';
import type { ReportedUser } from '../../functions/inventory/credential-report-rows.ts';
import { MemoryDenylist } from './memory-denylist.ts';

export const account = '123456789012';
export const region = 'eu-west-1';
export const issuer = {
  issuer: 'https://id.acme.example',
  audience: 'acme-api',
  jwksUri: 'https://id.acme.example/jwks',
  subjectClaim: 'sub',
  subjectFormat: 'email',
  longestTokenSeconds: 3600,
} as const;

/** Thrown by a call, before it does anything, when a test says so. */
export type Fault = (call: string, id: string) => Error | undefined;

interface Thing {
  live: boolean;
  tags: Record<string, string>;
  /** ISO 8601: sessions from before it are denied. */
  deniedBefore?: string;
  /** ISO 8601, where a test needs it. */
  createdAt?: string;
}

/** A time only grows, as in the real policy. */
const later = (earlier: string | undefined, time: string) => (earlier && earlier > time ? earlier : time);

const level = 'control-plane' as const;

/** A kind that this account has none of. */
const notThere = <C extends Credential>(kind: C['kind']): CredentialRevoker<C> => ({
  kind,
  requiredEvidence: [level],
  denyKeepsOriginal: true,
  hasFastDeny: false,
  isConfigured: false,
  async *discover() {},
  describe: async () => undefined,
  inspect: async () => ({ state: 'gone', level, observed: 'none', original: {} }),
  deny: async () => 'nothing-to-deny',
  prolong: async () => undefined,
  revoke: async () => undefined,
  restore: async () => undefined,
  remove: async () => 'nothing-to-remove',
});

/**
 * An AWS account in memory, behind the same seam as the real kinds: for the way of the data, not for AWS's own
 * behaviour, which `test/contract` asks of the real kinds.
 */
export class MemoryAccount {
  readonly users = new Map<string, Thing>();
  readonly keys = new Map<string, { user: string; active: boolean; usedAt?: string; createdAt?: string }>();
  readonly apiKeys = new Map<string, Thing>();
  readonly denylist = new MemoryDenylist();
  readonly calls: string[] = [];
  fault: Fault = () => undefined;
  readonly revokers: Revokers;

  constructor(now: () => Date) {
    this.revokers = {
      'bearer-token': new BearerTokenRevoker({
        home: { account, region },
        denylist: this.denylist,
        issuers: [issuer],
        blockedDays: 30,
        now,
      }),
      'iam-user': this.#tagged<IamUser>('iam-user', this.users, 'global'),
      'iam-access-key': this.#accessKeys(),
      'api-gateway-key': this.#tagged<ApiGatewayKey>('api-gateway-key', this.apiKeys, region),
      'iam-login-profile': notThere('iam-login-profile'),
      'iam-service-credential': notThere('iam-service-credential'),
      'iam-ssh-key': notThere('iam-ssh-key'),
      'iam-signing-certificate': notThere('iam-signing-certificate'),
      'iam-role-session': notThere('iam-role-session'),
      'iam-assumed-session': notThere('iam-assumed-session'),
      'cognito-user': notThere('cognito-user'),
      'cognito-app-client': notThere('cognito-app-client'),
      'oauth-grant': notThere('oauth-grant'),
      'okta-grants': notThere('okta-grants'),
      'auth0-grants': notThere('auth0-grants'),
      'identity-center-assignment': notThere('identity-center-assignment'),
      'identity-center-membership': notThere('identity-center-membership'),
      'stored-secret': notThere('stored-secret'),
    };
  }

  addUser(name: string, tags: Record<string, string>, keys: readonly string[] = []): IamUser {
    this.users.set(name, { live: true, tags });
    for (const key of keys) this.keys.set(key, { user: name, active: true });
    return { kind: 'iam-user', account, region: 'global', id: name };
  }

  addApiKey(id: string, tags: Record<string, string>): ApiGatewayKey {
    this.apiKeys.set(id, { live: true, tags });
    return { kind: 'api-gateway-key', account, region, id };
  }

  /** As IAM tells of it, by its id alone. */
  readonly keyNow: AskKey = async (id) => {
    this.#call('iam-access-key:now', id);
    const key = this.keys.get(id);
    return key && { user: key.user, lastUse: key.usedAt ? { at: key.usedAt } : 'never' };
  };

  /** As the console does it: whoever has the user's keys still has them. */
  renameUser(from: string, to: string): void {
    const user = this.users.get(from);
    if (!user) return;
    this.users.delete(from);
    this.users.set(to, user);
    for (const key of this.keys.values()) if (key.user === from) key.user = to;
  }

  /** What a credential report would tell of the users. */
  reportedUsers(): ReportedUser[] {
    return [...this.users.keys()].map((name) => ({
      name,
      createdAt: '2025-01-01T00:00:00.000Z',
      hasPassword: false,
      keys: [...this.keys.values()]
        .filter(({ user }) => user === name)
        .map(({ active: isActive, createdAt }) => ({ isActive, ...(createdAt && { createdAt }) })),
    }));
  }

  #call(name: string, id: string): void {
    this.calls.push(`${name} ${id}`);
    const error = this.fault(name, id);
    if (error) throw error;
  }

  #tagged<C extends Credential>(
    kind: C['kind'],
    things: Map<string, Thing>,
    place: string,
  ): CredentialRevoker<C> {
    const arnOf = (id: string) => `arn:aws:iam::${account}:${kind === 'iam-user' ? 'user' : 'apikeys'}/${id}`;
    const factsOf = (id: string, { tags, createdAt }: Thing): PrincipalFacts => ({
      ...{ arn: arnOf(id), name: id, tags },
      ...(createdAt && { createdAt }),
    });
    const set = (call: string, id: string, live: boolean) => {
      this.#call(call, id);
      const thing = things.get(id);
      if (thing) thing.live = live;
    };
    const call = (name: string, id: string) => this.#call(name, id);
    const cut = (verb: string, id: string, { action, cutoff }: Order) => {
      const thing = things.get(id);
      if (action !== 'deny-sessions') return set(`${kind}:${verb}`, id, false);
      call(`${kind}:${verb}-sessions`, id);
      if (thing) thing.deniedBefore = later(thing.deniedBefore, cutoff);
    };
    return {
      kind,
      requiredEvidence: [level],
      denyKeepsOriginal: false,
      hasFastDeny: true,
      ...(kind === 'api-gateway-key' && { readsDenylist: true }),
      isConfigured: true,
      async *discover(search: Search): AsyncIterable<Found<C>> {
        if (search.for === 'principal') return;
        call(`${kind}:discover`, '*');
        for (const [id, thing] of things) {
          const credential = { kind, account, region: place, id } as unknown as C;
          yield { credential, facts: factsOf(id, thing) };
        }
      },
      async describe({ id }) {
        call(`${kind}:describe`, id);
        const thing = things.get(id);
        return thing && factsOf(id, thing);
      },
      async inspect({ id }, { action, cutoff }): Promise<Inspection> {
        call(`${kind}:inspect`, id);
        const thing = things.get(id);
        if (thing && action === 'deny-sessions') {
          const dead = (thing.deniedBefore ?? '') >= cutoff;
          return { state: dead ? 'dead' : 'live', level, observed: thing.deniedBefore ?? '', original: {} };
        }
        const state = thing ? (thing.live ? 'live' : 'dead') : 'gone';
        return { state, level, observed: state, original: { live: thing?.live ?? false } };
      },
      async deny(credential, order) {
        cut('deny', credential.id, order);
        return 'denied';
      },
      prolong: async () => undefined,
      async revoke(credential, order) {
        cut('revoke', credential.id, order);
      },
      async restore({ id }, original: Original) {
        set(`${kind}:restore`, id, original.live === true);
      },
      async remove({ id }) {
        call(`${kind}:remove`, id);
        things.delete(id);
        return 'removed';
      },
    };
  }

  #accessKeys(): CredentialRevoker<IamAccessKey> {
    const { keys } = this;
    const call = (name: string, id: string) => this.#call(`iam-access-key:${name}`, id);
    return {
      kind: 'iam-access-key',
      requiredEvidence: [level],
      denyKeepsOriginal: true,
      hasFastDeny: false,
      isConfigured: true,
      async *discover(search) {
        if (search.for !== 'principal' || search.principal.kind !== 'iam-user') return;
        call('discover', search.principal.id);
        for (const [id, { user, createdAt }] of [...keys]) {
          if (user !== search.principal.id) continue;
          const credential = { kind: 'iam-access-key', account, region: 'global', id, user } as const;
          const made = createdAt ? { createdAt } : {};
          yield { credential, facts: { arn: '', name: id, tags: {}, ...made } };
        }
      },
      describe: async () => undefined,
      async inspect({ id }) {
        call('inspect', id);
        const key = keys.get(id);
        const state = key ? (key.active ? 'live' : 'dead') : 'gone';
        return { state, level, observed: state, original: { active: key?.active ?? false } };
      },
      deny: async () => 'nothing-to-deny',
      prolong: async () => undefined,
      async revoke({ id }) {
        call('revoke', id);
        const key = keys.get(id);
        if (key) key.active = false;
      },
      async restore({ id }, original) {
        call('restore', id);
        const key = keys.get(id);
        if (key) key.active = original.active === true;
      },
      async remove({ id }) {
        call('remove', id);
        keys.delete(id);
        return 'removed';
      },
    };
  }
}
