import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
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
}

/** Adaptive mode slows the client down when AWS throttles, instead of hammering (SDK reference, "Retry behavior"). */
export const patient = { retryMode: 'adaptive', maxAttempts: 4 } as const;

/**
 * Clients for the account and region of a credential. Today only the deployment's own: another account's
 * credential is an error, never silently taken for one of ours.
 */
export const awsClients = (home: Place): AwsClients => {
  const iam = new IAMClient({ ...patient, region: home.region });
  const apiGateway = new APIGatewayClient({ ...patient, region: home.region });
  const atHome = <T>(place: Place, client: T): T => {
    const foreign = place.account !== home.account || ![home.region, 'global'].includes(place.region);
    if (!foreign) return client;
    throw new CutoffError(`${place.account}/${place.region} is not served by this deployment`, {
      code: 'foreign-account',
      retryable: false,
    });
  };
  return { iam: (place) => atHome(place, iam), apiGateway: (place) => atHome(place, apiGateway) };
};
