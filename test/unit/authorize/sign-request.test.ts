import { createHash, createHmac } from 'node:crypto';
import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DynamoAccess, requestSigner } from '../../../functions/authorize/sign-request.ts';

const access: DynamoAccess = {
  region: 'eu-west-1',
  endpoint: new URL('https://dynamodb.eu-west-1.amazonaws.com'),
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    sessionToken: 'a/session+token==',
  },
};
const input = { RequestItems: { denylist: { Keys: [{ key: { S: 'subject#ë' } }], ConsistentRead: true } } };
const body = JSON.stringify(input);

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly body: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** IAM User Guide, "Create a signed AWS API request", of the headers that the request says it signed. */
const authorizationOf = ({ headers, path, body }: Signed, secret: string): string => {
  const [, names = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const [, credential = ''] = /Credential=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const [, date = '', region = '', service = ''] = credential.split('/');
  const canonicalHeaders = names.split(';').map((name) => `${name}:${headers[name]?.trim()}\n`);
  const canonical = ['POST', path, '', canonicalHeaders.join(''), names, sha256(body)].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
  const signature = hmac(key, toSign).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
};

/** The same question, as the SDK's client would send it. */
const bySdk = async (): Promise<Signed> => {
  const { promise, resolve } = Promise.withResolvers<Signed>();
  const handle = async ({ headers, path, body }: Omit<Signed, 'body'> & { body: Uint8Array }) => {
    resolve({ headers, path, body: new TextDecoder().decode(body) });
    throw new Error('not sent');
  };
  const { region, credentials } = access;
  const client = new DynamoDBClient({
    ...{ region, credentials, maxAttempts: 1, requestHandler: { handle } as never },
  });
  await client.send(new BatchGetItemCommand(input)).catch(() => undefined);
  return promise;
};

const signedBy = async (given: DynamoAccess): Promise<Signed> => ({
  headers: await requestSigner(given)(body),
  path: given.endpoint.pathname,
  body,
});

describe('requestSigner', () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-03-02T09:08:07.654Z'), toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('says what the SDK says, in all that it sends', async () => {
    const [ours, sdk] = [await signedBy(access), await bySdk()];
    expect(JSON.parse(sdk.body)).toEqual(JSON.parse(ours.body));
    const { authorization, ...said } = ours.headers;
    expect(sdk.headers).toMatchObject({ ...said, 'x-amz-content-sha256': sha256(body) });
    expect(Object.keys(said).sort()).toEqual([
      'content-type',
      'host',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-security-token',
      'x-amz-target',
    ]);
    const credential = 'Credential=AKIAIOSFODNN7EXAMPLE/20260302/eu-west-1/dynamodb/aws4_request,';
    expect(authorization).toContain(`AWS4-HMAC-SHA256 ${credential}`);
    expect(sdk.headers.authorization).toContain(credential);
  });

  it('signs all of it, session and all, as the documentation describes and the SDK does', async () => {
    const secret = access.credentials.secretAccessKey;
    const [ours, sdk] = [await signedBy(access), await bySdk()];
    expect(sdk.headers.authorization).toBe(authorizationOf(sdk, secret));
    expect(ours.headers.authorization).toBe(authorizationOf(ours, secret));
    const { authorization, ...others } = ours.headers;
    expect(authorization).toContain(`SignedHeaders=${Object.keys(others).sort().join(';')},`);
  });

  it('signs for another path, port, region and date, and without a session', async () => {
    const { accessKeyId, secretAccessKey } = access.credentials;
    vi.setSystemTime(new Date('2027-01-01T00:00:00Z'));
    const local = await signedBy({
      ...{ region: 'cn-north-1', endpoint: new URL('http://127.0.0.1:4566/local') },
      credentials: { accessKeyId, secretAccessKey },
    });
    expect(local.headers).toMatchObject({ host: '127.0.0.1:4566', 'x-amz-date': '20270101T000000Z' });
    expect(local.headers).not.toHaveProperty('x-amz-security-token');
    expect(local.headers.authorization).toContain('/20270101/cn-north-1/dynamodb/');
    expect(local.headers.authorization).toBe(authorizationOf(local, secretAccessKey));
  });

  it('signs with the time of each call', async () => {
    const sign = requestSigner(access);
    const first = await sign(body);
    vi.setSystemTime(new Date('2026-03-02T09:30:00Z'));
    const second = await sign(body);
    expect([first['x-amz-date'], second['x-amz-date']]).toEqual(['20260302T090807Z', '20260302T093000Z']);
  });
});
