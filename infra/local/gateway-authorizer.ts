import type { Authorizer } from './gateway-api.ts';
import { type AuthorizerResult, resultIn } from './gateway-policy.ts';

interface Kept {
  readonly result: AuthorizerResult;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const keyOf = ({ logicalId }: Authorizer, identity: readonly string[]): string =>
  JSON.stringify([logicalId, ...identity]);

/** Results of a stage's authorizers, each for as long as its authorizer says. */
export class AuthorizerResults {
  readonly #kept = new Map<string, Kept>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  find(authorizer: Authorizer, identity: readonly string[]): AuthorizerResult | undefined {
    const kept = this.#kept.get(keyOf(authorizer, identity));
    return kept && this.#now().getTime() < kept.until ? kept.result : undefined;
  }

  keep(authorizer: Authorizer, identity: readonly string[], result: AuthorizerResult): void {
    const until = this.#now().getTime() + authorizer.ttlSeconds * 1000;
    if (authorizer.ttlSeconds > 0) this.#kept.set(keyOf(authorizer, identity), { result, until });
  }

  flush(): void {
    this.#kept.clear();
  }
}

export interface Question {
  /** Values of the identity sources. */
  readonly identity: readonly string[];
  readonly event: unknown;
}

export interface AskDeps {
  /** Runs the deployed authorizer; rejects with the error that the function threw. */
  readonly invokeAuthorizer: (event: unknown) => Promise<unknown>;
  readonly results: AuthorizerResults;
}

/**
 * `unauthorized`: the function threw the one error text that API Gateway knows ("Use API Gateway Lambda
 * authorizers").
 */
export type NoResult = 'unauthorized' | 'failed';

const complain = (reason: string): NoResult => {
  console.error(`gateway: the authorizer failed: ${reason}`);
  return 'failed';
};

/**
 * What was kept, or the authorizer's answer. Errors, `Unauthorized` among them, and answers in a wrong form are not
 * kept. Assumption: what was asked before a flush and is answered after it is kept.
 */
export const ask = async (
  authorizer: Authorizer,
  { identity, event }: Question,
  { invokeAuthorizer, results }: AskDeps,
): Promise<AuthorizerResult | NoResult> => {
  const kept = results.find(authorizer, identity);
  if (kept) return kept;
  try {
    const result = resultIn(await invokeAuthorizer(event), authorizer.answers);
    if (!result) return complain(`it answered no ${authorizer.answers}`);
    results.keep(authorizer, identity, result);
    return result;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'threw';
    return message === 'Unauthorized' ? 'unauthorized' : complain(message);
  }
};
