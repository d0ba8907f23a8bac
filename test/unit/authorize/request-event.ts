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
