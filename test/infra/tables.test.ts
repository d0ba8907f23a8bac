import { describe, expect, it } from 'vitest';
import { synthesise } from './synth.ts';

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
    for (const name of ['Revocations', 'Audit']) {
      expect(table(name).Properties.TimeToLiveSpecification).toBeUndefined();
    }
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
