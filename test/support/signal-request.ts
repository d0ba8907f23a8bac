import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface Sent {
  readonly method?: string;
  /** With the stage before it, where that is not `$default`. */
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly stage?: string;
}

/** A request as API Gateway hands it over ("Create AWS Lambda proxy integrations for HTTP APIs", payload 2.0). */
export const signalEvent = (sent: Sent = {}): APIGatewayProxyEventV2 => {
  const { method = 'POST', path = '/', query = '', headers = {}, stage = '$default' } = sent;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { ...headers },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api7',
      domainName: 'api7.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'api7',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: '$default',
      stage,
      time: '02/Mar/2026:09:00:00 +0000',
      timeEpoch: 1_772_442_000_000,
    },
    ...(sent.body !== undefined && { body: sent.body }),
    isBase64Encoded: sent.isBase64Encoded ?? false,
  };
};
