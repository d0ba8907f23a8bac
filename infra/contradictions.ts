import type { EventSource } from '../functions/sources/event-source.ts';

/** A setting that does not go with another one. */
export interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

export interface Choices {
  readonly issuers: readonly { readonly issuer: string; readonly longestTokenSeconds: number }[];
  readonly blockedDays: number;
  readonly sources: Readonly<Record<string, { readonly mode: 'observe' | 'enforce' }>>;
  readonly trailExists: boolean;
  readonly homeRegion?: string | undefined;
  readonly apiKeyRegions: readonly string[];
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

/** What each setting alone cannot say. Pure. */
export const contradictionsIn = (choices: Choices, sources: readonly EventSource[]): Contradiction[] => [
  ...rowsThatEndTooSoon(choices),
  ...silentSources(choices, sources),
  ...foreignRegions(choices),
];
