import { describe, expect, it } from 'vitest';
import { everythingIssued } from './issue-settings.ts';
import { lines, listed, type Statement, statementsOf } from './policies.ts';
import { everyChannel } from './signal-settings.ts';
import { render, synthesise } from './synth.ts';

const graphSecret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:graph-AbCdEf';
const stack = synthesise({
  protectedApi: true,
  signals: everyChannel,
  identityCenter: { identityStoreId: 'd-1234567890' },
  microsoftGraph: { secretArn: graphSecret },
  ...everythingIssued,
});

const on = (resource: string, ...actions: string[]) => actions.map((action) => `${action} ${resource}`);
const user = (...actions: string[]) =>
  on('arn:AWS::Partition:iam::AWS::AccountId:user/*', ...actions.map((action) => `iam:${action}`));
const role = (...actions: string[]) =>
  on('arn:AWS::Partition:iam::AWS::AccountId:role/*', ...actions.map((action) => `iam:${action}`));
const denyAllOnly = (...actions: string[]) =>
  user(...actions).map((line) => `${line} if arn:AWS::Partition:iam::aws:policy/AWSDenyAll`);
const gateway = (path: string, verb: string) =>
  on(`arn:AWS::Partition:apigateway:AWS::Region::${path}`, `apigateway:${verb}`);
const table = (name: string, ...actions: string[]) =>
  on(`Stores${name}Table`, ...actions.map((action) => `dynamodb:${action}`));

const entries = table('Registry', 'GetItem', 'Query', 'PutItem', 'UpdateItem');
/** Rows of the registry by the beginning of their key; a call that names none is denied. */
const rows = (keys: string[], ...actions: string[]) =>
  table('Registry', ...actions).map((line) => `${line} if ${JSON.stringify(keys)} false`);
const progress = (keys: string[], ...actions: string[]) =>
  table('Revocations', ...actions).map((line) => `${line} if ${JSON.stringify(keys)} false`);
const remembered = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
const takeOff = rows(['entitlement#*', 'orphans'], 'DeleteItem');
const registry = [...entries, ...takeOff];
const openTasks = on('StoresRevocationsTable/index/open', 'dynamodb:Query');
const revocations = [...table('Revocations', 'GetItem', 'PutItem', 'UpdateItem', 'Query'), ...openTasks];
const deny = table('Denylist', 'GetItem', 'PutItem');
const append = table('Audit', 'PutItem', 'Query');
const publish = on('IdentityBus', 'events:PutEvents');
const notify = on('NoticesTopic', 'sns:Publish');
const send = (...queues: string[]) => queues.flatMap((queue) => on(`Queues${queue}Queue`, 'sqs:SendMessage'));
const sendTasks = send('Revocations', 'RevocationsApiGateway');
const consume = (queue: string) =>
  on(
    `Queues${queue}Queue`,
    ...[
      'ChangeMessageVisibility',
      'DeleteMessage',
      'GetQueueAttributes',
      'GetQueueUrl',
      'ReceiveMessage',
    ].map((action) => `sqs:${action}`),
  );
const logs = (name: string) => on(`Functions${name}Logs`, 'logs:CreateLogStream', 'logs:PutLogEvents');
const inspectUser = [
  ...user('GetUser', 'GetUserPolicy', 'ListAttachedUserPolicies', 'ListAccessKeys', 'GetLoginProfile'),
  ...user('ListServiceSpecificCredentials', 'ListSSHPublicKeys', 'ListSigningCertificates'),
];
const inspectRole = role('GetRole', 'GetRolePolicy');
const inspectKey = [...gateway('/apikeys/*', 'GET'), ...gateway('/usageplans', 'GET')];
const list = [...on('*', 'iam:GetAccountAuthorizationDetails'), ...gateway('/apikeys', 'GET')];
const discover = [...list, ...on('*', 'cloudtrail:LookupEvents')];
const contain = [...user('PutUserPolicy'), ...denyAllOnly('AttachUserPolicy'), ...role('PutRolePolicy')];
const inspect = [...inspectUser, ...inspectRole, ...inspectKey];
const spine = [...revocations, ...append, ...sendTasks, ...publish, ...inspect];

