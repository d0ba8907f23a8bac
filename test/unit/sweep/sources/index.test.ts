import { expect, it } from 'vitest';
import { credentialsSchema } from '../../../../functions/domain/credential-settings.ts';
import { enforcementSchema } from '../../../../functions/domain/enforcement-settings.ts';
import { sweptKinds } from '../../../../functions/domain/sweep-settings.ts';
import { awsClients } from '../../../../functions/shared/aws-clients.ts';
import type { RateLimit } from '../../../../functions/stores/rate-limits.ts';
import { buildSweepSources } from '../../../../functions/sweep/sources/index.ts';

const home = { account: '123456789012', region: 'eu-west-1' };

const built = (settings: object) => {
  const limits: RateLimit[] = [];
  const sources = buildSweepSources({
    clients: awsClients(home),
    home,
    paceFor: (limit) => {
      limits.push(limit);
      return async () => undefined;
    },
    now: () => new Date(),
    settings: credentialsSchema.parse(settings),
    enforcement: enforcementSchema.parse({}),
  });
  return { kinds: sources.flatMap((source) => source.kinds), limits };
};

it('finds every kind that a policy can name, each in one place', () => {
  const { kinds } = built({ cognitoUserPools: ['eu-west-1_people'], storedSecrets: true });
  expect(kinds.toSorted()).toEqual([...sweptKinds].sort());
});

it('leaves out what the settings do not name', () => {
  expect(built({}).kinds).toEqual(['iam-user', 'iam-access-key', 'api-gateway-key']);
  expect(built({ storedSecrets: true }).kinds).not.toContain('cognito-app-client');
  expect(built({ cognitoUserPools: ['eu-west-1_people'] }).kinds).not.toContain('stored-secret');
});

it('has a bucket a service, and leaves most of API Gateway to others', () => {
  const { limits } = built({ cognitoUserPools: ['eu-west-1_people'], storedSecrets: true });
  expect(limits.map(({ name }) => name)).toEqual(['iam', 'apigateway', 'cognito', 'secretsmanager']);
  // "Quotas", API Gateway Developer Guide: 10 requests a second.
  expect(limits.find(({ name }) => name === 'apigateway')?.perSecond).toBeLessThan(5);
});
