import { inconclusive, type ProbeAnswer } from './probe-answer.ts';

export interface ProbeRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams;
}

/** Milliseconds, the body included. */
const timeout = 5_000;

/** Tokens are the longest of what is of interest. */
const mostBytes = 64 * 1024;

/** As much as is of interest; the rest stays where it is. A GET that succeeded says all with its status. */
const beginningOf = async ({ ok, body }: Response, method: string): Promise<string> => {
  if (ok && method === 'GET') {
    await body?.cancel();
    return '';
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= mostBytes) break; // which cancels it
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
};

/** The name alone, such as `ECONNREFUSED` or `TimeoutError`: messages of `fetch` quote URLs and headers. */
const nameOf = (error: unknown): string => {
  const { name, cause } = error instanceof Error ? error : new Error();
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : name;
};

/**
 * One try. A redirect is an answer and is not followed: what is sent is a secret, and goes where the settings say or
 * nowhere. Throws `probe-inconclusive` where nothing came back in time; the error has no cause, which might quote it.
 */
export const sendProbe = async (request: ProbeRequest, fetchOf: typeof fetch): Promise<ProbeAnswer> => {
  const { url, method = 'GET', ...rest } = request;
  try {
    const signal = AbortSignal.timeout(timeout);
    const response = await fetchOf(url, { ...rest, method, redirect: 'manual', signal });
    const text = await beginningOf(response, method);
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    throw inconclusive(`came to no answer (${nameOf(error)})`);
  }
};

/** Where a probe went, without what a URL may hold beside. */
export const placeOf = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
};
