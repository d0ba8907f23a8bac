import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { CredentialKinds } from '../../infra/constructs/credential-kinds.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { lines, type Statement } from './policies.ts';

const granted = (settings: unknown) => {
  const app = new App();
  const stack = new Stack(app, 'Bare');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new CredentialKinds(stack, 'Kinds', parseStageConfig(settings)).grantFindDrift(role);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth(); // throws where a pattern has no reason
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return lines(
    policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]),
    'Allow',
  );
};

const user = 'arn:AWS::Partition:iam::AWS::AccountId:user/*';
const pool = 'arn:AWS::Partition:cognito-idp:AWS::Region:AWS::AccountId:userpool/eu-west-1_people';
const always = [
  'apigateway:GET arn:AWS::Partition:apigateway:AWS::Region::/apikeys/*',
  'iam:GenerateCredentialReport *',
  'iam:GetCredentialReport *',
  `iam:GetUser ${user}`,
  `iam:ListAccessKeys ${user}`,
];

it('finding drift needs to read single keys, users and clients, and nothing that writes', () => {
  expect(granted({ credentials: { cognitoUserPools: ['eu-west-1_people'] } })).toEqual(
    [
      ...always,
      `cognito-idp:DescribeUserPoolClient ${pool}`,
      `cognito-idp:ListUserPoolClients ${pool}`,
    ].sort(),
  );
});

it('of a pool that the settings do not name, nothing', () => {
  expect(granted({})).toEqual([...always].sort());
});
