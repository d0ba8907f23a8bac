import * as apigateway from '@aws-sdk/client-api-gateway';
import { GetApiKeysCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { play } from './gateway-player.ts';
import { gatewayTemplate, restRoute } from './gateway-template.ts';

const aws = mockClient(apigateway.APIGatewayClient);
const iam = mockClient(IAMClient);
const proxied = { Integration: { Type: 'AWS_PROXY' } };
const template = gatewayTemplate(
  { GetPartner: proxied },
  {
    ...restRoute('Open', 'open', { ...proxied, HttpMethod: 'POST' }),
    ...restRoute('KeyAlone', 'key-alone', { ...proxied, ApiKeyRequired: true }),
    ...restRoute('Signed', 'signed', { ...proxied, AuthorizationType: 'AWS_IAM', HttpMethod: 'POST' }),
  },
);

let asked: Record<string, unknown>[];
let answer: unknown;
const behind = {
  template,
  iam: new IAMClient({}),
  invokeBackend: async (event: unknown) => {
    asked.push(event as Record<string, unknown>);
    if (answer instanceof Error) throw answer;
    return answer;
  },
};

beforeEach(() => {
  aws.reset();
  iam.reset();
  asked = [];
  answer = { statusCode: 200, body: '{"from":"the function"}' };
});

const fromFunction = '200 {"from":"the function"}';
const bad = '502 {"message":"Internal server error"}';

describe('a function behind a route of a REST API', () => {
  it('is told what was sent, and answers', async () => {
    const player = await play(behind);
    expect(await player.ask('/prod/open?a=1', { 'x-one': 'two' }, 'POST')).toBe(fromFunction);
    expect(asked).toMatchObject([
      {
        ...{ resource: '/open', path: '/open', httpMethod: 'POST', queryStringParameters: { a: '1' } },
        ...{ body: null, isBase64Encoded: false },
        headers: { 'x-one': 'two' },
        requestContext: { identity: { userArn: null, accessKey: null }, stage: 'prod' },
      },
    ]);
    expect(asked[0]).not.toHaveProperty('type');
    expect(asked[0]).not.toHaveProperty('methodArn');
  });

  it('is told whose API key was sent', async () => {
    aws.on(GetApiKeysCommand).resolves({ items: [{ id: 'key1', value: 'value-1', enabled: true }] });
    aws.on(GetUsagePlansCommand).resolves({ items: [{ id: 'p', apiStages: [] }] });
    const player = await play(behind);
    for (const route of ['/partner', '/key-alone']) {
      expect(await player.ask(route, { 'x-api-key': 'value-1' })).toBe(fromFunction);
      expect(asked.pop()).toMatchObject({ requestContext: { identity: { apiKeyId: 'key1' } } });
      expect(await player.ask(route, { 'x-api-key': 'value-2' })).toMatch(/^403/);
      expect(asked).toEqual([]);
    }
  });

  it('sets status and headers, and may answer in base64', async () => {
    answer = {
      statusCode: 401,
      headers: { 'cache-control': 'no-store', 'retry-after': 5 },
      body: Buffer.from('no').toString('base64'),
      isBase64Encoded: true,
    };
    const player = await play(behind);
    expect(await player.ask('/open', {}, 'POST')).toBe('401 no');
  });

  it.each([new Error('broken'), null, 'text', { body: 'without status' }, { statusCode: '200' }])(
    'that answers %j is a bad gateway',
    async (wrong) => {
      const said = vi.spyOn(console, 'error').mockReturnValue();
      answer = wrong;
      const player = await play(behind);
      expect(await player.ask('/open', {}, 'POST')).toBe(bad);
      said.mockRestore();
    },
  );

  it('is not asked where none is given: the route answers as any other', async () => {
    const { invokeBackend: _, ...without } = behind;
    const player = await play(without);
    expect(await player.ask('/open', {}, 'POST')).toBe('200 {"message":"reached the backend"}');
  });
});

describe('a route that IAM guards', () => {
  const signedWith = (key: string, service = 'execute-api') => ({
    authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260301/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  });
  const unknown = '403 {"message":"The security token included in the request is invalid."}';
  const unsigned = '403 {"message":"Missing Authentication Token"}';
  const Arn = 'arn:aws:iam::123456789012:user/people/dana';

  beforeEach(() => {
    iam
      .on(GetAccessKeyLastUsedCommand)
      .rejects(new NoSuchEntityException({ message: 'no such key', $metadata: {} }));
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: 'AKIADANA' }).resolves({ UserName: 'dana' });
    iam.on(ListAccessKeysCommand, { UserName: 'dana' }).resolves({
      AccessKeyMetadata: [
        { AccessKeyId: 'AKIAOTHER', Status: 'Inactive' },
        { AccessKeyId: 'AKIADANA', Status: 'Active' },
      ],
    });
    iam.on(GetUserCommand).resolves({
      User: { Arn, UserId: 'AIDADANA', UserName: 'dana', Path: '/people/', CreateDate: new Date(0) },
    });
  });

  it('tells the function whose access key it was', async () => {
    const player = await play(behind);
    expect(await player.ask('/signed', signedWith('AKIADANA'), 'POST')).toBe(fromFunction);
    expect(asked[0]).toMatchObject({
      requestContext: {
        identity: { accessKey: 'AKIADANA', accountId: '123456789012', user: 'AIDADANA', userArn: Arn },
      },
    });
  });

  it('refuses a key that is none, or is not active', async () => {
    const player = await play(behind);
    expect(await player.ask('/signed', signedWith('AKIANOBODY'), 'POST')).toBe(unknown);
    const AccessKeyMetadata = [{ AccessKeyId: 'AKIADANA', Status: 'Inactive' } as const];
    iam.on(ListAccessKeysCommand, { UserName: 'dana' }).resolves({ AccessKeyMetadata });
    expect(await player.ask('/signed', signedWith('AKIADANA'), 'POST')).toBe(unknown);
    expect(asked).toEqual([]);
  });

  it.each([{}, { authorization: 'Bearer a.b.c' }, signedWith('AKIADANA', 's3')])(
    'takes %j for unsigned',
    async (headers) => {
      const player = await play(behind);
      expect(await player.ask('/signed', headers as Record<string, string>, 'POST')).toBe(unsigned);
      expect(asked).toEqual([]);
    },
  );

  it('is not played where nobody knows whose keys are', async () => {
    const { iam: _, ...without } = behind;
    await expect(play(without)).rejects.toThrow('IAM guards');
  });
});
