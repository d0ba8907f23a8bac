import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import type { CredentialGrants } from '../../infra/constructs/credential-grants.ts';
import { IamUsers } from '../../infra/constructs/iam-users.ts';
import { lines, type Statement } from './policies.ts';

type Grant = keyof CredentialGrants | 'grantFindOwner' | 'grantReport';

const root = 'arn:aws:iam::123456789012:user/root';
const protection = {
  arns: [root, 'arn:aws:apigateway:eu-west-1::/apikeys/abc'],
  tags: ['cutoff:protected'],
  emails: [],
};

const statementsOf = (grant: Grant, protect = protection): Statement[] => {
  const stack = new Stack(new App(), 'Bare');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new IamUsers(stack, 'IamUsers', { protection: protect })[grant](role);
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
  );
};

const every = (type: string) => `arn:AWS::Partition:iam::AWS::AccountId:${type}/*`;
const onUsers = (...actions: string[]) => actions.map((action) => `iam:${action} ${every('user')}`);
const onlyDenyAll = (action: string) =>
  `iam:${action} ${every('user')} if arn:AWS::Partition:iam::aws:policy/AWSDenyAll`;

const listParts = [
  'ListAccessKeys',
  'ListSSHPublicKeys',
  'ListServiceSpecificCredentials',
  'ListSigningCertificates',
];
const updates = [
  'UpdateAccessKey',
  'UpdateSSHPublicKey',
  'UpdateServiceSpecificCredential',
  'UpdateSigningCertificate',
];
const deletions = [
  'DeactivateMFADevice',
  'DeleteAccessKey',
  'DeleteLoginProfile',
  'DeleteSSHPublicKey',
  'DeleteServiceSpecificCredential',
  'DeleteSigningCertificate',
  'DeleteUser',
  'DeleteUserPolicy',
  'DetachUserPolicy',
];

const allowed: Record<Grant, string[]> = {
  grantInspect: onUsers(
    'GetLoginProfile',
    'GetUser',
    'GetUserPolicy',
    'ListAttachedUserPolicies',
    ...listParts,
  ),
  grantFindOwner: onUsers('GetAccessKeyLastUsed'),
  grantDiscover: ['iam:GetAccountAuthorizationDetails *'],
  grantReport: ['iam:GenerateCredentialReport *', 'iam:GetCredentialReport *'],
  grantContain: [onlyDenyAll('AttachUserPolicy'), ...onUsers('PutUserPolicy')],
  grantRevoke: [
    onlyDenyAll('AttachUserPolicy'),
    onlyDenyAll('DetachUserPolicy'),
    ...onUsers('DeleteUserPolicy', 'PutUserPolicy', ...updates),
  ],
  grantRemove: [
    ...onUsers(...deletions, ...listParts),
    ...onUsers('ListAttachedUserPolicies', 'ListGroupsForUser', 'ListMFADevices', 'ListUserPolicies'),
    `iam:DeleteVirtualMFADevice ${every('mfa')}`,
    `iam:RemoveUserFromGroup ${every('group')}`,
  ],
};

const written: Record<Grant, string[]> = {
  grantInspect: [],
  grantFindOwner: [],
  grantDiscover: [],
  grantReport: [],
  grantContain: ['AttachUserPolicy', 'PutUserPolicy'],
  grantRevoke: ['AttachUserPolicy', 'DetachUserPolicy', 'DeleteUserPolicy', 'PutUserPolicy', ...updates],
  grantRemove: deletions,
};

const grants = Object.keys(allowed) as Grant[];

it.each(grants)('%s allows what the code calls, and nothing else', (grant) => {
  expect(lines(statementsOf(grant), 'Allow')).toEqual(allowed[grant].sort());
});

it.each(grants)('%s denies every write to a user on those who are protected', (grant) => {
  const denied = written[grant].flatMap((action) => [
    `iam:${action} ${root}`,
    `iam:${action} ${every('user')} if false false`,
  ]);
  expect(lines(statementsOf(grant), 'Deny')).toEqual(denied.sort());
});

it.each(grants)('%s denies nothing where nobody is protected', (grant) => {
  expect(lines(statementsOf(grant, { arns: [], tags: [], emails: [] }), 'Deny')).toEqual([]);
});
