import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import type { CredentialGrants } from '../../infra/constructs/credential-grants.ts';
import { OAuthGrants } from '../../infra/constructs/oauth-grants.ts';
import { lines, type Statement } from './policies.ts';

type Grant = keyof CredentialGrants;

const clientSecretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:client-AbCdEf';
const rootToken = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:root-AbCdEf';

const server = (issuer: string) => ({
  issuer,
  revocationEndpoint: `${issuer}/revoke`,
  tokenEndpoint: `${issuer}/token`,
  clientSecretArn,
});
const servers = [server('https://one.example.com'), server('https://two.example.com')];

const protection = {
  arns: [rootToken, 'arn:aws:iam::123456789012:user/root'],
  tags: ['cutoff:protected'],
  emails: [],
};

const statementsOf = (grant: Grant, oauthServers: typeof servers = servers): Statement[] => {
  const stack = new Stack(new App(), 'Bare');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const credentials = credentialsSchema.parse({ oauthServers });
  new OAuthGrants(stack, 'OAuthGrants', { credentials, protection })[grant](role);
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
  );
};

const secret = 'arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:*';
const held = (action: string) => `secretsmanager:${action} ${secret} if refresh-token`;
const reads = [
  held('DescribeSecret'),
  held('GetSecretValue'),
  `secretsmanager:GetSecretValue ${clientSecretArn}`,
].sort();

const allowed: Record<Grant, string[]> = {
  grantInspect: reads,
  grantDiscover: ['secretsmanager:ListSecrets *'],
  grantContain: [],
  grantRevoke: [...reads, `${held('TagResource')} ["cutoff:revoked"]`].sort(),
  grantRemove: [held('DeleteSecret'), held('DescribeSecret')],
};

const written: Record<Grant, string[]> = {
  grantInspect: [],
  grantDiscover: [],
  grantContain: [],
  grantRevoke: ['TagResource'],
  grantRemove: ['DeleteSecret'],
};

const grants = Object.keys(allowed) as Grant[];

describe('what may be done to secrets that hold a refresh token', () => {
  it.each(grants)('%s: exactly this', (grant) => {
    expect(lines(statementsOf(grant), 'Allow')).toEqual(allowed[grant]);
  });

  it.each(grants)('%s: none of it where the settings name no server', (grant) => {
    expect(statementsOf(grant, [])).toEqual([]);
  });

  it.each(grants)('%s: nothing is written on what is protected', (grant) => {
    expect(lines(statementsOf(grant), 'Deny')).toEqual(
      written[grant].flatMap((action) => [
        `secretsmanager:${action} ${secret} if false false`,
        `secretsmanager:${action} ${rootToken}`,
      ]),
    );
  });

  it('asks for the tag of the secret and for the key of the tag that is set', () => {
    const conditions = statementsOf('grantRevoke').map(({ Condition }) => Condition);
    expect(conditions).toContainEqual({
      StringEquals: { 'aws:ResourceTag/cutoff:holds': 'refresh-token' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['cutoff:revoked'] },
    });
  });
});
