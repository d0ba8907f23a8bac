import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { CutoffError } from '../domain/errors.ts';

/** Where a credential lives. */
export interface Place {
  readonly account: string;
  /** An AWS region, or `global`. */
  readonly region: string;
}

export interface AwsClients {
  iam(place: Place): IAMClient;
  apiGateway(place: Place): APIGatewayClient;
  /** HTTP APIs. */
  httpApis(place: Place): ApiGatewayV2Client;
  /** Of the home region, and of us-east-1. */
  cloudTrail(place: Place): CloudTrailClient;
  cognito(place: Place): CognitoIdentityProviderClient;
  secretsManager(place: Place): SecretsManagerClient;
  /** Identity Center, in its own home region. */
  ssoAdmin(place: Place): SSOAdminClient;
  identityStore(place: Place): IdentitystoreClient;
}

/** Adaptive mode slows the client down when AWS throttles, instead of hammering (SDK reference, "Retry behavior"). */
export const patient = { retryMode: 'adaptive', maxAttempts: 4 } as const;

/** For what must not be asked twice, whatever became of the first answer: an error is the caller's to look into. */
export const impatient = { ...patient, maxAttempts: 1 } as const;

type Config = (typeof patient | typeof impatient) & { readonly region: string };

/**
 * Clients for the account and region of a credential. Today only the deployment's own: another account's
 * credential is an error, never silently taken for one of ours.
 */
export const awsClients = (
  home: Place,
  identityCenterRegion: string = home.region,
  patience: typeof patient | typeof impatient = patient,
): AwsClients => {
  const at = <T>(make: (config: Config) => T, ...regions: [string, ...string[]]) => {
    const made = new Map<string, T>();
    return ({ account, region: asked }: Place): T => {
      const region = asked === 'global' ? regions[0] : asked;
      if (account !== home.account || !regions.includes(region)) {
        throw new CutoffError(`${account}/${asked} is not served by this deployment`, {
          code: 'foreign-account',
          retryable: false,
        });
      }
      const client = made.get(region) ?? make({ ...patience, region });
      made.set(region, client);
      return client;
    };
  };
  return {
    iam: at((config) => new IAMClient(config), home.region),
    apiGateway: at((config) => new APIGatewayClient(config), home.region),
    httpApis: at((config) => new ApiGatewayV2Client(config), home.region),
    cloudTrail: at((config) => new CloudTrailClient(config), home.region, 'us-east-1'),
    cognito: at((config) => new CognitoIdentityProviderClient(config), home.region),
    secretsManager: at((config) => new SecretsManagerClient(config), home.region),
    ssoAdmin: at((config) => new SSOAdminClient(config), identityCenterRegion),
    identityStore: at((config) => new IdentitystoreClient(config), identityCenterRegion),
  };
};
