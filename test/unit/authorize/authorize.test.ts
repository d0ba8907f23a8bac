import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, answerer } from '../../../functions/authorize/answer.ts';
import { type AuthorizeDeps, authorize } from '../../../functions/authorize/authorize.ts';
import { denialKnowledge } from '../../../functions/authorize/know-denials.ts';
import { momentNow } from '../../../functions/authorize/moment.ts';
import { denialReader } from '../../../functions/authorize/read-denials.ts';
import { reportTo } from '../../../functions/authorize/report.ts';
import { tokenVerifier } from '../../../functions/authorize/verify-token.ts';
import { sha256 } from '../../../functions/domain/sha256.ts';
import { httpEvent, requestEvent, stageArn, tokenEvent } from './request-event.ts';
import { answering, tableWire } from './table-wire.ts';
import { seconds, startTestIssuer, type TestIssuer } from './test-issuer.ts';

const table = 'denylist';
const now = () => new Date();
const strict = { memorySeconds: 0 };
const policyIn = (answer: Answer): APIGatewayAuthorizerResult => {
  if ('policyDocument' in answer) return answer;
  throw new Error('a REST API was answered without a policy');
};
let issuer: TestIssuer;
let other: TestIssuer;
let lines: string[];
let deps: AuthorizeDeps;

/** The stub answers like the table. */
let denylist: ReturnType<typeof tableWire>;
const down = () => {
  throw new Error('down');
};
const question = (...keys: string[]) => ({
  RequestItems: { [table]: { Keys: keys.map((S) => ({ key: { S } })), ConsistentRead: true } },
});
const block = (key: string, parts: Record<string, unknown> = {}) => {
  denylist.state.rows[key] = {
    key: { S: key },
    blocked: { BOOL: true },
    expiresAt: { N: `${seconds() + 60}` },
    ...parts,
  };
};
const subjectKey = (subject: string, of = issuer) => `subject#${of.url}#${subject}`;
const nameKey = (by: 'jti' | 'sid' | 'client', id: string, of = issuer) => `${by}#${of.url}#${id}`;

beforeAll(async () => {
  issuer = await startTestIssuer();
  other = await startTestIssuer();
});
afterAll(() => Promise.all([issuer.close(), other.close()]));

beforeEach(() => {
  denylist = tableWire(table);
  lines = [];
  Object.assign(issuer.state, { status: 200 });
  deps = {
    verifyToken: tokenVerifier([issuer.settings, other.settings], { clockSkewSeconds: 0, now }),
    denials: denialKnowledge(strict, {
      read: denialReader(denylist.wire, table),
      moment: momentNow,
    }),
    answer: answerer('simple'),
    report: reportTo((line) => lines.push(line), now),
    now,
    clockSkewSeconds: 0,
  };
});

const logged = () => lines.map((line) => JSON.parse(line));

