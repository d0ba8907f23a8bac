import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { sources } from '../functions/sources/index.ts';
import { addForwarding } from './forwarding-stack.ts';
import { RevocationStack } from './revocation-stack.ts';
import type { StageConfig } from './stage-config.ts';

/** Kept here rather than in cdk.json, so that the command line, the local runner and tests make one template. */
const featureFlags = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true,
  '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true,
  '@aws-cdk/aws-apigateway:authorizerChangeDeploymentLogicalId': true,
  '@aws-cdk/aws-apigateway:disableCloudWatchRole': true,
};

export interface BuildAppProps {
  readonly config: StageConfig;
  readonly outdir?: string;
  /** `false` leaves the code out: for tests that read only the template. */
  readonly bundle?: boolean;
}

/** `app.synth()` throws, and the CDK command line exits non-zero, on a cdk-nag finding without a written reason. */
export const buildApp = ({ config, outdir, bundle = true }: BuildAppProps): App => {
  const app = new App({
    analyticsReporting: false,
    context: { ...featureFlags, ...(!bundle && { 'aws:cdk:bundling-stacks': [] }) },
    ...(outdir !== undefined && { outdir }),
  });
  const home = new RevocationStack(app, 'Cutoff', {
    config,
    description: 'Cutoff: ends API access, and proves it',
    ...(config.homeRegion !== undefined && { env: { region: config.homeRegion } }),
  });
  addForwarding(app, home, { config, sources });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};
