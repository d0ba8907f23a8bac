import type { APIGatewayEventIdentity } from 'aws-lambda';
import type { Caller } from '../../../functions/token/caller.ts';

export const home = { account: '123456789012', region: 'eu-west-1' } as const;
export const issuer = 'https://tokens.acme.example';

export const apiKey = { kind: 'api-gateway-key', ...home, id: 'k1' } as const;
const global = { account: home.account, region: 'global' };
export const user = { kind: 'iam-user', ...global, id: 'dana' } as const;
export const accessKey = { kind: 'iam-access-key', ...global, id: 'AKIADANA', user: 'dana' } as const;

export const byKey: Caller = { credential: apiKey };
export const byIam: Caller = { credential: user, accessKey };

/** As API Gateway fills it in; what does not apply is null. */
export const identity = (parts: Partial<APIGatewayEventIdentity> = {}): APIGatewayEventIdentity => ({
  ...{ accessKey: null, accountId: null, apiKey: null, apiKeyId: null, caller: null, clientCert: null },
  ...{ cognitoAuthenticationProvider: null, cognitoAuthenticationType: null, cognitoIdentityId: null },
  ...{ cognitoIdentityPoolId: null, principalOrgId: null, user: null, userArn: null },
  ...{ sourceIp: '192.0.2.1', userAgent: 'test', ...parts },
});
