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
      // Of rows that carry it: what a channel has seen, and need not remember for ever.
      timeToLiveAttribute: 'expiresAt',
    });
  }

  /**
   * Transactions need no action of their own ("Using IAM with DynamoDB transactions"). Taken away is only where something
   * is listed beside its owner.
   */
  grantMaintain(grantee: IGrantable): void {
    allow(grantee, {
      actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [this.table.tableArn],
    });
    this.#grantRows(grantee, { actions: ['DeleteItem'], keys: ['entitlement#*', 'orphans'] });
  }

  /**
   * What channels remember, and no owner: whoever takes requests from outside must not be able to say who owns what.
   * `LeadingKeys` holds for single calls and, "governed by the permissions used for the underlying" ones, for
   * transactions ("Using IAM with DynamoDB transactions"); `ForAllValues` is true of a call that names no key, hence
   * `Null`. Assumption: `ConditionCheckItem` gives the key as the others do.
   */
  grantReceive(grantee: IGrantable): void {
    const actions = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
    this.#grantRows(grantee, { actions, keys: ['seen#*', 'scim-*'] });
    this.#grantRows(grantee, { actions: ['GetItem', 'Query'], keys: ['secret#*'] });
  }

  /** A name that is somebody else's from now on; a membership that ended. Not who owns what. */
  grantUnlink(grantee: IGrantable): void {
    this.#grantRows(grantee, { actions: ['DeleteItem'], keys: ['link#*', 'person#*', 'group#*'] });
  }

  /** What is deleted for good. */
  grantForget(grantee: IGrantable): void {
    this.#grantRows(grantee, { actions: ['DeleteItem'], keys: ['credential#*', 'owner#*'] });
  }

  /** Settling a dispute takes the credential away from its earlier owner. */
  grantReassign(grantee: IGrantable): void {
    allow(grantee, { actions: ['dynamodb:DeleteItem'], resources: [this.table.tableArn] });
  }

  #grantRows(grantee: IGrantable, { actions, keys }: { actions: string[]; keys: string[] }): void {
    allow(grantee, {
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
  }
}
