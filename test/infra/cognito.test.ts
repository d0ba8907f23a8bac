import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { CognitoPools } from '../../infra/constructs/cognito.ts';
import { lines, type Statement } from './policies.ts';

type Grant = 'grantInspect' | 'grantDiscover' | 'grantContain' | 'grantRevoke' | 'grantRemove';

const granted = (grant: Grant, cognitoUserPools: string[]) => {
  const stack = new Stack();
  const grantee = new Role(stack, 'Grantee', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new CognitoPools(stack, 'Pools', { credentials: { cognitoUserPools } })[grant](grantee);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const statements: Statement[] = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return { allowed: lines(statements, 'Allow'), denied: lines(statements, 'Deny') };
};

const on = (pools: readonly string[], actions: readonly string[]) =>
  actions
    .flatMap((action) =>
      pools.map((pool) => {
        const arn = `arn:AWS::Partition:cognito-idp:AWS::Region:AWS::AccountId:userpool/${pool}`;
        return `cognito-idp:${action} ${arn}`;
      }),
    )
    .sort();

const actions: Readonly<Record<Grant, readonly string[]>> = {
  grantInspect: ['AdminGetUser', 'DescribeUserPoolClient', 'ListUserPoolClients'],
  grantDiscover: ['ListUserPoolClients', 'ListUsers'],
  grantContain: ['AdminGetUser'],
  grantRevoke: [
    'AdminDisableUser',
    'AdminEnableUser',
    'AdminGetUser',
    'AdminUserGlobalSignOut',
    'DescribeUserPoolClient',
    'ListUserPoolClients',
    'UpdateUserPoolClient',
  ],
  grantRemove: ['AdminDeleteUser', 'AdminGetUser', 'DeleteUserPoolClient', 'ListUserPoolClients'],
};

const grants = Object.keys(actions) as Grant[];

it.each(grants)(
  '%s allows exactly what the code calls, on exactly the pools that the settings name',
  (grant) => {
    const pools = ['eu-west-1_people', 'eu-west-1_shop'];
    expect(granted(grant, pools)).toEqual({ allowed: on(pools, actions[grant]), denied: [] });
  },
);

it.each(grants)('%s allows nothing where the settings name no pool', (grant) => {
  expect(granted(grant, [])).toEqual({ allowed: [], denied: [] });
});