const inDirectory = (...names: string[]) =>
  ['*:identitystore/d-1234567890', ':user/*', ':group/*', ':membership/*'].flatMap((resource) =>
    on(`arn:AWS::Partition:identitystore::${resource}`, ...names.map((name) => `identitystore:${name}`)),
  );
const ask = [
  ...on(
    'arn:AWS::Partition:access-analyzer:AWS::Region:AWS::AccountId:analyzer/*',
    'access-analyzer:GetFinding',
  ),
  ...inDirectory('DescribeUser', 'ListGroupMemberships'),
  ...on(graphSecret, 'secretsmanager:GetSecretValue'),
];
const learn = inDirectory('ListUsers', 'ListGroups', 'ListGroupMemberships');
const findOwner = user('GetAccessKeyLastUsed');
const pool = 'arn:AWS::Partition:cognito-idp:AWS::Region:AWS::AccountId:userpool/eu-west-1_aB3dE6gH9';
const inPool = (...actions: string[]) => on(pool, ...actions.map((action) => `cognito-idp:${action}`));
const seeClients = inPool('DescribeUserPoolClient', 'ListUserPoolClients');
const inspectPool = [...seeClients, ...inPool('AdminGetUser')];
const report = on('*', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport');
const clientsOff = inPool('UpdateUserPoolClient');
const usersOff = inPool('AdminDisableUser', 'AdminEnableUser', 'AdminUserGlobalSignOut');
const partners = (...actions: string[]) =>
  on('arn:AWS::Partition:iam::AWS::AccountId:user/partners/*', ...actions.map((action) => `iam:${action}`));
const issuedRows = ['credential#*', 'owner#*', 'entitlement#*', 'issuance#*', 'issuances#*'];
const issuedSecret = 'arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:cutoff/issued/*';
const ownTags = '["cutoff:issuance","cutoff:owner","cutoff:owners","cutoff:entitlements"]';

const allowed: Record<string, string[]> = {
  Ingest: [
    ...[...spine, ...registry, ...rows(['link#*', 'person#*', 'group#*'], 'DeleteItem'), ...deny, ...contain],
    ...[...findOwner, ...ask, ...send('Verifications'), ...consume('IdentityEvents'), ...notify],
    ...inspectPool,
  ],
  Operator: [
    ...[...spine, ...registry, ...table('Registry', 'DeleteItem'), ...deny, ...contain, ...discover],
    ...[...findOwner, ...inspectPool, ...inPool('ListUsers')],
  ],
  Revoke: [
    ...[...spine, ...registry, ...deny, ...contain, ...discover, ...send('Verifications')],
    ...[...consume('Revocations'), ...consume('RevocationsApiGateway')],
    ...[...user('DeleteUserPolicy', 'UpdateAccessKey'), ...denyAllOnly('DetachUserPolicy')],
    ...user('UpdateServiceSpecificCredential', 'UpdateSSHPublicKey', 'UpdateSigningCertificate'),
    ...[...gateway('/apikeys/*', 'PATCH'), ...gateway('/usageplans/*/keys', 'POST')],
    ...gateway('/usageplans/*/keys/*', 'DELETE'),
    ...[...inspectPool, ...inPool('ListUsers'), ...clientsOff, ...usersOff, ...findOwner],
  ],
  Verify: [
    ...[...spine, ...table('Denylist', 'GetItem'), ...send('Verifications'), ...consume('Verifications')],
    ...inspectPool,
  ],
  Upkeep: [
    ...[...registry, ...openTasks, ...table('Revocations', 'Query'), ...deny, ...list, ...learn],
    ...[...report, ...inspectPool, ...inPool('ListUsers'), ...gateway('/apikeys/*', 'GET')],
    ...[...user('GetUser', 'ListAccessKeys'), ...role('GetRolePolicy', 'DeleteRolePolicy')],
    ...[...append, ...publish, ...notify, ...send('IdentityEvents')],
  ],
  // It looks and tells: there is nothing that it could cut.
  Sweep: [
    ...[...rows(['credential#*'], 'GetItem'), ...rows(['orphans'], 'Query')],
    ...on('StoresRegistryTable/index/expiry', 'dynamodb:Query'),
    ...progress(['sweep#*'], 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...[
      ...progress(['credential#*'], 'GetItem', 'PutItem'),
      ...progress(['rate#*'], 'GetItem', 'UpdateItem'),
    ],
    ...[...progress(['revocation#*'], 'GetItem'), ...progress(['subject#*'], 'Query'), ...openTasks],
    ...[...append, ...publish, ...notify, ...consume('Sweeps'), ...send('Sweeps', 'IdentityEvents')],
    ...[...list, ...report, ...user('GetUser', 'GetLoginProfile', 'ListAccessKeys', 'GetAccessKeyLastUsed')],
    ...[...inspectKey, ...gateway('/usageplans/*/usage', 'GET'), ...seeClients],
    ...on(
      'arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameterSweepPoliciesParameter',
      'ssm:GetParameter',
    ),
  ],
  Expire: [
    ...[...on('StoresRegistryTable/index/expiry', 'dynamodb:Query'), ...rows(['credential#*'], 'GetItem')],
    ...send('IdentityEvents'),
  ],
  // It can make, and take nothing away.
  Issue: [
    ...rows(issuedRows, 'GetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...rows(['owner#*', 'entitlement#*', 'orphans', 'issuances#*'], 'DeleteItem'),
    ...rows(['link#*', 'person#*'], 'GetItem', 'Query', 'PutItem'),
    ...[...progress(['subject#*'], 'Query'), ...progress(['credential#*'], 'GetItem'), ...append, ...publish],
    ...[...gateway('/apikeys', 'GET'), ...gateway('/apikeys/*', 'GET'), ...gateway('/usageplans', 'GET')],
    ...[...gateway('/apikeys', 'POST'), ...gateway('/usageplans/gold/keys', 'POST')],
    ...gateway('/apikeys/*', 'PATCH').map((line) => `${line} if false`),
    ...gateway('/tags/arn%3AAWS::Partition%3Aapigateway%3AAWS::Region%3A%3A%2Fapikeys%2F*', 'PUT').map(
      (line) => `${line} if ${ownTags} false`,
    ),
    ...[...partners('CreateAccessKey', 'GetUser', 'ListAccessKeys'), ...seeClients],
    ...inPool('CreateUserPoolClient', 'UpdateUserPoolClient'),
    ...on(issuedSecret, 'secretsmanager:CreateSecret', 'secretsmanager:TagResource'),
  ],
  Token: [
    ...[...rows(['credential#*'], 'GetItem'), ...rows(['token#*'], 'PutItem')],
    ...[...table('Denylist', 'GetItem'), ...append, ...progress(['subject#*'], 'Query')],
    ...on('TokensKey', 'kms:GetPublicKey', 'kms:Sign'),
  ],
  Authorize: table('Denylist', 'BatchGetItem'),
  ReceiveSignal: [
    ...[...rows(['seen#*', 'scim-*'], ...remembered), ...rows(['secret#*'], 'GetItem', 'Query')],
    ...['oktaHook', 'scim', 'entra'].flatMap((name) =>
      on(`SignalSecrets${name}`, 'secretsmanager:GetSecretValue'),
    ),
    ...publish,
  ],
  AuditWatch: [
    ...on('StoresAuditTable.StreamArn', 'dynamodb:DescribeStream', 'dynamodb:GetRecords'),
    ...on('StoresAuditTable.StreamArn', 'dynamodb:GetShardIterator'),
    ...on('*', 'dynamodb:ListStreams'),
  ],
};

describe('what each function may do', () => {
  it.each(Object.keys(allowed))('%s: exactly this, and nothing else', (name) => {
    const expected = [...(allowed[name] ?? []), ...logs(name)].sort();
    expect([...new Set(lines(statementsOf(stack, name), 'Allow'))]).toEqual([...new Set(expected)]);
  });

  it('covers every function of the stack', () => {
    expect(stack.of('AWS::Lambda::Function')).toHaveLength(Object.keys(allowed).length);
  });

  it('gives every function a role of its own, without managed policies', () => {
    const roles = stack.of('AWS::Lambda::Function').map(({ Properties }) => render(Properties.Role));
    expect(new Set(roles).size).toBe(roles.length);
    for (const role of stack.of('AWS::IAM::Role').filter(({ id }) => id.startsWith('Functions'))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
      expect(role.Properties.Policies).toBeUndefined();
    }
  });

  it('reaches no directory that the settings do not name', () => {
    const bare = synthesise();
    const actions = ['Ingest', 'Upkeep'].flatMap((name) => lines(statementsOf(bare, name), 'Allow'));
    expect(actions.filter((line) => /^(identitystore|secretsmanager):/.test(line))).toEqual([]);
  });

  it('has no wildcard in any action', () => {
    const statements = stack
      .of('AWS::IAM::Policy')
      .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
    expect(statements.flatMap(({ Action }) => listed(Action)).filter((one) => one.includes('*'))).toEqual([]);
  });
});

const arnOf = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;
const everywhere = synthesise({
  removal: true,
  identityCenter: { identityStoreId: 'd-1234567890' },
  credentials: {
    cognitoUserPools: ['eu-west-1_Abc123'],
    roleSessions: [{ role: 'admin' }],
    oauthServers: [
      {
        issuer: 'https://id.acme.example',
        revocationEndpoint: 'https://id.acme.example/revoke',
        tokenEndpoint: 'https://id.acme.example/token',
        clientSecretArn: arnOf('client'),
      },
    ],
    okta: { orgUrl: 'https://acme.okta.com', secretArn: arnOf('okta') },
    auth0: { domainUrl: 'https://acme.eu.auth0.com', secretArn: arnOf('auth0') },
    identityCenterInstanceArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef',
    storedSecrets: true,
  },
});

/** The functions that may do this. What exactly and on what, each construct's own test says. */
const whoMay = (action: string): string[] =>
  Object.keys(allowed).filter(
    (name) =>
      everywhere.of('AWS::Lambda::Function').some(({ id }) => id.startsWith(`Functions${name}`)) &&
      statementsOf(everywhere, name).some(
        ({ Effect, Action }) => Effect === 'Allow' && listed(Action).includes(action),
      ),
  );

describe('who may do what, where the settings name everything', () => {
  it.each([
    ['cognito-idp:AdminGetUser', ['Ingest', 'Operator', 'Revoke', 'Verify', 'Upkeep']],
    ['cognito-idp:ListUsers', ['Operator', 'Revoke', 'Upkeep']],
    ['cognito-idp:AdminDisableUser', ['Revoke']],
    ['sso:DeleteAccountAssignment', ['Revoke']],
    ['identitystore:CreateGroupMembership', ['Revoke']],
    // Refresh tokens and the providers' keys: never in reach of who takes events.
    ['secretsmanager:GetSecretValue', ['Operator', 'Revoke', 'Verify']],
    ['secretsmanager:PutResourcePolicy', ['Ingest', 'Operator', 'Revoke']],
    ['secretsmanager:RotateSecret', ['Revoke']],
    ['iam:DeleteUser', ['Revoke']],
    ['iam:DeleteRolePolicy', ['Revoke', 'Upkeep']],
    ['apigateway:DELETE', ['Revoke']],
    ['cognito-idp:AdminDeleteUser', ['Revoke']],
    ['secretsmanager:DeleteSecret', ['Revoke']],
  ])('%s', (action, functions) => {
    expect(whoMay(action)).toEqual(functions);
  });

  it.each(['Ingest', 'Operator', 'Revoke', 'Upkeep'])(
    '%s can deny nothing on the roles of Cutoff itself',
    (name) => {
      const own = statementsOf(everywhere, name).filter(
        ({ Effect, Condition, Resource }) =>
          Effect === 'Deny' && !Condition && JSON.stringify(Resource).includes('FunctionsRevokeRole'),
      );
      expect(own.flatMap(({ Action }) => listed(Action)).sort()).toEqual([
        'iam:DeleteRolePolicy',
        'iam:PutRolePolicy',
      ]);
      expect(own.flatMap(({ Resource }) => listed(Resource))).toHaveLength(4);
    },
  );

  it('deletes nothing where the settings do not allow it', () => {
    const deletions =
      /^(iam:DeleteUser|iam:DeleteAccessKey|iam:DeleteLoginProfile|cognito-idp:AdminDeleteUser|secretsmanager:DeleteSecret)$/;
    const all = Object.keys(allowed).flatMap((name) => statementsOf(stack, name));
    expect(all.flatMap(({ Action }) => listed(Action)).filter((action) => deletions.test(action))).toEqual(
      [],
    );
  });
});
