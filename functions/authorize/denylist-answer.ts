import { crc32 } from 'node:zlib';
import type { Denial } from '../domain/denial.ts';
import { isObject } from '../shared/json.ts';
import { Failure, type HttpAnswer } from './exchange.ts';

type Fields = Readonly<Record<string, unknown>>;

const notUnderstood = () => new Failure('DenylistNotUnderstood');

const fieldsOf = (value: unknown): Fields => {
  if (isObject(value)) return value;
  throw notUnderstood();
};

const secondsOf = (value: unknown): number => {
  const { N } = fieldsOf(value);
  const seconds = Number(N);
  if (typeof N === 'string' && N.trim() && Number.isFinite(seconds)) return seconds;
  throw notUnderstood();
};

/** A row that can't be read may be the one that blocks: it is an error, never "no row". */
const denialOf = (row: Fields): Denial => {
  const { BOOL: blocked } = fieldsOf(row.blocked);
  if (typeof blocked !== 'boolean') throw notUnderstood();
  return {
    blocked,
    ...(row.notBefore !== undefined && { notBefore: secondsOf(row.notBefore) }),
    expiresAt: secondsOf(row.expiresAt),
  };
};

/** `ThrottlingException` of `com.amazonaws.dynamodb.v20120810#ThrottlingException`. */
const errorTypeOf = ({ body }: HttpAnswer): string | undefined =>
  /"__type"\s*:\s*"(?:[^"#]*#)?(\w{1,64})"/.exec(body.toString())?.[1];

/** DynamoDB Developer Guide, "Error handling with DynamoDB": throttling comes as a 400. */
const throttling = ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'];

/** Whether the same question may be answered a moment later. */
export const mayPass = (answer: HttpAnswer): boolean =>
  answer.status >= 500 || answer.status === 429 || throttling.includes(errorTypeOf(answer) ?? '');

/** The rows of this table. Anything but a whole answer of DynamoDB throws. */
const rowsIn = (answer: HttpAnswer, table: string): unknown[] => {
  const { status, headers, body } = answer;
  if (status !== 200) throw new Failure(errorTypeOf(answer) ?? `Status${status}`);
  const sum = headers['x-amz-crc32'];
  if (sum !== undefined && Number(sum) !== crc32(body)) throw new Failure('ChecksumMismatch');
  const { Responses, UnprocessedKeys } = fieldsOf(JSON.parse(body.toString()));
  // A throttled table answers 200 with what it did not read; else the map is there and empty ("BatchGetItem").
  if (Object.keys(fieldsOf(UnprocessedKeys)).length > 0) throw new Failure('KeysUnread');
  const rows = fieldsOf(Responses)[table];
  if (!Array.isArray(rows)) throw notUnderstood();
  return rows;
};

/** What an answer says about these keys. Throws where it is not an answer to just that question. */
export const denialsIn = (
  answer: HttpAnswer,
  { table, keys }: { readonly table: string; readonly keys: readonly string[] },
): Map<string, Denial> => {
  const denials = new Map<string, Denial>();
  for (const row of rowsIn(answer, table).map(fieldsOf)) {
    const key = fieldsOf(row.key).S;
    if (typeof key !== 'string' || !keys.includes(key) || denials.has(key))
      throw new Failure('AnotherQuestionAnswered');
    denials.set(key, denialOf(row));
  }
  return denials;
};
