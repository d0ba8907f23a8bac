import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { afterAll, beforeAll, describe } from 'vitest';
import type { AwsClients } from '../../functions/shared/aws-clients.ts';
import { type LocalAws, startLocalAws } from '../../infra/local/local-aws.ts';
import { type Answer, CallLog, logged } from './call-log.ts';
import { fakeApiGateway } from './fake-api-gateway.ts';
import { fakeCloudTrail } from './fake-cloud-trail.ts';
import { fakeCognito } from './fake-cognito.ts';
import { fakeIam } from './fake-iam.ts';
import { fakeIdentityCenter } from './fake-identity-center.ts';
import { fakeSecretsManager } from './fake-secrets-manager.ts';

export const home = { account: '123456789012', region: 'eu-west-1' };

type Clients = { readonly [Service in keyof AwsClients]: ReturnType<AwsClients[Service]> };

/** AWS as one test sees it: clients under test, whose calls are logged, and an administrator's, whose are not. */
export interface StandIn {
  readonly clients: AwsClients;
  readonly admin: Clients;
  readonly log: CallLog;
}

type Answers = { readonly [Service in keyof AwsClients]?: Answer };

const { region } = home;

const makeClients = (log: CallLog, answers: Answers, endpoint?: string): Clients => {
  const config = { region, ...(endpoint && { endpoint }) };
  return {
    iam: logged(new IAMClient(config), log, answers.iam),
    apiGateway: logged(new APIGatewayClient(config), log, answers.apiGateway),
    httpApis: logged(new ApiGatewayV2Client(config), log, answers.httpApis),
    cloudTrail: logged(new CloudTrailClient(config), log, answers.cloudTrail),
    cognito: logged(new CognitoIdentityProviderClient(config), log, answers.cognito),
    secretsManager: logged(new SecretsManagerClient(config), log, answers.secretsManager),
    ssoAdmin: logged(new SSOAdminClient(config), log, answers.ssoAdmin),
    identityStore: logged(new IdentitystoreClient(config), log, answers.identityStore),
  };
};

const everywhere = (clients: Clients): AwsClients => ({
  iam: () => clients.iam,
  apiGateway: () => clients.apiGateway,
  httpApis: () => clients.httpApis,
  cloudTrail: () => clients.cloudTrail,
  cognito: () => clients.cognito,
  secretsManager: () => clients.secretsManager,
  ssoAdmin: () => clients.ssoAdmin,
  identityStore: () => clients.identityStore,
});

export const standInFor = (answers: Answers, endpoint?: string): StandIn => {
  const log = new CallLog();
  const clients = everywhere(makeClients(log, answers, endpoint));
  return { clients, admin: makeClients(new CallLog(), answers, endpoint), log };
};

export const inMemory = (): StandIn => {
  const identityCenter = fakeIdentityCenter();
  return standInFor({
    iam: fakeIam(),
    apiGateway: fakeApiGateway(),
    cloudTrail: fakeCloudTrail(),
    cognito: fakeCognito(),
    secretsManager: fakeSecretsManager(),
    ssoAdmin: identityCenter,
    identityStore: identityCenter,
  });
};

/**
 * The same suite twice: in memory, which answers as the documentation says, and on a real local endpoint. moto differs
 * from the documentation, which wins: it pages none of the listings used here (GetAccountAuthorizationDetails,
 * ListAccessKeys, GetApiKeys, GetUsagePlans), knows no limit of 2,048 characters for inline policies, and refuses
 * nothing for want of permission. Those are shown in memory and in the unit tests only.
 */
export const onEveryStandIn = (suite: (standIn: () => StandIn) => void): void => {
  describe('in memory', () => suite(inMemory));
  describe('on moto', () => {
    let local: LocalAws;
    beforeAll(async () => {
      // AWS has its managed policies from the start; moto loads them only on demand.
      process.env.MOTO_IAM_LOAD_MANAGED_POLICIES = 'true';
      local = await startLocalAws();
    });
    afterAll(() => local.stop());
    suite(() => standInFor({}, local.endpoint));
  });
};

/** For what the local AWS does not serve; `why` is shown beside the suite's name. */
export const inMemoryOnly = (why: string, suite: (standIn: () => StandIn) => void): void => {
  describe(`in memory only: ${why}`, () => suite(inMemory));
};
