import { Validations } from 'aws-cdk-lib';
import { Effect, type IGrantable, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Exactly these actions: CDK's own grants add companions that nothing here calls. */
export const allow = (grantee: IGrantable, statement: Omit<PolicyStatementProps, 'effect'>): void => {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement));
};

export const deny = (grantee: IGrantable, statement: Omit<PolicyStatementProps, 'effect'>): void => {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ ...statement, effect: Effect.DENY }));
};

/** Who receives a grant whose resource is a pattern: the reason is written onto the grantee. */
export type Grantee = IGrantable & IConstruct;

/** cdk-nag wants a reason for each pattern in a policy; `pattern` is as the finding spells it. */
export const acceptPattern = (grantee: Grantee, pattern: string, reason: string): void => {
  Validations.of(grantee).acknowledge({ id: `AwsSolutions-IAM5[Resource::${pattern}]`, reason });
};
