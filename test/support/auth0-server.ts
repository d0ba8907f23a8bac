import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type HttpServer, listen } from '../../infra/local/http-server.ts';

export const clientSecret = 'auth0-client-secret-that-nobody-may-see';
export const quotedByAuth0 = 'Insufficient scope, expected any of: something of ada';

interface Held {
  readonly created_at?: string;
}

export class Auth0Person {
  readonly user_id: string;
  readonly email: string | undefined;
  readonly email_verified: boolean;
  readonly sessions: Held[] = [];
  readonly tokens: Held[] = [];
  readonly grants: object[] = [];

  constructor(user_id: string, email?: string, email_verified = true) {
    this.user_id = user_id;
    this.email = email;
    this.email_verified = email_verified;
  }
}

type Answer = readonly [status: number, body?: unknown];

const problem = (statusCode: number, error: string, message: string, errorCode?: string): Answer => [
  statusCode,
  { statusCode, error, message, ...(errorCode && { errorCode }) },
];
const notFound = problem(404, 'Not Found', 'The user does not exist.', 'inexistent_user');
const shown = ({ user_id, email, email_verified }: Auth0Person) => ({
  user_id,
  ...(email !== undefined && { email, email_verified }),
  created_at: '2025-01-01T00:00:00.000Z',
});

/** Auth0's token endpoint and Management API, as far as they are called: answers as in the API reference. */
export class Auth0Server {
  readonly people = new Map<string, Auth0Person>();
  /** Every request, as `METHOD /path?query`. */
  readonly seen: string[] = [];
  failing: 'throttled' | 'denied' | undefined;
  /** Deletions are accepted, and done when `catchUp` is called. */
  isSlow = false;
  /** Without an Enterprise plan. Assumption: not there, rather than forbidden. */
  isSmallPlan = false;
  /** Seconds that a token lasts. */
  expiresIn = 86_400;
  #tokens = 0;
  readonly #valid = new Set<string>();
  readonly #late: (() => void)[] = [];
  readonly #now: () => Date;
  readonly #pageSize: number;
  #server: HttpServer | undefined;

  /** Cursors come before the page is as long as asked for, so that a caller who follows none is found out. */
  constructor({ now = () => new Date(), pageSize = 2 }: { now?: () => Date; pageSize?: number } = {}) {
    this.#now = now;
    this.#pageSize = pageSize;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#handle(request, response));
    this.#server = await listen(server, 'Auth0', 0);
    return this;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  add(person: Auth0Person): Auth0Person {
    this.people.set(person.user_id, person);
    return person;
  }

  catchUp(): void {
    for (const deletion of this.#late.splice(0)) deletion();
  }

  /** As if the client's grant was deleted, or its secret rotated. */
  revokeTokens(): void {
    this.#valid.clear();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    this.seen.push(`${method} ${url}`);
    const text = (await Array.fromAsync(request.setEncoding('utf8'))).join('');
    const [status, body] =
      url === '/oauth/token' && method === 'POST'
        ? this.#token(new URLSearchParams(text))
        : this.#answer(method, new URL(url, this.url), headers.authorization);
    response.writeHead(status, {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'x-ratelimit-limit': '50',
      'x-ratelimit-remaining': status === 429 ? '0' : '49',
      'x-ratelimit-reset': String(Math.floor(this.#now().getTime() / 1000) + 60),
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #token(form: URLSearchParams): Answer {
    const isRight =
      form.get('grant_type') === 'client_credentials' &&
      form.get('client_id') === 'client-1' &&
      form.get('client_secret') === clientSecret &&
      form.get('audience') === `${this.url}/api/v2/`;
    if (!isRight) return [401, { error: 'access_denied', error_description: 'Unauthorized' }];
    this.#tokens += 1;
    const access_token = `management-token-${this.#tokens}`;
    this.#valid.add(access_token);
    return [200, { access_token, token_type: 'Bearer', expires_in: this.expiresIn }];
  }

  #answer(method: string, url: URL, authorization = ''): Answer {
    if (!this.#valid.has(authorization.replace(/^Bearer /, ''))) {
      return problem(401, 'Unauthorized', 'Invalid token', 'invalid_token');
    }
    if (this.failing === 'throttled') {
      return problem(429, 'Too Many Requests', 'Global limit has been reached', 'too_many_requests');
    }
    if (this.failing === 'denied') return problem(403, 'Forbidden', quotedByAuth0, 'insufficient_scope');
    const [, what, id, below] = /^\/api\/v2\/([\w-]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(url.pathname) ?? [];
    if (what === 'grants') return this.#grants(method, url.searchParams);
    if (what === 'users-by-email') {
      const email = url.searchParams.get('email');
      return [200, [...this.people.values()].filter((person) => person.email === email).map(shown)];
    }
    if (what !== 'users' || (below && this.isSmallPlan)) return problem(404, 'Not Found', 'Not Found');
    const person = this.people.get(decodeURIComponent(id ?? ''));
    if (!person) return notFound;
    if (below === undefined) return [200, shown(person)];
    return this.#held(method, person, [below, url.searchParams]);
  }

  #held(method: string, person: Auth0Person, [below, query]: [string, URLSearchParams]): Answer {
    const name = below === 'sessions' ? 'sessions' : 'tokens';
    const all = person[name];
    if (method === 'DELETE') {
      this.#late.push(() => all.splice(0));
      if (!this.isSlow) this.catchUp();
      return [202];
    }
    const start = Number(query.get('from')?.replace('cursor=', '') ?? 0);
    const end = start + Math.min(this.#pageSize, Number(query.get('take') ?? 50));
    return [200, { [name]: all.slice(start, end), ...(end < all.length && { next: `cursor=${end}` }) }];
  }

  #grants(method: string, query: URLSearchParams): Answer {
    const grants = this.people.get(query.get('user_id') ?? '')?.grants ?? [];
    if (method === 'DELETE') {
      grants.length = 0;
      return [204];
    }
    const size = Number(query.get('per_page'));
    const start = Number(query.get('page')) * size;
    return [200, grants.slice(start, start + size)];
  }
}
