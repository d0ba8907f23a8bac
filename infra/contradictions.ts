import type { IssueSettings } from '../functions/domain/issue-settings.ts';
import type { EventSource } from '../functions/sources/event-source.ts';
import { contradictionsInSweep, type SweepChoices } from './sweep-contradictions.ts';
import { timeouts } from './timeouts.ts';

/** A setting that does not go with another one. */
export interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

export interface Choices extends SweepChoices {
  readonly issuers: readonly { readonly issuer: string; readonly longestTokenSeconds: number }[];
  readonly blockedDays: number;
  readonly sources: Readonly<Record<string, { readonly mode: 'observe' | 'enforce' }>>;
  readonly trailExists: boolean;
  readonly homeRegion?: string | undefined;
  readonly apiKeyRegions: readonly string[];
  readonly enforcement: {
    readonly caches: readonly { readonly type: 'rest' | 'http' }[];
    readonly memorySeconds: number;
    readonly bestEffort?: unknown;
  };
  readonly verification: { readonly consistencyWindowSeconds: number };
  readonly issue?: Pick<IssueSettings, 'tokens' | 'oauthClients'> | undefined;
}

const secondsPerDay = 86_400;

const rowsThatEndTooSoon = ({ issuers, blockedDays }: Choices): Contradiction[] =>
  issuers
    .filter(({ longestTokenSeconds }) => longestTokenSeconds > blockedDays * secondsPerDay)
    .map(({ issuer, longestTokenSeconds }) => ({
      path: ['blockedDays'],
      message: `${blockedDays} days are less than tokens of ${issuer} live (${longestTokenSeconds} seconds), so a revoked one would come back`,
    }));

/** "Events from AWS services delivered via CloudTrail" come to EventBridge only where a trail logs them. */
const isFromTrail = ({ pattern }: EventSource): boolean =>
  pattern['detail-type']?.some((type) => type.endsWith(' via CloudTrail')) ?? false;

/** A source that hears nothing looks like one to which nothing happens. */
const silentSources = (choices: Choices, sources: readonly EventSource[]): Contradiction[] => {
  const waiting = sources.filter(
    (source) => isFromTrail(source) && choices.sources[source.name]?.mode === 'enforce',
  );
  if (waiting.length === 0 || choices.trailExists) return [];
  const names = waiting.map(({ name }) => name).join(', ');
  const message = `must be true before ${names} may enforce: events come only where a CloudTrail trail logs management events of all regions`;
  return [{ path: ['trailExists'], message }];
};

const foreignRegions = ({ apiKeyRegions, homeRegion }: Choices): Contradiction[] =>
  apiKeyRegions.flatMap((region, index) => {
    if (region === homeRegion) return [];
    const home = homeRegion ?? 'not named';
    const message = `API keys in ${region} are not served: only those of homeRegion are, which is ${home}`;
    return [{ path: ['apiKeyRegions', index], message }];
  });

/** Which of its audiences counted would be anybody's guess. Our own is an issuer without being named. */
const issuersNamedTwice = ({ issuers, issue }: Choices): Contradiction[] =>
  issuers.flatMap(({ issuer }, index) =>
    issuer === issue?.tokens?.issuer || issuers.findIndex((other) => other.issuer === issuer) < index
      ? [{ path: ['issuers', index, 'issuer'], message: `${issuer} is named twice` }]
      : [],
  );

/**
 * Nothing may be called dead while a request can still be decided by what was known before: from the authorizer's memory, or,
 * where API Gateway caches, by a run that began before the row was written and got its answer into a cache after the flush.
 * Caches are emptied for the last time when a credential is proven dead.
 */
const proofsThatComeTooSoon = ({ enforcement, verification }: Choices): Contradiction[] => {
  const { caches, memorySeconds } = enforcement;
  const least = memorySeconds + (caches.length > 0 ? timeouts.authorize.toSeconds() : 0);
  if (verification.consistencyWindowSeconds >= least) return [];
  const message = `must be at least ${least}: that long may a request be decided by what was known before (enforcement.caches, enforcement.memorySeconds)`;
  return [{ path: ['verification', 'consistencyWindowSeconds'], message }];
};

/** A REST API keeps an answer for all of its routes: one from memory would hold where it must not, and longer than it may. */
const bestEffortThatIsKept = ({ enforcement }: Choices): Contradiction[] => {
  const { bestEffort, caches } = enforcement;
  if (bestEffort === undefined || !caches.some(({ type }) => type === 'rest')) return [];
  const message =
    'must not be combined with caches of REST APIs, which keep its answers for all of their routes';
  return [{ path: ['enforcement', 'bestEffort'], message }];
};

/** Nothing is granted on another pool: what was issued there could not be revoked. */
const poolsOutOfReach = ({ issue, credentials }: Choices): Contradiction[] =>
  (issue?.oauthClients?.pools ?? []).flatMap((pool, index) =>
    credentials.cognitoUserPools.includes(pool)
      ? []
      : [
          {
            path: ['issue', 'oauthClients', 'pools', index],
            message: `${pool} must be named in credentials.cognitoUserPools too`,
          },
        ],
  );

/** What each setting alone cannot say. Pure. */
export const contradictionsIn = (choices: Choices, sources: readonly EventSource[]): Contradiction[] => [
  ...rowsThatEndTooSoon(choices),
  ...silentSources(choices, sources),
  ...foreignRegions(choices),
  ...issuersNamedTwice(choices),
  ...proofsThatComeTooSoon(choices),
  ...bestEffortThatIsKept(choices),
  ...poolsOutOfReach(choices),
  ...contradictionsInSweep(choices),
];
