import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { issueSchema } from '../../functions/domain/issue-settings.ts';
import { ownershipSchema } from '../../functions/domain/settings.ts';
import { Issuing } from '../../infra/constructs/issuing.ts';
import { lines, type Statement } from './policies.ts';

const root = 'arn:aws:iam::123456789012:user/people/root';
const key = 'arn:aws:apigateway:eu-west-1::/apikeys/abc';
const protection = { arns: [root, key], tags: ['cutoff:protected'], emails: [] };
const none = { arns: [], tags: [], emails: [] };
const settings = {
  apiKeys: { usagePlans: ['gold', 'silver'] },
  accessKeys: { paths: ['/people/', '/partners/'] },
  oauthClients: { pools: ['eu-west-1_shop'], scopes: ['shop/read'] },
};

const statementsFor = (issue: object | undefined, protect = protection): Statement[] => {
  const stack = new Stack(new App(), 'Bare');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const props = { issue: issue && issueSchema.parse(issue), ownership: ownershipSchema.parse({}) };
  new Issuing(stack, 'Issuing', { ...props, protection: protect }).grantIssue(role);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  return policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
};

const allowed = (issue: object | undefined) => lines(statementsFor(issue), 'Allow');
const denied = (issue: object | undefined, protect = protection) =>
  lines(statementsFor(issue, protect), 'Deny');

const gateway = (path: string) => `arn:AWS::Partition:apigateway:AWS::Region::${path}`;
const users = (path: string) => `arn:AWS::Partition:iam::AWS::AccountId:user${path}*`;
const pool = 'arn:AWS::Partition:cognito-idp:AWS::Region:AWS::AccountId:userpool/eu-west-1_shop';
const secrets = 'arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:cutoff/issued/*';

const onSecrets = [`secretsmanager:CreateSecret ${secrets}`, `secretsmanager:TagResource ${secrets}`];
const tags = '["cutoff:issuance","cutoff:owner","cutoff:owners","cutoff:entitlements"]';
const apiKeysEncoded = 'arn%3AAWS::Partition%3Aapigateway%3AAWS::Region%3A%3A%2Fapikeys%2F*';
const onApiKeys = [
  `apigateway:POST ${gateway('/apikeys')}`,
  `apigateway:PUT ${gateway(`/tags/${apiKeysEncoded}`)} if ${tags} false`,
  `apigateway:POST ${gateway('/usageplans/gold/keys')}`,
  `apigateway:POST ${gateway('/usageplans/silver/keys')}`,
  `apigateway:PATCH ${gateway('/apikeys/*')} if false`,
  `apigateway:GET ${gateway('/apikeys')}`,
  `apigateway:GET ${gateway('/apikeys/*')}`,
  `apigateway:GET ${gateway('/usageplans')}`,
];
const onUsers = ['/people/', '/partners/'].flatMap((path) =>
  ['CreateAccessKey', 'GetUser', 'ListAccessKeys'].map((action) => `iam:${action} ${users(path)}`),
);
const onPools = ['Create', 'Update', 'Describe', 'List'].map(
  (verb) => `cognito-idp:${verb}UserPoolClient${verb === 'List' ? 's' : ''} ${pool}`,
);

it.each([
  ['apiKeys', onApiKeys],
  ['accessKeys', onUsers],
  ['oauthClients', onPools],
] as const)('%s: exactly what the code calls, on exactly what the settings name', (name, expected) => {
  expect(allowed({ [name]: settings[name] })).toEqual([...expected, ...onSecrets].sort());
});

it('allows all of it where all is named, and nothing where nothing is', () => {
  expect(allowed(settings)).toEqual([...onApiKeys, ...onUsers, ...onPools, ...onSecrets].sort());
  expect(allowed({})).toEqual([]);
  expect(allowed(undefined)).toEqual([]);
  expect(denied({})).toEqual([]);
});

it('allows nothing to be deleted, disabled by a status, or read back', () => {
  const actions = allowed(settings).join('\n');
  expect(actions).not.toMatch(/delete|remove|detach|untag|GetSecretValue|UpdateAccessKey|iam:Tag/i);
});

it('knows a marked key by the tag that issue writes, in the request and on the key', () => {
  const conditions = statementsFor({ apiKeys: settings.apiKeys }).flatMap(({ Condition }) =>
    Condition?.Null ? Object.keys(Condition.Null) : [],
  );
  expect(conditions).toEqual(
    expect.arrayContaining(['aws:RequestTag/cutoff:issuance', 'aws:ResourceTag/cutoff:issuance']),
  );
});

it('denies on who is protected what it allows on everybody', () => {
  expect(denied(settings)).toEqual(
    [
      `apigateway:PATCH ${key}`,
      `apigateway:PATCH ${gateway('/apikeys/*')} if false false`,
      `iam:CreateAccessKey ${root}`,
      `iam:CreateAccessKey ${users('/')} if false false`,
    ].sort(),
  );
  expect(denied(settings, none)).toEqual([]);
});
