import { AttributeType, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow, allowRows, type Rows } from './allow.ts';
import { durableTable } from './durable-table.ts';

const expiryIndex = 'expiry';

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
    // Sparse: only what ends carries `ending`, which says whether somebody saw to it yet.
    this.table.addGlobalSecondaryIndex({
      indexName: expiryIndex,
      partitionKey: { name: 'ending', type: AttributeType.STRING },
      sortKey: { name: 'endsAt', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['credential'],
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

  /** What channels remember, and no owner: whoever takes requests from outside must not be able to say who owns what. */
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

  /** What ends when. */
  grantDue(grantee: IGrantable): void {
    allow(grantee, {
      actions: ['dynamodb:Query'],
      resources: [`${this.table.tableArn}/index/${expiryIndex}`],
    });
    this.grantLookUp(grantee);
  }

  /** What a policy may ask for: whose it is, whose is nobody's, and what ends. */
  grantSweep(grantee: IGrantable): void {
    this.grantDue(grantee);
    this.#grantRows(grantee, { actions: ['Query'], keys: ['orphans'] });
  }

  /** Whose one credential is, and when it ends. */
  grantLookUp(grantee: IGrantable): void {
    this.#grantRows(grantee, { actions: ['GetItem'], keys: ['credential#*'] });
  }

  /**
   * Writes what it issues, whatever was there before, and what it has in hand; its names are looked up, and one of a user
   * without a tag is linked. Credentials themselves stay: nothing that was issued is ever forgotten by `issue`.
   */
  grantIssue(grantee: IGrantable): void {
    const credentials = ['credential#*', 'owner#*', 'entitlement#*'];
    const issuances = ['issuance#*', 'issuances#*'];
    this.#grantRows(grantee, {
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      keys: [...credentials, ...issuances],
    });
    this.#grantRows(grantee, {
      actions: ['DeleteItem'],
      keys: ['owner#*', 'entitlement#*', 'orphans', 'issuances#*'],
    });
    this.#grantRows(grantee, { actions: ['GetItem', 'Query', 'PutItem'], keys: ['link#*', 'person#*'] });
  }

  /** Which token was issued to whom. */
  grantRememberTokens(grantee: IGrantable): void {
    this.#grantRows(grantee, { actions: ['PutItem'], keys: ['token#*'] });
  }

  #grantRows(grantee: IGrantable, rows: Rows): void {
    allowRows(grantee, this.table, rows);
  }
}
