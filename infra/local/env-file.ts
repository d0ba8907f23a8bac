import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gapEndpoints } from './function-environment.ts';
import { localCredentials, localRegion } from './local-account.ts';
import type { LocalCutoff } from './local-cutoff.ts';
import { localFolder } from './local-folder.ts';

export const envFile: string = join(localFolder, 'env');

type Described = Pick<LocalCutoff, 'aws' | 'outputs' | 'urls'> & {
  readonly issuer: Pick<LocalCutoff['issuer'], 'tokenUrl'>;
};

/** What the AWS CLI, the SDKs and the commands of this project need to find the local stack. */
export const variablesOf = ({ aws, outputs, urls, issuer }: Described): Record<string, string> => ({
  AWS_ENDPOINT_URL: aws.endpoint,
  AWS_ENDPOINT_URL_LAMBDA: urls.lambda,
  ...gapEndpoints(urls.gaps),
  AWS_REGION: localRegion,
  AWS_DEFAULT_REGION: localRegion,
  AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
  CUTOFF_EVENT_BUS: outputs.EventBus,
  CUTOFF_REGISTRY_TABLE: outputs.RegistryTable,
  CUTOFF_REVOCATIONS_TABLE: outputs.RevocationsTable,
  CUTOFF_DENYLIST_TABLE: outputs.DenylistTable,
  CUTOFF_AUDIT_TABLE: outputs.AuditTable,
  CUTOFF_OPERATOR_FUNCTION: outputs.OperatorFunction,
  CUTOFF_SWEEP_FUNCTION: outputs.SweepFunction,
  ...(outputs.IssueFunction && { CUTOFF_ISSUE_FUNCTION: outputs.IssueFunction }),
  CUTOFF_NOTICES_TOPIC: outputs.NoticesTopic,
  CUTOFF_GATEWAY_URL: urls.gateway,
  CUTOFF_TOKEN_URL: issuer.tokenUrl,
  ...(outputs.TokenApi && { CUTOFF_EXCHANGE_URL: urls.tokens }),
  ...(outputs.TokenUsagePlan && { CUTOFF_EXCHANGE_USAGE_PLAN: outputs.TokenUsagePlan }),
  CUTOFF_SIGNALS_URL: urls.signals,
  CUTOFF_OKTA_HOOK_SECRET: outputs.OktaHookSecret,
  CUTOFF_SCIM_SECRET: outputs.ScimSecret,
  CUTOFF_ENTRA_SECRET: outputs.EntraSecret,
  CUTOFF_API_ID: outputs.ProtectedApi,
  CUTOFF_API_STAGE: outputs.ProtectedStage,
  CUTOFF_USAGE_PLAN: outputs.ProtectedUsagePlan,
  // Tells `startLocalAws` that this AWS_ENDPOINT_URL was sourced, not chosen.
  ...(aws.own && { CUTOFF_LOCAL_AWS: aws.endpoint }),
});

/** In single quotes nothing means anything to a shell, but a single quote. */
const quoted = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;

/** A profile or a session token of the shell would go before these credentials, or with them. */
const head = [
  '# Written by npm run local: source it.',
  '# Version 1 of the AWS CLI ignores AWS_ENDPOINT_URL for `aws sqs`: add --endpoint-url "$AWS_ENDPOINT_URL" there.',
  'unset AWS_PROFILE AWS_SESSION_TOKEN',
];

export const envText = (variables: Readonly<Record<string, string>>): string =>
  [...head, ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`), ''].join(
    '\n',
  );

export interface EnvFile {
  /** Only what was written here: another run may have taken the place since. */
  remove(): Promise<void>;
}

export const writeEnvFile = async (
  variables: Readonly<Record<string, string>>,
  file: string = envFile,
): Promise<EnvFile> => {
  const text = envText(variables);
  await mkdir(dirname(file), { recursive: true });
  // Anew, since the mode counts only where a file is made.
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600 });
  const remove = async () => {
    const now = await readFile(file, 'utf8').catch(() => undefined);
    if (now === text) await rm(file, { force: true });
  };
  return { remove };
};
