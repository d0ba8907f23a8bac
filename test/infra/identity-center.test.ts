import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import {
  IdentityCenterAccess,
  type IdentityCenterAccessProps,
} from '../../infra/constructs/identity-center.ts';
import { lines, type Statement } from './policies.ts';

const identityCenterInstanceArn = 'arn:aws:sso:::instance/ssoins-1234567890abcdef';
const credentials = credentialsSchema.parse({ identityCenterInstanceArn });
const identityCenter = { identityStoreId: 'd-1234567890' };

const grants = ['grantInspect', 'grantDiscover', 'grantContain', 'grantRevoke', 'grantRemove'] as const;
type Grant = (typeof grants)[number];

const statementsOf = (
  grant: Grant,
  props: IdentityCenterAccessProps = { credentials, identityCenter },
): Statement[] => {
  const stack = new Stack(new App(), 'Bare');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new IdentityCenterAccess(stack, 'IdentityCenterAccess', props)[grant](role);
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
  );
};

const instance = identityCenterInstanceArn;
const permissionSets = 'arn:AWS::Partition:sso:::permissionSet/ssoins-1234567890abcdef/*';
const assignment = [instance, permissionSets, 'arn:AWS::Partition:sso:::account/*'];
const store = 'arn:AWS::Partition:identitystore::*:identitystore/d-1234567890';
const [user, group, membership] = ['user', 'group', 'membership'].map(
  (type) => `arn:AWS::Partition:identitystore:::${type}/*`,
);

const on = (action: string, ...resources: (string | undefined)[]) =>
  resources.map((resource) => `${action} ${resource}`);

const allowed: Record<Grant, string[]> = {
  grantInspect: [
    ...on('identitystore:DescribeUser', store, user),
    ...on('identitystore:ListGroupMembershipsForMember', store, user, membership),
    ...on('sso:ListAccountAssignmentsForPrincipal', instance),
  ],
  grantDiscover: [
    ...on('identitystore:GetUserId', store, user),
    ...on('sso:ListPermissionSets', instance),
    ...on('sso:ListAccountsForProvisionedPermissionSet', instance, permissionSets),
    ...on('sso:ListAccountAssignments', ...assignment),
  ],
  grantContain: [],
  grantRevoke: [
    ...on('identitystore:DeleteGroupMembership', store, user, group, membership),
    ...on('identitystore:CreateGroupMembership', store, user, group),
    ...on('sso:DeleteAccountAssignment', ...assignment),
    ...on('sso:CreateAccountAssignment', ...assignment),
  ],
  grantRemove: [],
};

describe('what may be done to assignments and memberships', () => {
  it.each(grants)('%s: exactly this', (grant) => {
    expect(lines(statementsOf(grant), 'Allow')).toEqual(allowed[grant].sort());
  });

  it.each(grants)('%s: none of it where the settings do not name both instance and directory', (grant) => {
    const unnamed = credentialsSchema.parse({});
    expect(statementsOf(grant, { credentials: unnamed, identityCenter })).toEqual([]);
    expect(statementsOf(grant, { credentials, identityCenter: undefined })).toEqual([]);
  });
});
