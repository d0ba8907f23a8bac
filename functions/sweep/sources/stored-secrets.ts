import {
  type DescribeSecretResponse,
  paginateListSecrets,
  type SecretListEntry,
} from '@aws-sdk/client-secrets-manager';
import { secretFacts, secretFilters } from '../../credentials/stored-secret.ts';
import { isMarked, StoredSecretCalls } from '../../credentials/stored-secret-calls.ts';
import { holds } from '../../credentials/stored-secret-policy.ts';
import type { Credential } from '../../domain/credential.ts';
import { daysAfter } from '../../domain/days.ts';
import type { LastUse, LiveFacts } from '../../domain/sweep-facts.ts';
import type { AwsClients, Place } from '../../shared/aws-clients.ts';
import type { Pace } from '../../shared/pace.ts';
import type { Listed, SweepSource } from '../sweep-source.ts';
import { pacedPages } from './paced-pages.ts';

export interface StoredSecretsSourceDeps {
  readonly clients: Pick<AwsClients, 'secretsManager'>;
  readonly home: Place;
  readonly pace: Pace;
}

type Secret = SecretListEntry & DescribeSecretResponse;

/** A day, of which nobody tells the hour; absent where the secret was never read ("DescribeSecret", API Reference). */
const lastUseOf = ({ LastAccessedDate: day }: Secret): LastUse =>
  day ? { at: daysAfter(day.toISOString(), 1) } : 'never';

/**
 * Where it was never rotated, somebody may have put another value by hand: it is no younger than the last change of any
 * kind, tags included.
 */
const timesOf = ({ CreatedDate, LastRotatedDate, LastChangedDate }: Secret) => {
  const rotatedAt = LastRotatedDate ?? LastChangedDate;
  return {
    ...(CreatedDate && { createdAt: CreatedDate.toISOString() }),
    ...(rotatedAt && { rotatedAt: rotatedAt.toISOString() }),
  };
};

/** Secrets of Secrets Manager that hold a key of somebody else's API, by their tag. No value is read, which would count as a use. */
export class StoredSecretsSource implements SweepSource {
  readonly kinds = ['stored-secret'] as const;
  readonly #deps: StoredSecretsSourceDeps;

  constructor(deps: StoredSecretsSourceDeps) {
    this.#deps = deps;
  }

  async *listed(): AsyncGenerator<Listed> {
    const { account, region } = this.#deps.home;
    const client = this.#deps.clients.secretsManager({ account, region });
    const asked = { Filters: secretFilters, IncludePlannedDeletion: false };
    const pages = paginateListSecrets({ client, pageSize: 100 }, asked);
    const listing = { action: 'secretsmanager:ListSecrets', pages, more: 'NextToken' } as const;
    for await (const { SecretList = [] } of pacedPages(listing, this.#deps.pace)) {
      for (const secret of SecretList) {
        const { arn, tags } = secretFacts(secret);
        if (tags[holds.key] !== holds.value) continue;
        const principal = { kind: 'stored-secret', account, region, id: arn } as const;
        yield {
          ...{ kind: principal.kind, account, principal, tags },
          ...timesOf(secret),
          lastUse: lastUseOf(secret),
        };
      }
    }
  }

  /** One call. */
  async read(principal: Credential): Promise<LiveFacts[]> {
    if (principal.kind !== 'stored-secret') return [];
    await this.#deps.pace(1);
    const client = this.#deps.clients.secretsManager(principal);
    const secret = await new StoredSecretCalls(client, principal.id).describe();
    if (!secret) return [];
    const { arn, name, tags } = secretFacts(secret);
    const isActive = !isMarked(secret);
    return [
      { credential: principal, arn, name, tags, isActive, ...timesOf(secret), lastUse: lastUseOf(secret) },
    ];
  }
}
