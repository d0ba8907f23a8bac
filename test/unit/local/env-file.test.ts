import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { variablesOf, writeEnvFile } from '../../../infra/local/env-file.ts';
import type { Outputs } from '../../../infra/local/stack-outputs.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cutoff-env-'));
  file = join(folder, '.local', 'env');
});
afterEach(() => rmSync(folder, { recursive: true }));

const outputs = {
  EventBus: 'cutoff-identity',
  RegistryTable: 'registry',
  RevocationsTable: 'revocations',
  DenylistTable: 'denylist',
  AuditTable: 'audit',
  IngestFunction: 'ingest',
  RevokeFunction: 'revoke',
  VerifyFunction: 'verify',
  OperatorFunction: 'operator',
  AuthorizeFunction: 'authorize',
  UpkeepFunction: 'upkeep',
  SweepFunction: 'sweep',
  ExpireFunction: 'expire',
  IssueFunction: 'issue',
  TokenApi: 'api8',
  TokenUsagePlan: 'plan8',
  SignalFunction: 'receive-signal',
  OktaHookSecret: 'arn:okta-hook',
  ScimSecret: 'arn:scim',
  EntraSecret: 'arn:entra',
  IdentityEventsDeadLetters: 'q1',
  RevocationsDeadLetters: 'q2',
  RevocationsApiGatewayDeadLetters: 'q3',
  VerificationsDeadLetters: 'q4',
  SweepsDeadLetters: 'q5',
  NoticesTopic: 'arn:notices',
  ProtectedApi: 'api7',
  ProtectedUsagePlan: 'plan7',
  ProtectedStage: 'prod',
};
const described = (own: boolean, other: Partial<Outputs> = {}) =>
  variablesOf({
    aws: { endpoint: 'http://127.0.0.1:5000', own },
    outputs: { ...outputs, ...other },
    urls: {
      gateway: 'http://127.0.0.1:5001',
      tokens: 'http://127.0.0.1:5006',
      lambda: 'http://127.0.0.1:5002',
      signals: 'http://127.0.0.1:5004',
      gaps: 'http://127.0.0.1:5005',
    },
    issuer: { tokenUrl: 'http://127.0.0.1:5003/token' },
  });

describe('.local/env', () => {
  it('names everything that the commands and the AWS CLI need', () => {
    expect(described(true)).toEqual({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:5000',
      AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:5002',
      AWS_ENDPOINT_URL_IAM: 'http://127.0.0.1:5005',
      AWS_ENDPOINT_URL_CLOUDTRAIL: 'http://127.0.0.1:5005',
      AWS_ENDPOINT_URL_API_GATEWAY: 'http://127.0.0.1:5005',
      AWS_ENDPOINT_URL_APIGATEWAYV2: 'http://127.0.0.1:5005',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: '123456789012',
      AWS_SECRET_ACCESS_KEY: 'local',
      CUTOFF_EVENT_BUS: 'cutoff-identity',
      CUTOFF_REGISTRY_TABLE: 'registry',
      CUTOFF_REVOCATIONS_TABLE: 'revocations',
      CUTOFF_DENYLIST_TABLE: 'denylist',
      CUTOFF_AUDIT_TABLE: 'audit',
      CUTOFF_OPERATOR_FUNCTION: 'operator',
      CUTOFF_SWEEP_FUNCTION: 'sweep',
      CUTOFF_ISSUE_FUNCTION: 'issue',
      CUTOFF_NOTICES_TOPIC: 'arn:notices',
      CUTOFF_GATEWAY_URL: 'http://127.0.0.1:5001',
      CUTOFF_TOKEN_URL: 'http://127.0.0.1:5003/token',
      CUTOFF_EXCHANGE_URL: 'http://127.0.0.1:5006',
      CUTOFF_EXCHANGE_USAGE_PLAN: 'plan8',
      CUTOFF_SIGNALS_URL: 'http://127.0.0.1:5004',
      CUTOFF_OKTA_HOOK_SECRET: 'arn:okta-hook',
      CUTOFF_SCIM_SECRET: 'arn:scim',
      CUTOFF_ENTRA_SECRET: 'arn:entra',
      CUTOFF_API_ID: 'api7',
      CUTOFF_API_STAGE: 'prod',
      CUTOFF_USAGE_PLAN: 'plan7',
      CUTOFF_LOCAL_AWS: 'http://127.0.0.1:5000',
    });
  });

  it('leaves out what the stack was not given', () => {
    expect(described(true, { IssueFunction: undefined })).not.toHaveProperty('CUTOFF_ISSUE_FUNCTION');
    const without = described(true, { TokenApi: undefined, TokenUsagePlan: undefined });
    expect(Object.keys(without).filter((name) => name.startsWith('CUTOFF_EXCHANGE'))).toEqual([]);
  });

  it('does not mark a local AWS that the user brought along', () => {
    expect(described(false)).not.toHaveProperty('CUTOFF_LOCAL_AWS');
  });

  it('gives a shell exactly the values, and drops a profile that would outrank them', async () => {
    const variables = { PLAIN: 'a', NASTY: `it's $HOME; "x" \`id\`` };
    await writeEnvFile(variables, file);
    const script = '. "$1"; printf "%s|%s|%s" "$PLAIN" "$NASTY" "$AWS_PROFILE$AWS_SESSION_TOKEN"';
    const env = { AWS_PROFILE: 'production', AWS_SESSION_TOKEN: 'real' };
    const said = execFileSync('/bin/sh', ['-c', script, 'sh', file], { encoding: 'utf8', env });
    expect(said).toBe(`a|${variables.NASTY}|`);
  });

  it('is for its owner only, also where a readable file stood before', async () => {
    await writeEnvFile({ A: '1' }, file);
    rmSync(file);
    await writeFile(file, 'old', { mode: 0o644 });
    await writeEnvFile({ A: '2' }, file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain("export A='2'");
  });

  it('is removed by the run that wrote it, and by no other', async () => {
    const first = await writeEnvFile({ A: '1' }, file);
    const second = await writeEnvFile({ A: '2' }, file);
    await first.remove();
    expect(await readFile(file, 'utf8')).toContain("export A='2'");
    await second.remove();
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await second.remove();
  });
});
