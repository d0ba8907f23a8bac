import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { Stores } from '../../infra/constructs/stores.ts';
import { render, synthesise } from './synth.ts';

const stack = synthesise();
const table = (name: string) => stack.one('AWS::DynamoDB::Table', `Stores${name}Table`);

describe('tables', () => {
  it.each([
    ['Registry', 'pk:S sk:S'],
    ['Revocations', 'pk:S sk:S'],
    ['Denylist', 'key:S'],
    ['Audit', 'chain:S seq:N'],
  ])('%s is kept for good, recoverable to the second, keyed by %s', (name, keys) => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = table(name);
    const attributes = Properties.AttributeDefinitions as { AttributeName: string; AttributeType: string }[];
    const schema = (Properties.KeySchema as { AttributeName: string }[]).map(({ AttributeName }) => {
      const type = attributes.find((one) => one.AttributeName === AttributeName)?.AttributeType;
      return `${AttributeName}:${type}`;
    });
    expect(schema.join(' ')).toBe(keys);
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('are four', () => {
    expect(stack.of('AWS::DynamoDB::Table')).toHaveLength(4);
  });

  it.each(['Revocations', 'Audit'])('%s cannot be deleted by mistake', (name) => {
    expect(table(name).Properties.DeletionProtectionEnabled).toBe(true);
  });

  it('lets rows of the denylist expire, and those of the registry that say so', () => {
    for (const name of ['Denylist', 'Registry']) {
      expect(table(name).Properties.TimeToLiveSpecification).toEqual({
        AttributeName: 'expiresAt',
        Enabled: true,
      });
    }
    expect(table('Audit').Properties.TimeToLiveSpecification).toBeUndefined();
  });

  it('lets nothing of the revocations expire but what says so by an attribute of its own', () => {
    expect(table('Revocations').Properties.TimeToLiveSpecification).toEqual({
      AttributeName: 'forgetAt',
      Enabled: true,
    });
  });

  it('lists what is to be ended by a sparse index, which has no more than it needs', () => {
    expect(table('Registry').Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'expiry',
        KeySchema: [
          { AttributeName: 'ending', KeyType: 'HASH' },
          { AttributeName: 'endsAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['credential'] },
      },
    ]);
  });

  it('lists what is open by a sparse index', () => {
    expect(table('Revocations').Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'open',
        KeySchema: [
          { AttributeName: 'open', KeyType: 'HASH' },
          { AttributeName: 'updatedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });

  it('shows every change of the audit trail to a watcher that hears of tampering only', () => {
    expect(table('Audit').Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    const [mapping, ...others] = stack
      .of('AWS::Lambda::EventSourceMapping')
      .filter(({ Properties }) => Properties.FilterCriteria);
    expect(others).toEqual([]);
    expect(mapping?.Properties).toMatchObject({
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["MODIFY","REMOVE"]}' }] },
      StartingPosition: 'TRIM_HORIZON',
      FunctionName: { Ref: stack.one('AWS::Lambda::Function', 'FunctionsAuditWatchFunction').id },
      EventSourceArn: { 'Fn::GetAtt': [table('Audit').id, 'StreamArn'] },
    });
  });
});

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: { readonly 'ForAllValues:StringLike'?: { readonly 'dynamodb:LeadingKeys': string[] } };
}

/** What a grant allows: `ACTION TABLE KEYS`, in the order of the text. */
const granted = (grant: (stores: Stores, role: Role) => void): string[] => {
  const scope = new Stack();
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  grant(new Stores(scope, 'Stores'), role);
  const policies = Object.values(Template.fromStack(scope).findResources('AWS::IAM::Policy'));
  const statements = policies.flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as readonly Statement[],
  );
  const lines = statements.flatMap(({ Action, Resource, Condition }) => {
    const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
    // True of a call that names no key.
    if (keys) expect(Condition).toMatchObject({ Null: { 'dynamodb:LeadingKeys': 'false' } });
    return [Action].flat().map((action) => `${action} ${render(Resource)} ${[keys ?? '*'].flat().join(' ')}`);
  });
  return lines.map((line) => line.replace('dynamodb:', '').replace('Stores', '').replace('Table', '')).sort();
};

describe('grants on rows', () => {
  it('whoever ends what expires may ask what does, and whose it is', () => {
    expect(granted(({ registry }, role) => registry.grantDue(role))).toEqual([
      'GetItem Registry credential#*',
      'Query Registry/index/expiry *',
    ]);
  });

  it('whoever issues writes credentials and issuances, links a name, and deletes no credential', () => {
    const rows = 'credential#* owner#* entitlement#* issuance#* issuances#*';
    expect(granted(({ registry }, role) => registry.grantIssue(role))).toEqual([
      'DeleteItem Registry owner#* entitlement#* orphans issuances#*',
      `GetItem Registry ${rows}`,
      'GetItem Registry link#* person#*',
      `PutItem Registry ${rows}`,
      'PutItem Registry link#* person#*',
      `Query Registry ${rows}`,
      'Query Registry link#* person#*',
      `UpdateItem Registry ${rows}`,
    ]);
  });

  it('whoever exchanges tokens remembers them, and says of nothing whose it is', () => {
    expect(granted(({ registry }, role) => registry.grantRememberTokens(role))).toEqual([
      'PutItem Registry token#*',
    ]);
  });

  it('a sweep writes its own rows and cases, and no revocation', () => {
    expect(granted(({ revocations }, role) => revocations.grantSweep(role))).toEqual([
      'GetItem Revocations credential#*',
      'GetItem Revocations rate#*',
      'GetItem Revocations revocation#*',
      'GetItem Revocations sweep#*',
      'PutItem Revocations credential#*',
      'PutItem Revocations sweep#*',
      'Query Revocations subject#*',
      'Query Revocations sweep#*',
      'Query Revocations/index/open *',
      'UpdateItem Revocations rate#*',
      'UpdateItem Revocations sweep#*',
    ]);
  });

  it('whoever asks what people have lost asks nothing else', () => {
    expect(granted(({ revocations }, role) => revocations.grantAskLosses(role))).toEqual([
      'Query Revocations subject#*',
    ]);
  });

  it('whoever asks who left writes nothing', () => {
    expect(granted(({ revocations }, role) => revocations.grantAskWhoLeft(role))).toEqual([
      'GetItem Revocations credential#*',
      'Query Revocations subject#*',
    ]);
  });
});
