import type { DeployedFunction } from './deployed-functions.ts';
import { localCredentials, localRegion } from './local-account.ts';
import { atLocalAws } from './queue-address.ts';

/**
 * Where the services answer of which the local AWS lacks a part. Names as the SDKs and tools reference guide has them
 * ("Service-specific endpoints"): the service's id in capitals, `API Gateway` with an underscore.
 */
export const gapEndpoints = (url: string) => ({
  AWS_ENDPOINT_URL_IAM: url,
  AWS_ENDPOINT_URL_CLOUDTRAIL: url,
  AWS_ENDPOINT_URL_API_GATEWAY: url,
  AWS_ENDPOINT_URL_APIGATEWAYV2: url,
});

/**
 * What the code of a deployed function finds: its own variables, those that Lambda sets ("Defined runtime
 * environment variables"), and the local AWS. Nothing of the shell that runs this, and no profile either: a bundle
 * cannot reach real AWS by accident.
 */
export const environmentOf = (
  deployed: DeployedFunction,
  endpoint: string,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(deployed.environment).map(([name, value]) => [name, atLocalAws(value, endpoint)]),
  ),
  AWS_LAMBDA_FUNCTION_NAME: deployed.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.memoryMegabytes),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${deployed.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: deployed.folder,
  _HANDLER: 'index.handler',
  AWS_REGION: localRegion,
  AWS_DEFAULT_REGION: localRegion,
  AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
  AWS_ENDPOINT_URL: endpoint,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  ...extra,
});
