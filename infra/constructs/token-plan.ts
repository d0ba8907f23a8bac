import { Period, type RestApi, type UsagePlan } from 'aws-cdk-lib/aws-apigateway';

/** Requests a second of one key: a tenth of what its route takes of all together, so that one partner starves no other. */
const throttle = { rateLimit: 5, burstLimit: 10 };

/**
 * Tokens of one key in a day. A client needs one in a quarter of an hour, so this is two hundred clients; and as each token
 * leaves a record in the audit trail for good, it also bounds what one key can have written.
 */
const quota = { limit: 20_000, period: Period.DAY };

/** Keys of it may be exchanged. */
export const addTokenPlan = (api: RestApi): UsagePlan =>
  api.addUsagePlan('Plan', {
    name: 'cutoff-tokens',
    apiStages: [{ stage: api.deploymentStage }],
    throttle,
    quota,
  });
