import { type AttributeValue, BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuthorizeDeps, authorize } from '../../../functions/authorize/authorize.ts';
import { denialReader } from '../../../functions/authorize/read-denials.ts';
import { reportTo } from '../../../functions/authorize/report.ts';
import { tokenVerifier } from '../../../functions/authorize/verify-token.ts';
import { sha256 } from '../../../functions/domain/sha256.ts';
import { requestEvent, stageArn } from './request-event.ts';
import { seconds, startTestIssuer, type TestIssuer } from './test-issuer.ts';

const table = 'denylist';
const dynamo = mockClient(DynamoDBClient);
const now = () => new Date();
let issuer: TestIssuer;
let other: TestIssuer;
let lines: string[];
let deps: AuthorizeDeps;

/** What stands on the denylist, by key; the stub answers like the table. */
let rows: Record<string, Record<string, AttributeValue>>;
const block = (key: string, parts: Record<string, AttributeValue> = {}) => {
  rows[key] = { key: { S: key }, blocked: { BOOL: true }, expiresAt: { N: `${seconds() + 60}` }, ...parts };
};
const subjectKey = (subject: string, of = issuer) => `subject#${of.url}#${subject}`;
const nameKey = (by: 'jti' | 'sid' | 'client', id: string, of = issuer) => `${by}#${of.url}#${id}`;

beforeAll(async () => {
  issuer = await startTestIssuer();
  other = await startTestIssuer();
});
afterAll(() => Promise.all([issuer.close(), other.close()]));

beforeEach(() => {
  rows = {};
  lines = [];
  dynamo.reset();
  dynamo.on(BatchGetItemCommand).callsFake((input) => {
    const keys: { key: { S: string } }[] = input.RequestItems[table].Keys;
    return {
      Responses: { [table]: keys.map(({ key }) => rows[key.S]).filter((row) => row !== undefined) },
      UnprocessedKeys: {},
    };
  });
  Object.assign(issuer.state, { status: 200 });
  deps = {
    verifyToken: tokenVerifier([issuer.settings, other.settings], { clockSkewSeconds: 0, now }),
    readDenials: denialReader(new DynamoDBClient({}), table),
    report: reportTo((line) => lines.push(line), now),
    now,
    clockSkewSeconds: 0,
  };
});

const logged = () => lines.map((line) => JSON.parse(line));

/** `Allow`, or `Deny` and `401` with the reason that was logged. */
const outcomeOf = async (event: unknown): Promise<string> => {
  try {
    const answer = await authorize(event, deps);
    const [statement] = answer.policyDocument.Statement;
    expect(statement).toEqual({
      Action: 'execute-api:Invoke',
      Effect: statement?.Effect,
      Resource: stageArn,
    });
    expect(answer.context?.reason).toBe(statement?.Effect === 'Allow' ? 'allowed' : logged().at(-1).reason);
    return statement?.Effect === 'Allow' ? 'Allow' : `Deny ${answer.context?.reason}`;
  } catch (error) {
    expect(error).toEqual(new Error('Unauthorized'));
    return `401 ${logged().at(-1).reason}`;
  }
};
const withToken = async (token: Promise<string>, apiKeyId?: string) =>
  outcomeOf(requestEvent({ authorization: `Bearer ${await token}`, ...(apiKeyId && { apiKeyId }) }));

