import { AttributeType, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow, allowRows, type Rows } from './allow.ts';
import { durableTable } from './durable-table.ts';

const openIndex = 'open';

/** All state that changes: revocations, tasks, cutoffs, original states, standing sets, brakes, and how far sweeps are. */
export class Revocations extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      ...durableTable,
      deletionProtection: true,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      // Of the pages of earlier sweeps alone; what is revoked is never forgotten. DynamoDB deletes days late, and nothing is
      // decided by what is gone.
      timeToLiveAttribute: 'forgetAt',
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

  /** Its runs and cases, who holds what down, and the pace that all keep. No revocation is touched by it. */
  grantSweep(grantee: IGrantable): void {
    this.grantListOpen(grantee);
    this.grantPace(grantee);
    this.#grantRows(grantee, {
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      keys: ['sweep#*'],
    });
    this.#grantRows(grantee, { actions: ['GetItem', 'PutItem'], keys: ['credential#*'] });
    this.#grantRows(grantee, { actions: ['GetItem'], keys: ['revocation#*'] });
    this.#grantRows(grantee, { actions: ['Query'], keys: ['subject#*'] });
  }

  /** Buckets of calls. */
  grantPace(grantee: IGrantable): void {
    this.#grantRows(grantee, { actions: ['GetItem', 'UpdateItem'], keys: ['rate#*'] });
  }

  /** What people have lost: all of it, where they have left. */
  grantAskLosses(grantee: IGrantable): void {
    this.#grantRows(grantee, { actions: ['Query'], keys: ['subject#*'] });
  }

  /** Who has left, and what is held down. */
  grantAskWhoLeft(grantee: IGrantable): void {
    this.grantAskLosses(grantee);
    this.#grantRows(grantee, { actions: ['GetItem'], keys: ['credential#*'] });
  }

  grantListOpen(grantee: IGrantable): void {
    allow(grantee, {
      actions: ['dynamodb:Query'],
      resources: [`${this.table.tableArn}/index/${openIndex}`],
    });
  }

  #grantRows(grantee: IGrantable, rows: Rows): void {
    allowRows(grantee, this.table, rows);
  }
}
