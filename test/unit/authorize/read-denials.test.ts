import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Attempt, Wire } from '../../../functions/authorize/denylist-wire.ts';
import type { HttpAnswer } from '../../../functions/authorize/exchange.ts';
import { denialReader } from '../../../functions/authorize/read-denials.ts';
import { Unavailable } from '../../../functions/authorize/refusal.ts';
import { answering } from './table-wire.ts';

const table = 'denylist';
const row = (parts: Record<string, unknown> = {}) => ({
  ...{ key: { S: 'a' }, blocked: { BOOL: true }, expiresAt: { N: '99' }, version: { N: '1' } },
  ...parts,
});
const rows = (...items: unknown[]) => answering({ Responses: { [table]: items }, UnprocessedKeys: {} });
const refused = (type: string, status = 400) =>
  answering({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'secret' }, status);

/** Gives these answers in their order; an error is thrown. */
const playing = (...answers: (HttpAnswer | Error)[]) => {
  const attempts: (Attempt & { body: unknown })[] = [];
  const wire: Wire = async (body, attempt) => {
    const answer = answers[attempts.length];
    attempts.push({ body: JSON.parse(body), ...attempt });
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
    return answer;
  };
  return { attempts, read: denialReader(wire, table) };
};
/** Of what was thrown: all of it, as far as a log could see. */
const thrownBy = async (read: Promise<unknown>) => {
  const error = await read.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Unavailable) || !(error.cause instanceof Error)) throw new Error('not refused');
  return { reason: error.reason, name: error.cause.name, message: error.cause.message };
};
const because = (name: string) => ({ reason: 'denylist-unreachable', name, message: name });

describe('denialReader', () => {
  it('reads all keys in one strongly consistent call', async () => {
    const { attempts, read } = playing(rows(row({ notBefore: { N: '7' } })));
    expect(await read(['a', 'b'])).toEqual(new Map([['a', { blocked: true, notBefore: 7, expiresAt: 99 }]]));
    const Keys = [{ key: { S: 'a' } }, { key: { S: 'b' } }];
    expect(attempts.map(({ body }) => body)).toEqual([
      { RequestItems: { [table]: { Keys, ConsistentRead: true } } },
    ]);
  });

  it('asks for a key once, however often it is named', async () => {
    const { attempts, read } = playing(rows(row()));
    expect((await read(['a', 'a'])).size).toBe(1);
    expect(attempts[0]?.body).toMatchObject({ RequestItems: { [table]: { Keys: [{ key: { S: 'a' } }] } } });
  });

  it('reads rows that block nothing, in any order', async () => {
    const { read } = playing(rows(row({ key: { S: 'ë' }, blocked: { BOOL: false } }), row()));
    expect([...(await read(['a', 'ë', 'c']))].map(([key, { blocked }]) => [key, blocked])).toEqual([
      ['ë', false],
      ['a', true],
    ]);
  });

  it.each([
    ['no expiry', { expiresAt: undefined }],
    ['an expiry that is text', { expiresAt: { S: '99' } }],
    ['an empty expiry', { expiresAt: { N: ' ' } }],
    ['an expiry that is no number', { expiresAt: { N: 'soon' } }],
    ['an expiry without end', { expiresAt: { N: 'Infinity' } }],
    ['an expiry in the wrong notation', { expiresAt: { N: 99 } }],
    ['no word on blocking', { blocked: undefined }],
    ['a block that is text', { blocked: { S: 'true' } }],
    ['a block that is null', { blocked: null }],
    ['a notBefore that is text', { notBefore: { S: '7' } }],
    ['a notBefore that is null', { notBefore: null }],
    ['a notBefore that is a bare zero', { notBefore: 0 }],
  ])('takes a row with %s for unreachable', async (_name, parts) => {
    const { attempts, read } = playing(rows(row(parts)));
    expect(await thrownBy(read(['a']))).toEqual(because('DenylistNotUnderstood'));
    expect(attempts).toHaveLength(1);
  });

  it.each([
    ['a key nobody asked for', [row({ key: { S: 'z' } })]],
    ['a key that is a number', [row({ key: { N: '1' } })]],
    ['the same key twice, blocked and then not', [row(), row({ blocked: { BOOL: false } })]],
  ])('takes an answer with %s for unreachable', async (_name, items) => {
    const { read } = playing(rows(...items));
    expect(await thrownBy(read(['a']))).toEqual(because('AnotherQuestionAnswered'));
  });

  it('takes unprocessed keys for unreachable, even beside rows', async () => {
    const UnprocessedKeys = { [table]: { Keys: [{ key: { S: 'b' } }] } };
    const { read } = playing(answering({ Responses: { [table]: [row()] }, UnprocessedKeys }));
    expect(await thrownBy(read(['a', 'b']))).toEqual(because('KeysUnread'));
  });

  it.each([
    ['nothing', '', 'SyntaxError'],
    ['half an answer', '{"Responses":{"denylist":[]', 'SyntaxError'],
    ['null', 'null', 'DenylistNotUnderstood'],
    ['a list', '[]', 'DenylistNotUnderstood'],
    ['no word on what is unread', '{"Responses":{"denylist":[]}}', 'DenylistNotUnderstood'],
    [
      'a list of what is unread',
      '{"Responses":{"denylist":[]},"UnprocessedKeys":[]}',
      'DenylistNotUnderstood',
    ],
    ['another table', '{"Responses":{"other":[]},"UnprocessedKeys":{}}', 'DenylistNotUnderstood'],
    [
      'a table that is no list',
      '{"Responses":{"denylist":{}},"UnprocessedKeys":{}}',
      'DenylistNotUnderstood',
    ],
    ['a row that is none', '{"Responses":{"denylist":[null]},"UnprocessedKeys":{}}', 'DenylistNotUnderstood'],
  ])('takes %s for unreachable, at once', async (_name, body, name) => {
    const { attempts, read } = playing(answering(body));
    const { message, ...thrown } = await thrownBy(read(['a']));
    expect(thrown).toEqual({ reason: 'denylist-unreachable', name });
    expect(message).toBe(name);
    expect(attempts).toHaveLength(1);
  });

  it.each([201, 204, 206, 301, 403])('takes status %i for unreachable, whatever it says', async (status) => {
    const { attempts, read } = playing({ ...rows(), status });
    expect(await thrownBy(read(['a']))).toEqual(because(`Status${status}`));
    expect(attempts).toHaveLength(1);
  });

  it('checks the sum of an answer where one is sent', async () => {
    const { body } = rows();
    const summed = (sum: string): HttpAnswer => ({ status: 200, headers: { 'x-amz-crc32': sum }, body });
    expect(await playing(summed(String(crc32(body)))).read(['a'])).toEqual(new Map());
    for (const sum of [String(crc32(body) + 1), '', 'x'])
      expect(await thrownBy(playing(summed(sum)).read(['a']))).toEqual(because('ChecksumMismatch'));
  });
});

