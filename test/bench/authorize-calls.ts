import { pathToFileURL } from 'node:url';
import { expectedOf, type Sample } from './authorize-tokens.ts';

/** What is measured: the deployed handler, and the bound beside it, as a whole and in parts. */
export type CallName = 'handler' | 'bound' | 'checkToken' | 'readRows';

/** One call for one token; false where it was answered wrongly. */
export interface Call {
  run(size: number): Promise<boolean>;
}

type Exported = (input: unknown, context?: unknown) => Promise<unknown>;

const arn = 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders/7';

const headersOf = (token: string): Record<string, string> => ({
  Accept: 'application/json',
  'Accept-Encoding': 'gzip, deflate, br',
  Authorization: `Bearer ${token}`,
  Host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
  'User-Agent': 'orders-client/2.3.1',
  'X-Amzn-Trace-Id': 'Root=1-65f0c0de-0123456789abcdef01234567',
  'X-Forwarded-For': '192.0.2.7',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
});

/** "Input to an API Gateway Lambda authorizer", a REST API's. */
const eventOf = (token: string, number: number) => ({
  type: 'REQUEST',
  methodArn: arn,
  resource: '/orders/{id}',
  path: '/orders/7',
  httpMethod: 'GET',
  headers: headersOf(token),
  multiValueHeaders: Object.fromEntries(
    Object.entries(headersOf(token)).map(([name, value]) => [name, [value]]),
  ),
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: { id: '7' },
  stageVariables: null,
  requestContext: {
    accountId: '123456789012',
    apiId: 'a1b2c3d4e5',
    httpMethod: 'GET',
    identity: { sourceIp: '192.0.2.7', userAgent: 'orders-client/2.3.1', apiKey: null, apiKeyId: null },
    path: '/prod/orders/7',
    requestId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    resourcePath: '/orders/{id}',
    stage: 'prod',
  },
});

const context = { awsRequestId: 'bench', functionName: 'authorize', getRemainingTimeInMillis: () => 10_000 };

const effectOf = (answer: unknown): unknown =>
  (answer as { policyDocument?: { Statement?: { Effect?: unknown }[] } }).policyDocument?.Statement?.[0]
    ?.Effect;

const callOf = (name: CallName, called: Exported) => {
  if (name === 'handler')
    return (sample: Sample, number: number): Call => {
      const event = eventOf(sample.token, number);
      return {
        run: async (size) => effectOf(await called(event, context)) === expectedOf(sample, size).effect,
      };
    };
  return (sample: Sample): Call => {
    const asked = { token: sample.token, Keys: sample.keys.map((key) => ({ key: { S: key } })) };
    if (name === 'checkToken') return { run: async () => (await called(asked)) !== undefined };
    return { run: async (size) => (await called(asked)) === expectedOf(sample, size).rows };
  };
};

/** Everything that a call needs is made here, so that nothing but the call is measured. */
export const callsOf = async (
  name: CallName,
  bundle: string,
  samples: readonly Sample[],
): Promise<Call[]> => {
  const exported = (await import(pathToFileURL(bundle).href)) as Record<string, Exported>;
  const called = exported[name];
  if (!called) throw new Error(`${bundle} exports no ${name}`);
  return samples.map(callOf(name, called));
};
