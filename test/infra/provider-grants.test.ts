import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import type { CredentialGrants } from '../../infra/constructs/credential-grants.ts';
import { ProviderGrants } from '../../infra/constructs/provider-grants.ts';
import { lines, type Statement } from './policies.ts';

type Grant = keyof CredentialGrants;

const arn = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;
const okta = { orgUrl: 'https://acme.okta.com', secretArn: arn('okta') };
const auth0 = { domainUrl: 'https://acme.eu.auth0.com', secretArn: arn('auth0') };

const allowedBy = (grant: Grant, settings: object): string[] => {
  const stack = new Stack(new App(), 'Bare');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const credentials = credentialsSchema.parse(settings);
  new ProviderGrants(stack, 'ProviderGrants', { credentials })[grant](role);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
  expect(lines(statements, 'Deny')).toEqual([]);
  return lines(statements, 'Allow');
};

const reads = (name: string) => `secretsmanager:GetSecretValue ${arn(name)}`;

it.each(['grantInspect', 'grantDiscover', 'grantRevoke'] as const)(
  '%s reads the secrets that the settings name, and no other',
  (grant) => {
    expect(allowedBy(grant, { okta, auth0 })).toEqual([reads('auth0'), reads('okta')]);
    expect(allowedBy(grant, { okta })).toEqual([reads('okta')]);
    expect(allowedBy(grant, { auth0 })).toEqual([reads('auth0')]);
    expect(allowedBy(grant, {})).toEqual([]);
  },
);

it.each(['grantContain', 'grantRemove'] as const)('%s grants nothing', (grant) => {
  expect(allowedBy(grant, { okta, auth0 })).toEqual([]);
});
