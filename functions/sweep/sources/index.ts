import type { CredentialsSettings } from '../../domain/credential-settings.ts';
import type { EnforcementSettings } from '../../domain/enforcement-settings.ts';
import type { AwsClients, Place } from '../../shared/aws-clients.ts';
import {
  apiGatewayLimit,
  cognitoLimit,
  iamLimit,
  type Pace,
  secretsManagerLimit,
} from '../../shared/pace.ts';
import type { RateLimit } from '../../stores/rate-limits.ts';
import type { SweepSource } from '../sweep-source.ts';
import { ApiGatewaySource } from './api-gateway.ts';
import { CognitoSource } from './cognito.ts';
import { IamSource } from './iam.ts';
import { StoredSecretsSource } from './stored-secrets.ts';

export interface SweepSourcesDeps {
  readonly clients: AwsClients;
  /** The deployment's own account and region. */
  readonly home: Place;
  /** `sharedPace` for whoever acts, `ownPace` for a dry run. */
  readonly paceFor: (limit: RateLimit) => Pace;
  readonly now: () => Date;
  /** Where the settings say that credentials are. */
  readonly settings: CredentialsSettings;
  readonly enforcement: EnforcementSettings;
}

/** One source a service. What the settings do not name is not looked at, as revokers have it by `isConfigured`. */
export const buildSweepSources = ({ paceFor, ...deps }: SweepSourcesDeps): SweepSource[] => {
  const { cognitoUserPools, storedSecrets } = deps.settings;
  const hasPools = cognitoUserPools.length > 0;
  return [
    new IamSource({ ...deps, pace: paceFor(iamLimit) }),
    new ApiGatewaySource({ ...deps, pace: paceFor(apiGatewayLimit) }),
    ...(hasPools ? [new CognitoSource({ ...deps, pace: paceFor(cognitoLimit) })] : []),
    ...(storedSecrets ? [new StoredSecretsSource({ ...deps, pace: paceFor(secretsManagerLimit) })] : []),
  ];
};
