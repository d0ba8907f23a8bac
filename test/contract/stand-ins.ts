import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe } from 'vitest';
import type { AwsClients } from '../../functions/shared/aws-clients.ts';
import { type LocalAws, startLocalAws } from '../../infra/local/local-aws.ts';
import { CallLog, logged } from './call-log.ts';
import { fakeApiGateway } from './fake-api-gateway.ts';
import { fakeIam } from './fake-iam.ts';

export const home = { account: '123456789012', region: 'eu-west-1' };

/** AWS as one test sees it: clients under test, whose calls are logged, and an administrator's, whose are not. */
export interface StandIn {
  readonly clients: AwsClients;
  readonly admin: { readonly iam: IAMClient; readonly apiGateway: APIGatewayClient };
  readonly log: CallLog;
}

const { region } = home;

const inMemory = (): StandIn => {
  const [iam, apiGateway] = [fakeIam(), fakeApiGateway()];
  const clientsFor = (log: CallLog) => ({
    iam: logged(new IAMClient({ region }), log, iam),
    apiGateway: logged(new APIGatewayClient({ region }), log, apiGateway),
  });
  const log = new CallLog();
  const tested = clientsFor(log);
  return {
    clients: { iam: () => tested.iam, apiGateway: () => tested.apiGateway },
    admin: clientsFor(new CallLog()),
    log,
  };
};

const onMoto = (endpoint: string): StandIn => {
  const log = new CallLog();
  const iam = logged(new IAMClient({ region, endpoint }), log);
  const apiGateway = logged(new APIGatewayClient({ region, endpoint }), log);
  return {
    clients: { iam: () => iam, apiGateway: () => apiGateway },
    admin: {
      iam: new IAMClient({ region, endpoint }),
      apiGateway: new APIGatewayClient({ region, endpoint }),
    },
    log,
  };
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
    suite(() => onMoto(local.endpoint));
  });
};
