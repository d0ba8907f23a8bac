import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { InvalidInput } from '../../functions/domain/errors.ts';
import { jsonOf } from '../../functions/shared/json.ts';
import type { JsonAnswer } from './http-server.ts';

export const longestTokenSeconds = 3600;
export const usualTokenSeconds = 900;
const longestBody = 10_240;

export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Whose token is wanted, for how long, and with which claims beside the usual ones. */
export interface TokenRequest {
  readonly sub: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly claims: Readonly<Record<string, string>>;
}

/** RFC 6749 section 5.2: the form in which token endpoints complain. */
export class OAuthError extends Error {
  readonly answer: JsonAnswer;

  constructor(status: 400 | 401, code: 'invalid_client' | 'unsupported_grant_type') {
    super(code);
    const challenge = { 'www-authenticate': 'Basic realm="cutoff-local"' };
    this.answer = { status, body: { error: code }, ...(status === 401 && { headers: challenge }) };
  }
}

const wanted = z.strictObject({
  sub: z.string().trim().min(1).max(512),
  expiresIn: z.int().min(1).max(longestTokenSeconds).default(usualTokenSeconds),
});

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > longestBody) throw new InvalidInput('body', 'is too long');
  }
  return text;
};

const bySubject = (text: string): TokenRequest => {
  const body = jsonOf(text);
  if (body === undefined) throw new InvalidInput('body', 'is not JSON');
  const parsed = wanted.safeParse(body);
  if (!parsed.success) throw InvalidInput.fromZod(parsed.error, 'body');
  return { ...parsed.data, claims: {} };
};

/** RFC 6749 section 2.3.1: HTTP Basic, of an id and a secret that were each encoded as in a form. */
const sentBy = ({ headers }: IncomingMessage): string[] => {
  const [, encoded = ''] = /^Basic +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString().split(':');
  const decoded = new URLSearchParams(`id=${id}&secret=${secret.join(':')}`);
  return [...decoded.values()];
};

/** Section 4.4. RFC 9068 section 2.2: `sub` is the client as well, which is named by `client_id`. */
const byCredentials = (form: URLSearchParams, request: IncomingMessage, client: Client): TokenRequest => {
  const [id, secret, ...more] = sentBy(request);
  if (id !== client.clientId || secret !== client.clientSecret || more.length > 0) {
    throw new OAuthError(401, 'invalid_client');
  }
  if (form.get('grant_type') !== 'client_credentials') throw new OAuthError(400, 'unsupported_grant_type');
  const scope = form.get('scope');
  const claims = { client_id: id, ...(scope && { scope }) };
  return { sub: id, expiresIn: usualTokenSeconds, claims };
};

/**
 * A form that names a grant is OAuth 2's; everything else is JSON, since curl sends what it is given as a form.
 * Throws `InvalidInput` that names the wrong field, or `OAuthError`.
 */
export const tokenRequestOf = async (request: IncomingMessage, client: Client): Promise<TokenRequest> => {
  const text = await textOf(request);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(text);
  return isForm && form.has('grant_type') ? byCredentials(form, request, client) : bySubject(text);
};

export const complaint = (error: unknown): JsonAnswer => {
  if (error instanceof OAuthError) return error.answer;
  if (!(error instanceof InvalidInput)) throw error;
  return { status: 400, body: { error: 'invalid_request', error_description: error.message } };
};
