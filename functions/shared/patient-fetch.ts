import { setTimeout as pause } from 'node:timers/promises';
import { CutoffError } from '../domain/errors.ts';

export interface PatientRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | URLSearchParams;
}

export interface PatientAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Answers with whatever status below 500 but 429; the others, and silence, are `throttled` or `unavailable`. */
export type PatientFetch = (request: PatientRequest) => Promise<PatientAnswer>;

export interface PatientDependencies {
  readonly fetch: typeof fetch;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  readonly random?: () => number;
  readonly now?: () => Date;
  /** Who is asked, for errors: these quote no URL, header or body, since any of them may hold a token. */
  readonly what: string;
}

const mostTries = 3;
/** Milliseconds: each try, its body included. */
const tryTimeout = 5_000;
/** Milliseconds. Whoever asks for more is left to the queue, which waits without costing anything. */
const longestWait = 5_000;
/** Milliseconds: the back-off after the first try. */
const firstBackOff = 500;
const mostBytes = 1024 * 1024;

/** Why a try came to nothing that may come to something later. `asked`: milliseconds that the server wants. */
interface Setback {
  readonly code: 'throttled' | 'unavailable';
  readonly says: string;
  readonly asked?: number;
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
const retryAfter = (headers: Headers, now: Date): number => {
  const value = headers.get('retry-after')?.trim() ?? '';
  return /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
};

/**
 * Epoch seconds: "Rate limit best practices" (Okta), "Rate Limit Policy" (Auth0). Both come with every answer and say
 * something of this one only where it is a 429.
 */
const limitReset = (headers: Headers, now: Date): number =>
  Number(headers.get('x-rate-limit-reset') ?? headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000 -
  now.getTime();

const setbackOf = ({ status, headers }: Response, now: Date): Setback | undefined => {
  if (status !== 429 && status < 500) return undefined;
  const times = [retryAfter(headers, now), ...(status === 429 ? [limitReset(headers, now)] : [])];
  const asked = times.find(Number.isFinite);
  const isThrottled = status === 429 || (status === 503 && asked !== undefined);
  return {
    ...(isThrottled
      ? { code: 'throttled', says: 'was throttled' }
      : { code: 'unavailable', says: `answered ${status}` }),
    ...(asked !== undefined && { asked }),
  };
};

/** The name alone, such as `ECONNREFUSED` or `TimeoutError`: messages of `fetch` quote URLs and headers. */
const setbackOfError = (error: unknown): Setback => {
  const { name, cause } = error instanceof Error ? error : new Error();
  const code = (cause as { code?: unknown } | undefined)?.code;
  return { code: 'unavailable', says: `could not be reached (${typeof code === 'string' ? code : name})` };
};

const textOf = async ({ body }: Response, what: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) {
      throw new CutoffError(`${what} answered with more than 1 MB`, { code: 'unavailable', retryable: true });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * `fetch` for servers that fail or throttle now and then: each try ends after 5 seconds, there are three at most, and a
 * wait that the server asks for is kept where it is short. Never longer than 25 seconds in all. A redirect counts as a
 * failure: what is sent here holds secrets, and goes where the settings say or nowhere.
 */
export const patientFetch = (deps: PatientDependencies): PatientFetch => {
  const { fetch, what, sleep = pause, random = Math.random, now = () => new Date() } = deps;

  const attempt = async ({ url, ...rest }: PatientRequest): Promise<PatientAnswer | Setback> => {
    try {
      const signal = AbortSignal.timeout(tryTimeout);
      const response = await fetch(url, { ...rest, redirect: 'error', signal });
      const setback = setbackOf(response, now());
      if (!setback)
        return { status: response.status, headers: response.headers, text: await textOf(response, what) };
      await response.body?.cancel();
      return setback;
    } catch (error) {
      if (error instanceof CutoffError) throw error;
      return setbackOfError(error);
    }
  };

  return async (request) => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await attempt(request);
      if ('status' in outcome) return outcome;
      // Full jitter, so that those who failed together do not come back together.
      const wait = Math.max(outcome.asked ?? 0, random() * firstBackOff * 2 ** (tries - 1));
      if (tries === mostTries || wait > longestWait) {
        throw new CutoffError(`${what} ${outcome.says}`, { code: outcome.code, retryable: true });
      }
      await sleep(wait);
    }
  };
};
