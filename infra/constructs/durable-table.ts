import { RemovalPolicy } from 'aws-cdk-lib';
import { BillingMode } from 'aws-cdk-lib/aws-dynamodb';

/**
 * Every table outlives the stack: losing the denylist lets tokens back in, losing the registry forgets who owned
 * what before a retagging. Encrypted at rest with the key that DynamoDB owns, on purpose: whoever could disable
 * a key of this account could blind the authorizer.
 */
export const durableTable = {
  billingMode: BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  removalPolicy: RemovalPolicy.RETAIN,
} as const;