/** `Allow`, or `Deny` and `401` with the reason that was logged. */
const outcomeOf = async (event: unknown): Promise<string> => {
  try {
    const answer = policyIn(await authorize(event, deps));
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
    expect(denylist.state.asked).toEqual([question(subjectKey('ada@example.com'), nameKey('jti', 'j-1'))]);
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
    expect(denylist.state.asked).toEqual([]);
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
      policyIn(await authorize(requestEvent({ authorization: `Bearer ${token}` }), deps)).principalId;
    const ada = await principalOf(await issuer.sign());
    expect(await principalOf(await issuer.sign({ jti: 'j-2' }))).toBe(ada);
    expect(await principalOf(await other.sign())).not.toBe(ada);
    expect(ada).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('authorize, by API key', () => {
  it('takes a key alone for an identity', async () => {
    expect(await outcomeOf(requestEvent({ apiKeyId: 'key1' }))).toBe('Allow');
    expect(denylist.state.asked).toEqual([question('api-key#key1')]);
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
    expect(denylist.state.asked).toHaveLength(1);
  });

  it('does not fall back on the key where the token is bad', async () => {
    expect(await withToken(issuer.sign({ aud: 'billing-api' }), 'key1')).toBe('401 audience-wrong');
  });
});

describe('authorize, in doubt', () => {
  const metrics = () => logged().map((line) => line.AuthorizeUnavailable ?? 0);

  it.each([
    [
      'an error',
      () => {
        denylist.state.fails = down;
      },
    ],
    [
      'unprocessed keys',
      () => {
        const UnprocessedKeys = { [table]: { Keys: [{ key: { S: 'x' } }] } };
        denylist.state.fails = () => answering({ Responses: { [table]: [] }, UnprocessedKeys });
      },
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
    deps = { ...deps, denials: () => Promise.reject(new TypeError('a bug')) };
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

describe('authorize, for an HTTP API', () => {
  const ask = async (headers: Record<string, string>, httpApis: 'simple' | 'iam' = 'simple') =>
    authorize(httpEvent(headers), { ...deps, answer: answerer(httpApis) });
  const withBearer = async (claims?: Record<string, unknown>) => ({
    authorization: `Bearer ${await issuer.sign(claims)}`,
  });

  it('answers yes or no where simple responses are expected', async () => {
    expect(await ask(await withBearer())).toEqual({
      isAuthorized: true,
      context: { principalId: expect.stringMatching(/^[0-9a-f]{64}$/), reason: 'allowed' },
    });
    block(subjectKey('ada@example.com'));
    expect(await ask(await withBearer())).toMatchObject({
      isAuthorized: false,
      context: { reason: 'subject-blocked' },
    });
  });

  it('answers a policy for the whole stage where IAM policies are expected', async () => {
    const Resource = 'arn:aws:execute-api:eu-west-1:123456789012:h1i2j3k4l5/$default/*';
    const statementOf = (Effect: string) => ({
      policyDocument: { Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
    });
    expect(await ask(await withBearer(), 'iam')).toMatchObject(statementOf('Allow'));
    block(subjectKey('ada@example.com'));
    expect(await ask(await withBearer(), 'iam')).toMatchObject(statementOf('Deny'));
  });

  it.each([
    ['no token', {}, 'no-credential'],
    ['what is no token', { authorization: 'Basic YWRhOmFkYQ==' }, 'authorization-malformed'],
    ['two tokens', { authorization: 'Bearer a.b.c,Bearer d.e.f' }, 'authorization-malformed'],
  ])(
    'says no to %s, and does not throw: what a throw would answer is not documented',
    async (_name, headers, reason) => {
      expect(await ask(headers)).toMatchObject({ isAuthorized: false, context: { reason } });
      expect(await ask(headers, 'iam')).toMatchObject({
        policyDocument: { Statement: [{ Effect: 'Deny' }] },
      });
      expect(logged().at(-1)).toMatchObject({ reason, requestId: 'request-2' });
      expect(denylist.state.asked).toEqual([]);
    },
  );

  it('says no where the denylist is out of reach', async () => {
    denylist.state.fails = down;
    expect(await ask(await withBearer())).toMatchObject({
      isAuthorized: false,
      context: { reason: 'denylist-unreachable' },
    });
  });

  it('never hands a key of your own to it, and refuses a blocked one beside a good token', async () => {
    deps = { ...deps, apiKeyHeader: 'x-partner-key' };
    const both = { ...(await withBearer()), 'x-partner-key': 'k-1' };
    expect(JSON.stringify(await ask(both, 'iam'))).not.toContain('k-1');
    block(`api-key-sha256#${sha256('k-1')}`);
    expect(await ask(both)).toMatchObject({ isAuthorized: false, context: { reason: 'api-key-blocked' } });
  });
});

describe('authorize, for payload 1.0 of an HTTP API', () => {
  it('answers a policy, and a plain no where a REST API would get a 401', async () => {
    const event = { ...requestEvent({ authorization: `Bearer ${await issuer.sign()}` }), version: '1.0' };
    expect(await outcomeOf(event)).toBe('Allow');
    expect(await outcomeOf({ ...requestEvent({}), version: '1.0' })).toBe('Deny no-credential');
  });
});

describe('authorize, for a TOKEN authorizer', () => {
  it('decides by the token', async () => {
    const event = tokenEvent(`Bearer ${await issuer.sign()}`);
    expect(await outcomeOf(event)).toBe('Allow');
    block(subjectKey('ada@example.com'));
    expect(await outcomeOf(event)).toBe('Deny subject-blocked');
    expect(await outcomeOf(tokenEvent('Bearer x'))).toBe('401 token-malformed');
  });
});

describe('authorize, by a key in a header of your own', () => {
  const sending = (value: string) => requestEvent({ headers: { 'X-Partner-Key': value } });
  beforeEach(() => {
    deps = { ...deps, apiKeyHeader: 'x-partner-key' };
  });

  it('asks the denylist by its hash, and hands it to API Gateway, which checks it', async () => {
    expect(policyIn(await authorize(sending('k-1'), deps))).toMatchObject({ usageIdentifierKey: 'k-1' });
    expect(denylist.state.asked).toEqual([question(`api-key-sha256#${sha256('k-1')}`)]);
  });

  it('denies one that is blocked, and hands over nothing then', async () => {
    block(`api-key-sha256#${sha256('k-1')}`);
    const answer = policyIn(await authorize(sending('k-1'), deps));
    expect(answer).not.toHaveProperty('usageIdentifierKey');
    expect(answer.context?.reason).toBe('api-key-blocked');
    expect(logged()[0]).toMatchObject({ reason: 'api-key-blocked', apiKeySha256: sha256('k-1') });
    expect(lines.join('')).not.toContain('"k-1"');
  });
});

describe('authorize, on best effort', () => {
  it('says so aloud for each request, and refuses on the other routes', async () => {
    const policy = { memorySeconds: 0, bestEffort: { routes: ['GET /orders/*'], seconds: 60 } };
    const read = denialReader(denylist.wire, table);
    deps = { ...deps, denials: denialKnowledge(policy, { read, moment: momentNow }) };
    expect(await withToken(issuer.sign())).toBe('Allow');
    expect(lines).toEqual([]);
    denylist.state.fails = down;
    const token = issuer.sign();
    expect(await withToken(token)).toBe('Allow');
    expect(logged()).toMatchObject([
      {
        ...{ level: 'WARN', message: 'decided from memory', reason: 'allowed', AuthorizeBestEffort: 1 },
        ...{ requestId: 'request-1', tokenSha256: sha256(await token) },
      },
    ]);
    const elsewhere = requestEvent({ authorization: `Bearer ${await token}` });
    expect(await outcomeOf({ ...elsewhere, methodArn: elsewhere.methodArn.replace('/GET/', '/POST/') })).toBe(
      'Deny denylist-unreachable',
    );
  });
});
