import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { Wire } from '../../functions/authorize/denylist-wire.ts';
import type { HttpAnswer } from '../../functions/authorize/exchange.ts';
import { answering, keysIn } from '../unit/authorize/table-wire.ts';

export const table = 'denylist';

/** An item as DynamoDB writes it. */
export type Row = Readonly<Record<string, unknown>>;

/** What goes wrong with one attempt to read the denylist; `none` answers truly. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'connection'; readonly code: string }
  | { readonly kind: 'status'; readonly status: number; readonly type: string }
  /** Some keys are left unread: said under `UnprocessedKeys`, as when the table is throttled. */
  | { readonly kind: 'unprocessed'; readonly share: number }
  /** The answer ends in the middle. */
  | { readonly kind: 'cut'; readonly share: number }
  | { readonly kind: 'body'; readonly body: string }
  /** The checksum is that of another answer: something was changed on the way. */
  | { readonly kind: 'changed'; readonly by: number }
  /** Rows are there, and one of them is not what it should be. */
  | { readonly kind: 'row'; readonly row: Row };

const codes = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CERT_HAS_EXPIRED',
];
const types = [
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ResourceNotFoundException',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'ValidationException',
  '',
];
const bodies = [
  '',
  '{}',
  'null',
  '[]',
  '"denylist"',
  '<html>502 Bad Gateway</html>',
  '{"Responses":{}}',
  '{"Responses":{"denylist":[]}}',
  '{"Responses":{"denylist":[]},"UnprocessedKeys":null}',
  '{"Responses":{"denylist":[]},"UnprocessedKeys":[]}',
  '{"Responses":{"denylist":[]},"UnprocessedKeys":""}',
  '{"Responses":null}',
  '{"Responses":{"denylist":null}}',
  '{"Responses":{"another-table":[]}}',
  '{"Responses":{"denylist":{}}}',
  '{"Responses":{"denylist":[null]}}',
  '{"Responses":{"denylist":[{}]}}',
  '{"Responses":{"denylist":[]},"UnprocessedKeys":{"denylist":{"Keys":[{"key":{"S":"x"}}]}}}',
  '{"Responses":{"denylist":[]},"UnprocessedKeys":{"another-table":{"Keys":[]}}}',
];
/** Each breaks one thing of a row that would be read. */
const brokenParts: Row[] = [
  { blocked: { S: 'true' } },
  { blocked: { NULL: true } },
  { blocked: {} },
  { expiresAt: { S: 'tomorrow' } },
  { expiresAt: { N: '' } },
  { expiresAt: { N: 'NaN' } },
  { notBefore: { S: '0' } },
  { notBefore: { BOOL: false } },
  { notBefore: null },
  { key: { S: 'somebody-else' } },
  { key: { N: '1' } },
];

const share = fc.double({ min: 0, max: 0.99, noNaN: true });

/** Anything but a true answer. */
export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('connection' as const), code: fc.constantFrom(...codes) }),
  fc.record({
    kind: fc.constant('status' as const),
    status: fc.constantFrom(204, 206, 301, 400, 403, 404, 413, 429, 500, 502, 503, 504),
    type: fc.constantFrom(...types),
  }),
  fc.record({ kind: fc.constant('unprocessed' as const), share }),
  fc.record({ kind: fc.constant('cut' as const), share }),
  fc.record({ kind: fc.constant('body' as const), body: fc.oneof(fc.constantFrom(...bodies), fc.string()) }),
  fc.record({ kind: fc.constant('changed' as const), by: fc.integer({ min: 1, max: 2 ** 31 }) }),
  fc.record({ kind: fc.constant('row' as const), row: fc.constantFrom(...brokenParts) }),
);

type Keys = ReturnType<typeof keysIn>;

const answerOf = (keys: Keys, rows: ReadonlyMap<string, Row>, unread: Keys = []) => ({
  Responses: { [table]: keys.flatMap(({ key }) => rows.get(key.S) ?? []) },
  UnprocessedKeys: unread.length > 0 ? { [table]: { Keys: unread, ConsistentRead: true } } : {},
});

/** DynamoDB sends a checksum with each answer. */
const summed = (answer: HttpAnswer, off = 0): HttpAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'x-amz-crc32': String((crc32(answer.body) + off) % 2 ** 32) },
});

const errorOf = ({ type }: { readonly type: string }) => ({ __type: `com.amazonaws.dynamodb#${type}` });

const harmless: Row = { key: { S: '' }, blocked: { BOOL: false }, expiresAt: { N: '9999999999' } };

const play = (fault: Fault, keys: Keys, rows: ReadonlyMap<string, Row>): HttpAnswer => {
  const whole = answering(answerOf(keys, rows));
  switch (fault.kind) {
    case 'none':
      return summed(whole);
    case 'connection':
      throw Object.assign(new Error(fault.code), { code: fault.code });
    case 'status':
      return fault.type === '' ? { ...whole, status: fault.status } : answering(errorOf(fault), fault.status);
    case 'unprocessed': {
      const read = Math.floor(keys.length * fault.share);
      return summed(answering(answerOf(keys.slice(0, read), rows, keys.slice(read))));
    }
    case 'cut':
      return { ...whole, body: whole.body.subarray(0, Math.floor(whole.body.length * fault.share)) };
    case 'body':
      return summed(answering(fault.body));
    case 'changed':
      return summed(whole, fault.by);
    case 'row': {
      const [first] = keys;
      const row = { ...harmless, ...(first && { key: first.key }), ...fault.row };
      return summed(answering({ Responses: { [table]: [row] }, UnprocessedKeys: {} }));
    }
  }
};

/** A wire on which `faults` happen, one an attempt, and then over again. */
export const faultyWire = (state: { faults: readonly Fault[]; rows: ReadonlyMap<string, Row> }) => {
  let attempt = 0;
  const wire: Wire = async (body) => {
    const fault = state.faults[attempt % state.faults.length] ?? { kind: 'none' };
    attempt += 1;
    return play(fault, keysIn(body, table), state.rows);
  };
  return {
    wire,
    restart: () => {
      attempt = 0;
    },
  };
};
