/** A REQUEST event as a REST API sends it. */
export const requestEvent = (parts: {
  readonly authorization?: string;
  readonly apiKeyId?: string | null;
  readonly headers?: Record<string, unknown> | null;
  readonly multiValueHeaders?: Record<string, unknown> | null;
}) => {
  const { authorization, apiKeyId = null } = parts;
  const sent = authorization === undefined ? {} : { Authorization: authorization };
  return {
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders/7',
    resource: '/orders/{id}',
    path: '/orders/7',
    httpMethod: 'GET',
    headers: parts.headers === undefined ? { Accept: '*/*', ...sent } : parts.headers,
    multiValueHeaders:
      parts.multiValueHeaders === undefined
        ? Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, [value]]))
        : parts.multiValueHeaders,
    requestContext: {
      requestId: 'request-1',
      stage: 'prod',
      identity: { sourceIp: '192.0.2.7', apiKey: apiKeyId && 'secret-key-value', apiKeyId },
    },
  };
};

export const stageArn = 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/*';

/** A TOKEN event as a REST API sends it. */
export const tokenEvent = (authorizationToken: string) => ({
  type: 'TOKEN',
  methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/orders/7',
  authorizationToken,
});

/** Payload 2.0 of an HTTP API: header names in lower case, values of a name that came twice joined. */
export const httpEvent = (headers: Readonly<Record<string, string>>) => ({
  version: '2.0',
  type: 'REQUEST',
  routeArn: 'arn:aws:execute-api:eu-west-1:123456789012:h1i2j3k4l5/$default/GET/orders/7',
  identitySource: Object.values(headers),
  routeKey: 'GET /orders/{id}',
  rawPath: '/orders/7',
  rawQueryString: '',
  headers: { accept: '*/*', ...headers },
  requestContext: {
    apiId: 'h1i2j3k4l5',
    http: { method: 'GET', path: '/orders/7', sourceIp: '192.0.2.7' },
    requestId: 'request-2',
    stage: '$default',
  },
});
