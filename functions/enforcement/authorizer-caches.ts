import { FlushStageAuthorizersCacheCommand } from '@aws-sdk/client-api-gateway';
import { ResetAuthorizersCacheCommand } from '@aws-sdk/client-apigatewayv2';
import { calling } from '../credentials/aws-errors.ts';
import type { CachedStage } from '../domain/enforcement-settings.ts';
import { CutoffError, needsAttention } from '../domain/errors.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { tooLong, within } from '../shared/deadline.ts';
import { coalescing } from './coalescing.ts';

/** Empties every cache; see `emptyAuthorizerCaches`. */
export type EmptyCaches = () => Promise<void>;

export interface CacheDeps {
  readonly clients: Pick<AwsClients, 'apiGateway' | 'httpApis'>;
  /** Where the APIs are. */
  readonly home: Place;
}

/** Two of them fit into what ingest gives a deny: whoever waits for the next run hears of a stage that hangs by its name. */
const flushMilliseconds = 2000;

const send = ({ api, stage, type }: CachedStage, { clients, home }: CacheDeps): Promise<unknown> => {
  // One that is given up must not use up the quota of 10 requests a second with tries of its own.
  const options = { abortSignal: AbortSignal.timeout(flushMilliseconds) };
  return type === 'http'
    ? calling('apigateway:DELETE /apis/*/stages/*/cache/authorizers', () =>
        clients
          .httpApis(home)
          .send(new ResetAuthorizersCacheCommand({ ApiId: api, StageName: stage }), options),
      )
    : calling('apigateway:DELETE /restapis/*/stages/*/cache/authorizers', () =>
        clients
          .apiGateway(home)
          .send(new FlushStageAuthorizersCacheCommand({ restApiId: api, stageName: stage }), options),
      );
};

interface Failure {
  readonly stage: CachedStage;
  readonly cause: unknown;
}

/** `undefined` where the stage's cache is empty now. */
const flush = async (stage: CachedStage, deps: CacheDeps): Promise<Failure | undefined> => {
  try {
    await within(flushMilliseconds, send(stage, deps), tooLong('emptying the cache'));
    return undefined;
  } catch (cause) {
    return { stage, cause };
  }
};

const sentenceOf = ({ stage: { api, stage, seconds }, cause }: Failure): string => {
  const why = cause instanceof CutoffError ? `: ${cause.message}` : '';
  return `${api}/${stage} may answer from its cache for ${seconds} seconds${why}`;
};

/** What waiting cannot mend counts for all, so that it is said aloud. */
const errorOf = (failures: readonly Failure[]): CutoffError => {
  const causes = failures.map(({ cause }) => cause);
  const cause = causes.find(needsAttention) ?? causes[0];
  const message = failures.map(sentenceOf).join('; ');
  return new CutoffError(message, { code: 'cache-not-flushed', retryable: true, cause });
};

/**
 * Empties what API Gateway keeps of the authorizer's answers, on all of `stages` ("FlushStageAuthorizersCache", API
 * Gateway API Reference; "ResetAuthorizersCache", Version 2 API Reference: of HTTP APIs only). `undefined` where
 * there are none. Callers at the same time share calls: see `coalescing`.
 *
 * Every stage is tried. Throws `cache-not-flushed`, retryable, with a sentence for each that failed. One that is not
 * found is a failure too, although a stage that was deleted answers nobody: a misspelt one looks just the same, and
 * would go on answering from its cache. Who deletes a stage takes it out of the settings.
 */
export const emptyAuthorizerCaches = (
  stages: readonly CachedStage[],
  deps: CacheDeps,
): EmptyCaches | undefined => {
  if (stages.length === 0) return undefined;
  return coalescing(async () => {
    const outcomes = await Promise.all(stages.map((stage) => flush(stage, deps)));
    const failures = outcomes.filter((outcome) => outcome !== undefined);
    if (failures.length > 0) throw errorOf(failures);
  });
};
