import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { Grantee } from '../../infra/constructs/allow.ts';
import { ApiKeys } from '../../infra/constructs/api-keys.ts';
import { CognitoPools } from '../../infra/constructs/cognito.ts';
import { CredentialKinds } from '../../infra/constructs/credential-kinds.ts';
import { IamUsers } from '../../infra/constructs/iam-users.ts';
import { StoredSecrets } from '../../infra/constructs/stored-secrets.ts';
import { parseStageConfig, type StageConfig } from '../../infra/stage-config.ts';
import { lines, type Statement } from './policies.ts';

type Kind = new (scope: Stack, id: string, config: StageConfig) => { grantSweep(grantee: Grantee): void };

const everywhere = parseStageConfig({
  credentials: { cognitoUserPools: ['eu-west-1_people'], storedSecrets: true },
});
const nowhere = parseStageConfig({});

const granted = (Construct: Kind, config = everywhere) => {
  const app = new App();
  const stack = new Stack(app, 'Bare');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new Construct(stack, 'Granting', config).grantSweep(role);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
};

const user = 'arn:AWS::Partition:iam::AWS::AccountId:user/*';
const gateway = (path: string) => `apigateway:GET arn:AWS::Partition:apigateway:AWS::Region::${path}`;
const pool = 'arn:AWS::Partition:cognito-idp:AWS::Region:AWS::AccountId:userpool/eu-west-1_people';
const secret = 'arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:*';

const expected = {
  users: [
    'iam:GenerateCredentialReport *',
    'iam:GetAccountAuthorizationDetails *',
    'iam:GetCredentialReport *',
    `iam:GetAccessKeyLastUsed ${user}`,
    `iam:GetLoginProfile ${user}`,
    `iam:GetUser ${user}`,
    `iam:ListAccessKeys ${user}`,
  ],
  keys: ['/apikeys', '/apikeys/*', '/usageplans', '/usageplans/*/usage'].map(gateway),
  clients: [`cognito-idp:DescribeUserPoolClient ${pool}`, `cognito-idp:ListUserPoolClients ${pool}`],
  secrets: ['secretsmanager:ListSecrets *', `secretsmanager:DescribeSecret ${secret} if api-key`],
};

describe('what a sweep may read', () => {
  it.each([
    ['users', IamUsers],
    ['keys', ApiKeys],
    ['clients', CognitoPools],
    ['secrets', StoredSecrets],
  ] as const)('of %s: exactly what the code calls', (kind, Construct) => {
    expect(lines(granted(Construct), 'Allow')).toEqual([...expected[kind]].sort());
  });

  it('of all kinds: nothing beside, and nothing that writes', () => {
    const allowed = lines(granted(CredentialKinds), 'Allow');
    expect(allowed).toEqual(Object.values(expected).flat().sort());
    const writes = allowed.filter(
      (line) => !/^[a-z-]+:(GET|Get|List|Describe|GenerateCredentialReport)/.test(line),
    );
    expect(writes).toEqual([]);
  });

  it('of what the settings do not name: nothing', () => {
    const allowed = lines(granted(CredentialKinds, nowhere), 'Allow');
    expect(allowed).toEqual([...expected.users, ...expected.keys].sort());
  });

  it('has a reason for each pattern', () => {
    const app = new App();
    const stack = new Stack(app, 'Bare');
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    new CredentialKinds(stack, 'Kinds', everywhere).grantSweep(role);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});
