import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { StoredSecrets } from '../../infra/constructs/stored-secrets.ts';
import { lines, type Statement } from './policies.ts';

type Grant = 'grantInspect' | 'grantDiscover' | 'grantContain' | 'grantRevoke' | 'grantRemove';

const protection = {
  arns: [
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:root-AbCdEf',
    'arn:aws:iam::123456789012:user/root',
  ],
  tags: ['cutoff:protected'],
  emails: [],
};

const statementsOf = (grant: Grant, storedSecrets = true): Statement[] => {
  const stack = new Stack(new App(), 'Bare');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new StoredSecrets(stack, 'StoredSecrets', { credentials: { storedSecrets }, protection })[grant](role);
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
  );
};

const secret = 'arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:*';
const held = (...actions: string[]) =>
  actions.map((action) => `secretsmanager:${action} ${secret} if api-key`).sort();
const marked = (...actions: string[]) =>
  actions.map((action) => `secretsmanager:${action} ${secret} if api-key ["cutoff:revoked"]`);
const rotationFunction =
  'lambda:InvokeFunction arn:AWS::Partition:lambda:AWS::Region:AWS::AccountId:function:* if api-key';

const allowed: Record<Grant, string[]> = {
  grantInspect: held('DescribeSecret', 'GetResourcePolicy'),
  grantDiscover: ['secretsmanager:ListSecrets *'],
  grantContain: held('DescribeSecret', 'GetResourcePolicy', 'PutResourcePolicy'),
  grantRevoke: [
    rotationFunction,
    ...held(
      'DescribeSecret',
      'GetResourcePolicy',
      'PutResourcePolicy',
      'DeleteResourcePolicy',
      'RotateSecret',
    ),
    ...marked('TagResource', 'UntagResource'),
  ],
  grantRemove: held('DescribeSecret', 'DeleteSecret'),
};

const written: Record<Grant, string[]> = {
  grantInspect: [],
  grantDiscover: [],
  grantContain: ['PutResourcePolicy'],
  grantRevoke: ['PutResourcePolicy', 'DeleteResourcePolicy', 'RotateSecret', 'TagResource', 'UntagResource'],
  grantRemove: ['DeleteSecret'],
};

const grants = Object.keys(allowed) as Grant[];

describe('what may be done to secrets that hold a key', () => {
  it.each(grants)('%s: exactly this', (grant) => {
    expect(lines(statementsOf(grant), 'Allow')).toEqual(allowed[grant]);
  });

  it.each(grants)('%s: none of it where the settings do not name them', (grant) => {
    expect(statementsOf(grant, false)).toEqual([]);
  });

  it.each(grants)('%s: no writing on what is protected, by ARN or by tag', (grant) => {
    const expected = written[grant].flatMap((action) => [
      `secretsmanager:${action} ${protection.arns[0]}`,
      `secretsmanager:${action} ${secret} if false false`,
    ]);
    expect(lines(statementsOf(grant), 'Deny')).toEqual(expected.sort());
  });

  it('asks for the tags of the secret and of the function, and lets no other tag be written', () => {
    const conditions = statementsOf('grantRevoke')
      .filter(({ Effect }) => Effect === 'Allow')
      .map(({ Condition }) => Condition);
    expect(conditions).toEqual([
      { StringEquals: { 'aws:ResourceTag/cutoff:holds': 'api-key' } },
      {
        StringEquals: { 'aws:ResourceTag/cutoff:holds': 'api-key' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['cutoff:revoked'] },
      },
      { StringEquals: { 'aws:ResourceTag/cutoff:rotates': 'api-key' } },
    ]);
  });
});
