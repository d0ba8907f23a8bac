import type { JsonAnswer } from './http-server.ts';

/** One gateway's cached authorizer results of one stage. */
export interface StageCache {
  readonly api: string;
  readonly stage: string;
  flush(): void;
}

/**
 * What FlushStageAuthorizersCache and ResetAuthorizersCache reach: the caches of the gateways that play stages here.
 */
export class AuthorizerCaches {
  readonly #stages = new Set<StageCache>();

  add(cache: StageCache): void {
    this.#stages.add(cache);
  }

  /** Whether there is such a stage. */
  flush(api: string, stage: string): boolean {
    const found = [...this.#stages].filter((cache) => cache.api === api && cache.stage === stage);
    for (const cache of found) cache.flush();
    return found.length > 0;
  }
}

/** By path: the API's id and the stage's name as they are in the URL, and the status that says it is done. */
const calls = [
  { path: /^\/restapis\/([^/]+)\/stages\/([^/]+)\/cache\/authorizers$/, done: 202 }, // FlushStageAuthorizersCache
  { path: /^\/v2\/apis\/([^/]+)\/stages\/([^/]+)\/cache\/authorizers$/, done: 204 }, // ResetAuthorizersCache
] as const;

const noSuchStage: JsonAnswer = {
  status: 404,
  body: { message: 'Invalid stage identifier specified' },
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'NotFoundException' },
};

/**
 * Answers FlushStageAuthorizersCache (REST APIs) and ResetAuthorizersCache (HTTP APIs) of the API Gateway API
 * references: an empty body, or a NotFoundException for a stage that nobody plays. `undefined` for every other
 * call.
 */
export const flushAnswer = (
  { method, url = '' }: { readonly method?: string | undefined; readonly url?: string | undefined },
  caches: AuthorizerCaches,
): JsonAnswer | undefined => {
  const [path = ''] = url.split('?');
  for (const call of method === 'DELETE' ? calls : []) {
    const [, api, stage] = call.path.exec(path) ?? [];
    if (api === undefined || stage === undefined) continue;
    const found = caches.flush(decodeURIComponent(api), decodeURIComponent(stage));
    return found ? { status: call.done, body: undefined } : noSuchStage;
  }
  return undefined;
};
