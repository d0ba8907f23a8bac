import { AttributeType, type ITable, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { acceptPattern, allow } from './allow.ts';
import { durableTable } from './durable-table.ts';
import type { ServiceFunction } from './service-function.ts';

/** Append-only, hash-chained history. */
export class AuditTrail extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      ...durableTable,
      deletionProtection: true,
      partitionKey: { name: 'chain', type: AttributeType.STRING },
      sortKey: { name: 'seq', type: AttributeType.NUMBER },
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
  }

  /** These two and no more: BatchWriteItem, UpdateItem and PartiQL can all change or remove what is written. */
  grantAppend(grantee: IGrantable): void {
    allow(grantee, { actions: ['dynamodb:PutItem', 'dynamodb:Query'], resources: [this.table.tableArn] });
  }

  /**
   * IAM cannot demand that a PutItem be conditional, so an overwrite is possible and must be seen: an honest
   * trail only ever shows INSERT. Retried until the record leaves the stream after a day.
   */
  watchWith(watcher: ServiceFunction): void {
    const tampering = FilterCriteria.filter({ eventName: FilterRule.or('MODIFY', 'REMOVE') });
    watcher.lambda.addEventSource(
      // CDK declares `Table` and `ITable` without `exactOptionalPropertyTypes` in mind.
      new DynamoEventSource(this.table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [tampering],
      }),
    );
    acceptPattern(watcher, '*', 'dynamodb:ListStreams names no resource; it shows stream names, no records');
  }
}
