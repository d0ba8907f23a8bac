import { InvalidInput } from '../../functions/domain/errors.ts';
import { isObject } from '../../functions/shared/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An HTTP request as somebody recorded it. `body` is JSON, or text where it is none. */
export interface Recorded {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const compactJws = /^[\w-]+\.([\w-]+)\.[\w-]*$/;

/** The claims of a signed token. Nobody's signature is checked here: `receive-signal` does. */
const claimsIn = (text: string): unknown => {
  const payload = compactJws.exec(text.replace(/\s+/g, ''))?.[1];
  return payload === undefined ? undefined : json(Buffer.from(payload, 'base64url').toString('utf8'));
};

/** JSON, or what a JSON text inside it stands for, or the claims of a token. */
const valueIn = (text: string): unknown => json(text) ?? claimsIn(text);

const lowerCased = (headers: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isObject(headers) ? headers : {}).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]),
  );

const bodyOf = ({ body, rawBody }: Fields): unknown => {
  const raw = body ?? rawBody;
  return typeof raw === 'string' ? (valueIn(raw) ?? raw) : raw;
};

const isRequest = (value: unknown): value is Fields =>
  isObject(value) &&
  typeof value.method === 'string' &&
  ['body', 'rawBody', 'query', 'path'].some((one) => one in value);

const recorded = (request: Fields): Recorded => ({
  method: String(request.method).toUpperCase(),
  path: `${request.path ?? '/'}${isObject(request.query) ? `?${Object.keys(request.query).join('&')}` : ''}`,
  headers: lowerCased(request.headers),
  body: bodyOf(request),
});

/** A request as it goes over the wire (RFC 9112): a line, headers, an empty line, the body. */
const ofWire = (text: string): Recorded | undefined => {
  const [head = '', ...rest] = text.trimStart().split(/\r?\n\r?\n/);
  const [line = '', ...fields] = head.split(/\r?\n/);
  const [, method, path] = /^([A-Z]+) (\S+) HTTP\/\d/.exec(line) ?? [];
  if (!method || !path) return undefined;
  const pairs = fields.map((field) => field.split(/:(.*)/s).map((part) => part.trim()));
  const body = rest.join('\n\n').trim();
  return { method, path, headers: lowerCased(Object.fromEntries(pairs)), body: valueIn(body) ?? body };
};

/** What a file holds: a request, or a value. `headers` are those that came with a body which stands alone. */
export const readInput = (text: string, headers?: unknown): { request: Recorded } | { value: unknown } => {
  const wire = ofWire(text);
  if (wire) return { request: wire };
  const value = valueIn(text.trim());
  if (value === undefined)
    throw new InvalidInput('FILE', 'is not JSON, nor a signed token, nor an HTTP request');
  const request = isObject(value) && isRequest(value.request) ? value.request : value;
  if (isRequest(request)) return { request: recorded(request) };
  if (headers === undefined) return { value };
  return { request: { method: 'POST', path: '/', headers: lowerCased(headers), body: value } };
};
