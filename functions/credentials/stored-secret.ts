import {
  type DescribeSecretResponse,
  type Filter,
  paginateListSecrets,
  type SecretListEntry,
} from '@aws-sdk/client-secrets-manager';
import type { StoredSecret } from '../domain/credential.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { callingPages } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Order, Original, Search } from './credential-revoker.ts';
import type { RevokerDependencies } from './index.ts';
import { isMarked, StoredSecretCalls } from './stored-secret-calls.ts';
import {
  denialFor,
  holds,
  isDenied,
  restoredPolicy,
  withDenial,
  withoutDenial,
} from './stored-secret-policy.ts';

const level = 'control-plane';

/** They match beginnings, and may find key and value on two tags ("Filter", API Reference): looked at once more. */
export const secretFilters: Filter[] = [
  { Key: 'tag-key', Values: [holds.key] },
  { Key: 'tag-value', Values: [holds.value] },
];

/** The shortest time for which Secrets Manager keeps a deleted secret recoverable ("DeleteSecret", API Reference). */
const recoverableDays = 7;

/**
 * A secret of Secrets Manager that holds a key of somebody else's API, tagged `cutoff:holds`. Nobody may read it any
 * more, it is marked, and rotated where rotation is on. Without rotation, a copy of the key that somebody made before
 * goes on working at its API. The value is never read here.
 *
 * A resource policy is one document without a version: who changes it at the very same time may undo our denial, which
 * the next look shows, or lose their own change. Replicas take over policy, tags and value from their primary
 * ("Replicate Secrets Manager secrets across Regions"); a replica cannot be cut by itself.
 *
 * `original`: `{ policy: string | null }`, the resource policy without our statement. A value that was rotated is not
 * brought back: the new one is as good.
 */
export class StoredSecretRevoker implements CredentialRevoker<StoredSecret> {
  readonly kind = 'stored-secret';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = false;
  readonly hasFastDeny = true;
  readonly isConfigured: boolean;
  readonly #deps: Pick<RevokerDependencies, 'clients' | 'home'>;

  constructor(dependencies: Pick<RevokerDependencies, 'clients' | 'home' | 'settings'>) {
    this.#deps = dependencies;
    this.isConfigured = dependencies.settings.storedSecrets;
  }

  async *discover(search: Search): AsyncGenerator<Found<StoredSecret>> {
    if (!this.isConfigured || search.for === 'principal') return;
    const { account, region } = this.#deps.home;
    const client = this.#deps.clients.secretsManager({ account, region });
    const pages = paginateListSecrets({ client }, { Filters: secretFilters, IncludePlannedDeletion: false });
    for await (const page of callingPages('secretsmanager:ListSecrets', pages)) {
      for (const secret of page.SecretList ?? []) {
        const facts = secretFacts(secret);
        if (facts.tags[holds.key] !== holds.value) continue;
        yield { credential: { kind: 'stored-secret', account, region, id: facts.arn }, facts };
      }
    }
  }

  async describe(credential: StoredSecret): Promise<PrincipalFacts | undefined> {
    const secret = await this.#calls(credential).describe();
    return secret && secretFacts(secret);
  }

  async inspect(credential: StoredSecret, order: Order): Promise<Inspection> {
    const seen = await this.#calls(credential).look();
    if (!seen) return { state: 'gone', level, observed: 'secretsmanager:DescribeSecret gone', original: {} };
    const { secret, policy } = seen;
    const denied = isDenied(policy, secret);
    const marked = isMarked(secret);
    const late = mustRotate(secret, order);
    const rotation = secret.RotationEnabled ? `${late ? 'not ' : ''}rotated since the cutoff` : 'no rotation';
    return {
      state: denied && marked && !late ? 'dead' : 'live',
      level,
      observed:
        `secretsmanager:GetResourcePolicy ${denied ? 'CutoffDeny' : 'no CutoffDeny'}, ` +
        `secretsmanager:DescribeSecret ${marked ? 'marked' : 'not marked'}, ${rotation}`,
      original: { policy: withoutDenial(policy) },
    };
  }

  async deny(credential: StoredSecret): Promise<'denied' | 'nothing-to-deny'> {
    return (await this.#deny(this.#calls(credential))) ? 'denied' : 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // Neither a resource policy nor a tag expires.
  }

  /** Rotation goes on after this returns; only its end is a proof. */
  async revoke(credential: StoredSecret, order: Order): Promise<void> {
    const calls = this.#calls(credential);
    const secret = await this.#deny(calls);
    // Gone: nobody can read it either.
    if (!secret) return;
    await calls.mark(order.cutoff);
    if (mustRotate(secret, order)) await calls.rotate();
  }

  /** Out of the policy as it is now: others may have changed their statements meanwhile. */
  async restore(credential: StoredSecret, original: Original): Promise<void> {
    const calls = this.#calls(credential);
    const seen = await calls.look();
    // Gone: nothing to go back to.
    if (!seen) return;
    // The denial goes last, so that the secret is readable only when all of it is back.
    await calls.unmark();
    const before = typeof original.policy === 'string' ? original.policy : null;
    const restored = restoredPolicy(seen.policy, before);
    if (restored === seen.policy) return;
    await (restored === null ? calls.deletePolicy() : calls.putPolicy(restored));
  }

  /** Denied and marked it stays, should somebody recover it. */
  async remove(credential: StoredSecret): Promise<'removed'> {
    const calls = this.#calls(credential);
    if (await calls.describe()) await calls.delete(recoverableDays);
    return 'removed';
  }

  /** The secret that is denied now, `undefined` where it is gone. */
  async #deny(calls: StoredSecretCalls): Promise<DescribeSecretResponse | undefined> {
    const seen = await calls.look();
    if (seen) await calls.putPolicy(withDenial(seen.policy, denialFor(seen.secret)));
    return seen?.secret;
  }

  #calls(credential: StoredSecret): StoredSecretCalls {
    return new StoredSecretCalls(this.#deps.clients.secretsManager(credential), credential.id);
  }
}

const mustRotate = (
  { RotationEnabled, LastRotatedDate }: DescribeSecretResponse,
  { cutoff }: Order,
): boolean =>
  RotationEnabled === true && !(LastRotatedDate && LastRotatedDate.getTime() >= Date.parse(cutoff));

/** `LastAccessedDate` is a day ("SecretListEntry", API Reference). */
export const secretFacts = (secret: SecretListEntry & DescribeSecretResponse): PrincipalFacts => ({
  arn: secret.ARN ?? '',
  name: secret.Name ?? '',
  tags: Object.fromEntries((secret.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  ...(secret.LastAccessedDate && { lastUsedAt: secret.LastAccessedDate.toISOString() }),
});
