import { AttributeType, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow } from './allow.ts';
import { durableTable } from './durable-table.ts';

const openIndex = 'open';

/** All state that changes: revocations, tasks, cutoffs, original states, standing sets, brakes. */
export class Revocations extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      ...durableTable,
      deletionProtection: true,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
    });
    // Sparse: only rows that still need somebody carry the attribute `open`.
    this.table.addGlobalSecondaryIndex({
      indexName: openIndex,
      partitionKey: { name: 'open', type: AttributeType.STRING },
      sortKey: { name: 'updatedAt', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
  }

  /** Nobody may delete: a settled revocation stays readable. */
  grantWork(grantee: IGrantable): void {
    allow(grantee, {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      resources: [this.table.tableArn],
    });
    this.grantListOpen(grantee);
  }

  /** What stands, and who has left. */
  grantTakeStock(grantee: IGrantable): void {
    this.grantListOpen(grantee);
    allow(grantee, { actions: ['dynamodb:Query'], resources: [this.table.tableArn] });
  }

  grantListOpen(grantee: IGrantable): void {
    allow(grantee, {
      actions: ['dynamodb:Query'],
      resources: [`${this.table.tableArn}/index/${openIndex}`],
    });
  }
}
