import { fileURLToPath } from 'node:url';
import type { Duration } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment } from '../environment.ts';

/** The schema of a function's own `env.ts`, and where its variables are taken from. */
export interface EnvironmentProps {
  readonly schema: { readonly shape: { readonly [Name in OwnVariable]?: unknown } };
  readonly from: Environment;
}

/** The region is set by Lambda. */
type OwnVariable = keyof Environment | 'AWS_REGION';

export interface ServiceFunctionProps {
  /** Folder below `functions/`, and the `service` dimension of its logs and metrics. */
  readonly name: string;
  readonly description: string;
  readonly env?: EnvironmentProps;
  readonly timeout: Duration;
}

/** Exactly what the schema names: the handler that parses it and this stack cannot drift apart. */
const pick = ({ schema, from }: EnvironmentProps): Record<string, string> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => Object.hasOwn(schema.shape, name)));

export const metricsNamespace = 'Cutoff';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Everything is in the bundle, the AWS SDK too: what was tested is what runs, and it starts faster than the
 * runtime's own copy. No source maps: they would make the bundle several times as large, and errors carry codes.
 */
const bundling = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  bundleAwsSDK: true,
  logLevel: LogLevel.WARNING,
  // CommonJS dependencies inside an ES module call `require`, which ES modules do not have.
  banner:
    "import{createRequire as cutoffCreateRequire}from'node:module';const require=cutoffCreateRequire(import.meta.url);",
};

/** The only Lambda function shape there is: own role, own log group, nothing granted that is not asked for. */
export class ServiceFunction extends Construct implements IGrantable {
  readonly lambda: NodejsFunction;
  readonly name: string;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    this.name = props.name;
    const logGroup = new LogGroup(this, 'Logs', { retention: RetentionDays.SIX_MONTHS });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.#role = role;
    this.lambda = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: `${projectRoot}functions/${props.name}/handler.ts`,
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: props.timeout,
      // No tracing: a trace would carry names of subjects to a place that nobody here reads.
      role,
      logGroup,
      projectRoot,
      depsLockFilePath: `${projectRoot}package-lock.json`,
      bundling,
      environment: {
        ...(props.env && pick(props.env)),
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      },
    });
  }

  get roleArn(): string {
    return this.#role.roleArn;
  }

  get grantPrincipal(): IPrincipal {
    return this.lambda.grantPrincipal;
  }
}