describe('denialReader, on what may pass', () => {
  const reset = Object.assign(new Error('read from 10.0.0.1'), { code: 'ECONNRESET' });

  it.each([
    ['an error of the connection', reset, 'ECONNRESET'],
    ['an error inside DynamoDB', refused('InternalServerError', 500), 'InternalServerError'],
    ['a proxy that is busy', answering('<html>', 503), 'Status503'],
    ['too many requests', answering('{}', 429), 'Status429'],
    ['throttling by the table', refused('ProvisionedThroughputExceededException'), undefined],
    ['throttling by the account', refused('RequestLimitExceeded'), undefined],
    ['throttling by the service', refused('ThrottlingException'), undefined],
  ])('asks once more after %s', async (_name, trouble, name) => {
    const { attempts, read } = playing(trouble, rows(row()));
    expect((await read(['a'])).size).toBe(1);
    expect(attempts.map(({ fresh }) => fresh)).toEqual([false, true]);
    expect(attempts[1]).toEqual({ ...attempts[0], fresh: true });
    const twice = playing(trouble, trouble, rows());
    expect(await thrownBy(twice.read(['a']))).toMatchObject(name ? because(name) : {});
    expect(twice.attempts).toHaveLength(2);
  });

  it.each([
    'ResourceNotFoundException',
    'AccessDeniedException',
    'UnrecognizedClientException',
    'ValidationException',
  ])('does not ask again after %s, and says its name alone', async (type) => {
    const { attempts, read } = playing(refused(type), rows());
    expect(await thrownBy(read(['a']))).toEqual(because(type));
    expect(attempts).toHaveLength(1);
  });

  it('does not take over a name that is none', async () => {
    const { read } = playing(refused('Bearer eyJ'));
    expect(await thrownBy(read(['a']))).toEqual(because('Status400'));
  });
});
