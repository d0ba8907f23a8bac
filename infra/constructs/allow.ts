import { Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, type IGrantable, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Exactly these actions: CDK's own grants add companions that nothing here calls. */
export const allow = (grantee: IGrantable, statement: Omit<PolicyStatementProps, 'effect'>): void => {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement));
};

export const deny = (grantee: IGrantable, statement: Omit<PolicyStatementProps, 'effect'>): void => {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ ...statement, effect: Effect.DENY }));
};

export interface Rows {
  /** Of DynamoDB, without `dynamodb:`. */
  readonly actions: readonly string[];
  /** Patterns of partition keys. */
  readonly keys: readonly string[];
}

/**
 * These rows of a table alone. `LeadingKeys` holds for single calls and, "governed by the permissions used for the
 * underlying" ones, for transactions ("Using IAM with DynamoDB transactions"); `ForAllValues` is true of a call that names
 * no key, hence `Null`. Assumption: `ConditionCheckItem` gives the key as the others do.
 */
export const allowRows = (grantee: IGrantable, table: Table, { actions, keys }: Rows): void => {
  allow(grantee, {
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });
};

/** Who receives a grant whose resource is a pattern: the reason is written onto the grantee. */
export type Grantee = IGrantable & IConstruct;

/** cdk-nag wants a reason for each pattern in a policy; `pattern` is as the finding spells it. */
export const acceptPattern = (grantee: Grantee, pattern: string, reason: string): void => {
  Validations.of(grantee).acknowledge({ id: `AwsSolutions-IAM5[Resource::${pattern}]`, reason });
};
