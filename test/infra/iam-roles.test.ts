import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { roleSessionsSchema } from '../../functions/domain/credential-settings.ts';
import { IamRoles } from '../../infra/constructs/iam-roles.ts';
import { lines, type Statement } from './policies.ts';

type Grant = 'grantInspect' | 'grantDiscover' | 'grantContain' | 'grantRevoke' | 'grantRemove' | 'grantPrune';

const protection = {
  arns: ['arn:aws:iam::123456789012:role/break-glass', 'arn:aws:apigateway:eu-west-1::/apikeys/partner'],
  tags: ['cutoff:protected'],
  emails: [],
};

const settings = {
  both: { roles: ['data', 'data'], assumedRoles: true },
  'role sessions': { roles: ['data'], assumedRoles: false },
  'assumed roles': { roles: [], assumedRoles: true },
  neither: { roles: [], assumedRoles: false },
};
type Named = keyof typeof settings;

const statementsOf = (grant: Grant, named: Named): Statement[] => {
  const stack = new Stack(new App(), 'Bare');
  const grantee = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const { roles, assumedRoles } = settings[named];
  const roleSessions = roles.map((role) => roleSessionsSchema.parse({ role }));
  new IamRoles(stack, 'IamRoles', { credentials: { roleSessions, assumedRoles }, protection })[grant](
    grantee,
  );
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
  );
};

const arn = (resource: string) => `arn:AWS::Partition:iam::AWS::AccountId:${resource}`;
const on = (resources: string[], ...actions: string[]) =>
  actions.flatMap((action) => resources.map((resource) => `iam:${action} ${arn(resource)}`));
const every = ['role/*'];
const data = ['role/data', 'role/*/data'];
const trail = ['cloudtrail:LookupEvents *', ...on(['user/*'], 'ListAccessKeys')];
const listing = 'iam:GetAccountAuthorizationDetails *';

const reads = ['GetRole', 'GetRolePolicy'];

const allowed: Record<Exclude<Named, 'neither'>, Record<Grant, string[]>> = {
  both: {
    grantInspect: on(every, ...reads),
    grantDiscover: [...on(data, 'GetRole'), ...trail],
    grantContain: on(every, ...reads, 'PutRolePolicy'),
    grantRevoke: [...on(every, ...reads, 'PutRolePolicy'), ...on(data, 'DeleteRolePolicy')],
    grantRemove: [],
    grantPrune: [listing, ...on(every, 'GetRolePolicy', 'DeleteRolePolicy')],
  },
  'role sessions': {
    grantInspect: on(data, ...reads),
    grantDiscover: on(data, 'GetRole'),
    grantContain: on(data, ...reads, 'PutRolePolicy'),
    grantRevoke: on(data, ...reads, 'PutRolePolicy', 'DeleteRolePolicy'),
    grantRemove: [],
    grantPrune: [listing, ...on(data, 'GetRolePolicy', 'DeleteRolePolicy')],
  },
  'assumed roles': {
    grantInspect: on(every, ...reads),
    grantDiscover: trail,
    grantContain: on(every, ...reads, 'PutRolePolicy'),
    grantRevoke: on(every, ...reads, 'PutRolePolicy'),
    grantRemove: [],
    grantPrune: [listing, ...on(every, 'GetRolePolicy', 'DeleteRolePolicy')],
  },
};

const written: Record<Grant, string[]> = {
  grantInspect: [],
  grantDiscover: [],
  grantContain: ['PutRolePolicy'],
  grantRevoke: ['PutRolePolicy', 'DeleteRolePolicy'],
  grantRemove: [],
  grantPrune: ['DeleteRolePolicy'],
};

const grants = Object.keys(written) as Grant[];
const cases = (Object.keys(allowed) as (keyof typeof allowed)[]).flatMap((named) =>
  grants.map((grant) => [named, grant] as const),
);

describe('what may be done to roles', () => {
  it.each(cases)('%s, %s: exactly this', (named, grant) => {
    expect(lines(statementsOf(grant, named), 'Allow')).toEqual(allowed[named][grant].toSorted());
  });

  it.each(grants)('%s: none of it where the settings name neither', (grant) => {
    expect(statementsOf(grant, 'neither')).toEqual([]);
  });

  it.each(grants)('%s: no writing on what is protected, by ARN or by tag', (grant) => {
    const expected = written[grant].flatMap((action) => [
      `iam:${action} ${protection.arns[0]}`,
      `iam:${action} ${arn('role/*')} if false false`,
    ]);
    expect(lines(statementsOf(grant, 'both'), 'Deny')).toEqual(expected.toSorted());
    expect(lines(statementsOf(grant, 'role sessions'), 'Deny')).toEqual(expected.toSorted());
  });
});
