import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type HttpServer, listen } from '../../infra/local/http-server.ts';

export const apiToken = 'okta-api-token-that-nobody-may-see';
export const quotedByOkta = 'admin@acme.example may not do this';

export interface OktaToken {
  readonly created?: string;
  readonly status?: 'ACTIVE' | 'REVOKED';
}

export class OktaPerson {
  readonly id: string;
  readonly profile: { login: string; email: string | null };
  readonly grants: OktaToken[] = [];
  /** Refresh tokens by client. */
  readonly clients = new Map<string, OktaToken[]>();
  sessions = 1;
  rememberedDevices = 1;

  constructor(id: string, login: string, email: string | null = login) {
    this.id = id;
    this.profile = { login, email };
  }
}

type Answer = readonly [status: number, body?: unknown, headers?: Record<string, string | string[]>];

const problem = (status: number, errorCode: string, errorSummary: string): Answer => [
  status,
  { errorCode, errorSummary, errorLink: errorCode, errorId: 'sampleNUSD_8fdkFd8fs8SDBK', errorCauses: [] },
];
const noContent: Answer = [204];
const notFound = (what: string) => problem(404, 'E0000007', `Not found: Resource not found: ${what}`);

/** `search` as the code under test writes it: `profile.login eq "…" or profile.email eq "…"`, without regard to case. */
const matches = ({ profile }: OktaPerson, search: string): boolean =>
  [...search.matchAll(/profile\.(login|email) eq "((?:[^"\\]|\\.)*)"/g)].some(
    ([, field, value = '']) =>
      profile[field as 'login' | 'email']?.toLowerCase() === value.replaceAll(/\\(.)/g, '$1').toLowerCase(),
  );

/** Okta's management API, as far as it is called: status codes, error bodies and headers of the API reference. */
export class OktaServer {
  readonly people = new Map<string, OktaPerson>();
  /** Every request, as `METHOD /path?query`. */
  readonly seen: string[] = [];
  failing: 'throttled' | 'denied' | undefined;
  /** Where the pages that follow are said to be, if not here. */
  elsewhere: string | undefined;
  readonly #now: () => Date;
  readonly #pageSize: number;
  #server: HttpServer | undefined;

  /** Pages smaller than asked for, so that a caller who follows no links is found out. */
  constructor({ now = () => new Date(), pageSize = 2 }: { now?: () => Date; pageSize?: number } = {}) {
    this.#now = now;
    this.#pageSize = pageSize;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => this.#handle(request, response));
    this.#server = await listen(server, 'Okta', 0);
    return this;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  add(person: OktaPerson): OktaPerson {
    this.people.set(person.id, person);
    return person;
  }

  #handle({ method = '', url = '', headers }: IncomingMessage, response: ServerResponse): void {
    this.seen.push(`${method} ${url}`);
    const [status, body, more] = this.#answer(method, new URL(url, this.url), headers.authorization);
    response.writeHead(status, {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'x-rate-limit-limit': '600',
      'x-rate-limit-remaining': status === 429 ? '0' : '599',
      'x-rate-limit-reset': String(Math.floor(this.#now().getTime() / 1000) + 60),
      ...more,
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #answer(method: string, url: URL, authorization: string | undefined): Answer {
    if (authorization !== `SSWS ${apiToken}`) return problem(401, 'E0000011', 'Invalid token provided');
    if (this.failing === 'throttled') {
      return problem(429, 'E0000047', 'API call exceeded rate limit due to too many requests.');
    }
    if (this.failing === 'denied') return problem(403, 'E0000006', quotedByOkta);
    const [, id, below, client, last] =
      /^\/api\/v1\/users(?:\/([^/]+)(?:\/([^/]+)(?:\/([^/]+)\/([^/]+))?)?)?$/.exec(url.pathname) ?? [];
    if (!url.pathname.startsWith('/api/v1/users')) return [404, '<html>not here</html>'];
    if (id === undefined) {
      const search = url.searchParams.get('search') ?? '';
      return this.#page(
        url,
        [...this.people.values()].filter((person) => matches(person, search)).map(shown),
      );
    }
    const person = this.people.get(decodeURIComponent(id));
    if (!person) return notFound(`${id} (User)`);
    return method === 'DELETE'
      ? this.#delete(person, below, url.searchParams)
      : this.#get(person, [below, client && decodeURIComponent(client), last], url);
  }

  #get(person: OktaPerson, [below, client, last]: (string | undefined)[], url: URL): Answer {
    if (below === undefined) return [200, shown(person)];
    if (below === 'grants') return this.#page(url, person.grants);
    const clients = [...person.clients].map(([client_id]) => ({ client_id, client_name: client_id }));
    if (below === 'clients' && client === undefined) return this.#page(url, clients);
    const tokens = person.clients.get(client ?? '');
    return tokens && last === 'tokens' ? this.#page(url, tokens) : notFound(`${client} (client)`);
  }

  #delete(person: OktaPerson, below: string | undefined, query: URLSearchParams): Answer {
    if (below === 'grants') {
      person.grants.length = 0;
      return noContent;
    }
    if (below !== 'sessions')
      return problem(405, 'E0000022', 'The endpoint does not support the HTTP method');
    person.sessions = 0;
    if (query.get('forgetDevices') !== 'false') person.rememberedDevices = 0;
    if (query.get('oauthTokens') === 'true') {
      for (const tokens of person.clients.values()) tokens.length = 0;
    }
    return noContent;
  }

  /** "Pagination": two Link headers, and an opaque cursor. */
  #page(url: URL, all: readonly unknown[]): Answer {
    const start = Number(url.searchParams.get('after')?.replace('cursor', '') ?? 0);
    const end = start + Math.min(this.#pageSize, Number(url.searchParams.get('limit') ?? 200));
    const following = new URL(url);
    following.searchParams.set('after', `cursor${end}`);
    const next = this.elsewhere ?? following.href;
    const link = [`<${url.href}>; rel="self"`, ...(end < all.length ? [`<${next}>; rel="next"`] : [])];
    return [200, all.slice(start, end), { link }];
  }
}

const shown = ({ id, profile }: OktaPerson) => ({
  id,
  status: 'ACTIVE',
  created: '2025-01-01T00:00:00.000Z',
  profile,
});
