import type { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';
import type { Refused, SignalRequest } from './channel.ts';

/** Bytes. Every protocol here but GitHub's sends far less. */
const usualLimit = 1_048_576;

/** Makes the refusal in the form that the protocol documents. */
export type Refuse = (status: number, problem: string) => Refused;

const isJson = (contentType: string) => /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType);

/** Before anything is computed over the bytes. */
export const checkSize = ({ body }: SignalRequest, refuse: Refuse, limit = usualLimit): void => {
  if (body.length > limit) throw refuse(413, `the body is larger than ${limit} bytes`);
};

/** The body as JSON, whatever its shape. */
export const readJson = (request: SignalRequest, refuse: Refuse, limit = usualLimit): unknown => {
  checkSize(request, refuse, limit);
  if (!isJson(request.headers['content-type'] ?? '')) throw refuse(415, 'the content type is not JSON');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body));
  } catch {
    throw refuse(400, 'the body is not JSON');
  }
};

/** The JSON in the shape of the schema; a refusal names the field. */
export const shapedAs = <T extends z.ZodType>(schema: T, json: unknown, refuse: Refuse): z.output<T> => {
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  throw refuse(400, InvalidInput.fromZod(read.error, 'body').message);
};
