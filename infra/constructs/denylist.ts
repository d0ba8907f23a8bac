import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow } from './allow.ts';
import { durableTable } from './durable-table.ts';

/** What the authorizer asks on every request. */
export class Denylist extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      ...durableTable,
      partitionKey: { name: 'key', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
    });
  }

  grantDeny(grantee: IGrantable): void {
    this.#grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  grantInspect(grantee: IGrantable): void {
    this.#grant(grantee, 'dynamodb:GetItem');
  }

  /** All keys of one request in one call. */
  grantCheck(grantee: IGrantable): void {
    this.#grant(grantee, 'dynamodb:BatchGetItem');
  }

  #grant(grantee: IGrantable, ...actions: string[]): void {
    allow(grantee, { actions, resources: [this.table.tableArn] });
  }
}