describe('authorize, by token', () => {
  it('allows the whole stage after one consistent read', async () => {
    expect(await withToken(issuer.sign())).toBe('Allow');
    expect(dynamo.commandCalls(BatchGetItemCommand).map((call) => call.args[0].input)).toEqual([
      {
        RequestItems: {
          [table]: {
            Keys: [{ key: { S: subjectKey('ada@example.com') } }, { key: { S: nameKey('jti', 'j-1') } }],
            ConsistentRead: true,
          },
        },
      },
    ]);
    expect(lines).toEqual([]);
  });

  it.each([
    [{ client_id: 'app-1' }],
    [{ azp: 'app-1' }],
    [{ cid: 'app-1' }],
    [{ azp: 'another', client_id: 'app-1' }],
  ])('denies every token of a client that is named as %j, at its own issuer', async (claims) => {
    expect(await withToken(issuer.sign(claims))).toBe('Allow');
    block(nameKey('client', 'app-1', other));
    expect(await withToken(issuer.sign(claims))).toBe('Allow');
    block(nameKey('client', 'app-1'));
    expect(await withToken(issuer.sign(claims))).toBe('Deny subject-blocked');
    expect(await withToken(issuer.sign({ client_id: 'app-2' }))).toBe('Allow');
  });

  it('takes the audience for a client only where an ID token names it so', async () => {
    block(nameKey('client', 'orders-api'));
    expect(await withToken(issuer.sign({ token_use: 'access' }))).toBe('Allow');
    expect(await withToken(issuer.sign({ token_use: 'id' }))).toBe('Deny subject-blocked');
  });

  it.each(['jti', 'sid'] as const)('denies one %s, at its own issuer, and no other', async (by) => {
    block(nameKey(by, 'x-1'));
    expect(await withToken(issuer.sign({ [by]: 'x-1' }))).toBe('Deny subject-blocked');
    expect(await withToken(issuer.sign({ [by]: 'x-2' }))).toBe('Allow');
    expect(await withToken(other.sign({ [by]: 'x-1', iss: other.url }))).toBe('Allow');
  });

  it.each(['', 'x'.repeat(513), 7])(
    'answers 401 for a session id that no event could name: %j',
    async (sid) => {
      expect(await withToken(issuer.sign({ sid }))).toBe('401 token-id-unusable');
    },
  );

  it('answers 401 for a token that does not hold, and asks the denylist nothing', async () => {
    expect(await withToken(issuer.sign({ aud: 'billing-api' }))).toBe('401 audience-wrong');
    expect(await withToken(Promise.resolve(issuer.unsigned('AAAA')))).toBe('401 algorithm-refused');
    expect(dynamo.calls()).toEqual([]);
  });

  it('denies a blocked subject, whatever the capitals of the claim', async () => {
    block(subjectKey('ada@example.com'));
    expect(await withToken(issuer.sign())).toBe('Deny subject-blocked');
    expect(await withToken(issuer.sign({ email: 'ADA@Example.com' }))).toBe('Deny subject-blocked');
    expect(await withToken(issuer.sign({ email: 'bob@example.com' }))).toBe('Allow');
  });

  it('denies a subject beyond ASCII, composed or not', async () => {
    block(subjectKey('zo\u00eb@example.com'));
    expect(await withToken(issuer.sign({ email: 'Zoe\u0308@example.com' }))).toBe('Deny subject-blocked');
  });

  it('denies a token issued at notBefore and allows the next second', async () => {
    const notBefore = seconds() - 10;
    block(subjectKey('ada@example.com'), { blocked: { BOOL: false }, notBefore: { N: `${notBefore}` } });
    expect(await withToken(issuer.sign({ iat: notBefore }))).toBe('Deny token-revoked');
    expect(await withToken(issuer.sign({ iat: notBefore + 1 }))).toBe('Allow');
  });

  it('ignores a row that has expired but was not deleted yet', async () => {
    block(subjectKey('ada@example.com'), { expiresAt: { N: `${seconds() - 1}` } });
    expect(await withToken(issuer.sign())).toBe('Allow');
  });

  it('keeps the same subject of two issuers apart', async () => {
    block(subjectKey('ada@example.com', other));
    expect(await withToken(issuer.sign())).toBe('Allow');
    expect(await withToken(other.sign())).toBe('Deny subject-blocked');
  });

  it('gives a caller the same principal each time, and another to another, without naming them', async () => {
    const principalOf = async (token: string) =>
      (await authorize(requestEvent({ authorization: `Bearer ${token}` }), deps)).principalId;
    const ada = await principalOf(await issuer.sign());
    expect(await principalOf(await issuer.sign({ jti: 'j-2' }))).toBe(ada);
    expect(await principalOf(await other.sign())).not.toBe(ada);
    expect(ada).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('authorize, by API key', () => {
  it('takes a key alone for an identity', async () => {
    expect(await outcomeOf(requestEvent({ apiKeyId: 'key1' }))).toBe('Allow');
    const [call] = dynamo.commandCalls(BatchGetItemCommand);
    expect(call?.args[0].input.RequestItems?.[table]?.Keys).toEqual([{ key: { S: 'api-key#key1' } }]);
  });

  it('denies a blocked key, alone and beside a good token', async () => {
    block('api-key#key1');
    expect(await outcomeOf(requestEvent({ apiKeyId: 'key1' }))).toBe('Deny api-key-blocked');
    expect(await withToken(issuer.sign(), 'key1')).toBe('Deny api-key-blocked');
    expect(await outcomeOf(requestEvent({ apiKeyId: 'key2' }))).toBe('Allow');
  });

  it('denies a blocked subject beside a good key, in one call for both', async () => {
    block(subjectKey('ada@example.com'));
    expect(await withToken(issuer.sign(), 'key1')).toBe('Deny subject-blocked');
    expect(dynamo.commandCalls(BatchGetItemCommand)).toHaveLength(1);
  });

  it('does not fall back on the key where the token is bad', async () => {
    expect(await withToken(issuer.sign({ aud: 'billing-api' }), 'key1')).toBe('401 audience-wrong');
  });
});

describe('authorize, in doubt', () => {
  const metrics = () => logged().map((line) => line.AuthorizeUnavailable ?? 0);

  it.each([
    ['an error', () => dynamo.on(BatchGetItemCommand).rejects(new Error('down'))],
    [
      'unprocessed keys',
      () =>
        dynamo.on(BatchGetItemCommand).resolves({
          Responses: { [table]: [] },
          UnprocessedKeys: { [table]: { Keys: [{ key: { S: 'x' } }] } },
        }),
    ],
    ['a row it cannot read', () => block(subjectKey('ada@example.com'), { expiresAt: { S: 'soon' } })],
  ])('denies and counts where the denylist answers %s', async (_name, arrange) => {
    arrange();
    expect(await withToken(issuer.sign())).toBe('Deny denylist-unreachable');
    expect(metrics()).toEqual([1]);
  });

  it('denies and counts where the keys of the issuer are out of reach', async () => {
    issuer.state.status = 503;
    expect(await withToken(issuer.sign())).toBe('Deny issuer-unreachable');
    expect(metrics()).toEqual([1]);
    expect(logged()[0]._aws.CloudWatchMetrics[0]).toMatchObject({
      Namespace: 'Cutoff',
      Metrics: [{ Name: 'AuthorizeUnavailable' }],
    });
  });

  it('denies where our own code breaks', async () => {
    deps = { ...deps, readDenials: () => Promise.reject(new TypeError('a bug')) };
    expect(await withToken(issuer.sign())).toBe('Deny unexpected-error');
  });

  it('answers 401 to what is no request, and counts nothing', async () => {
    expect(await outcomeOf('{"type": "REQ')).toBe('401 not-understood');
    expect(await outcomeOf(undefined)).toBe('401 not-understood');
    expect(await outcomeOf(requestEvent({}))).toBe('401 no-credential');
    const getter = Object.defineProperty({}, 'methodArn', {
      get: () => {
        throw new TypeError('a bug');
      },
    });
    expect(await outcomeOf(getter)).toBe('401 not-understood');
    expect(metrics()).toEqual([0, 0, 0, 0]);
  });
});

describe('what authorize writes down', () => {
  it('is reason, ids and the hash of the token: no token, claim or key value', async () => {
    block(subjectKey('ada@example.com'));
    const token = await issuer.sign();
    await withToken(Promise.resolve(token), 'key1');
    await withToken(
      issuer.sign({ exp: 1_700_000_000, iat: 1_699_999_000, email: 'eve@example.com' }),
      'key1',
    );
    expect(logged()[0]).toEqual({
      level: 'INFO',
      message: 'refused',
      timestamp: expect.any(String),
      service: 'authorize',
      reason: 'subject-blocked',
      requestId: 'request-1',
      apiKeyId: 'key1',
      issuer: issuer.url,
      jti: 'j-1',
      tokenSha256: sha256(token),
    });
    for (const secret of [token, token.split('.')[2], '@example.com', 'secret-key-value', 'u-1']) {
      expect(lines.join('')).not.toContain(secret);
    }
  });
});
