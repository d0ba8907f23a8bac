import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow } from './allow.ts';
import { durableTable } from './durable-table.ts';

/** Who owns which credential. Handles only, no secret values. */
export class Registry extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      ...durableTable,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
    });
  }

  /** Transactions need no action of their own ("Using IAM with DynamoDB transactions"). */
  grantMaintain(grantee: IGrantable): void {
    allow(grantee, {
      actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [this.table.tableArn],
    });
  }

  /** Settling a dispute takes the credential away from its earlier owner. */
  grantReassign(grantee: IGrantable): void {
    allow(grantee, { actions: ['dynamodb:DeleteItem'], resources: [this.table.tableArn] });
  }
}
