import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../infra/build-app.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { newOutdir, synthesise } from './synth.ts';

const everything = { protectedApi: true, alertEmail: 'security@example.com' };

const outputs = [
  ...['AlertsTopic', 'AuditTable', 'AuthorizeFunction', 'AuthorizeFunctionArn', 'DenylistTable', 'EventBus'],
  ...['IdentityEventsDeadLetters', 'IngestFunction', 'OperatorFunction', 'RegistryTable'],
  ...['RevocationsApiGatewayDeadLetters', 'RevocationsDeadLetters', 'RevocationsTable', 'RevokeFunction'],
  ...['SweepFunction', 'UndeliveredEvents', 'VerificationsDeadLetters', 'VerifyFunction'],
];

describe('cdk-nag', () => {
  it.each([{}, everything])('has no finding without a written reason, with %j', (config) => {
    const { outdir } = synthesise(config);
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
      pluginReports: { violations: unknown[] }[];
    };
    expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('stops the synthesis on a finding', () => {
    const app = buildApp({ config: parseStageConfig({}), outdir: newOutdir(), bundle: false });
    new Queue(app.node.findChild('Cutoff'), 'Careless');
    expect(() => app.synth()).toThrow(/Careless.*AwsSolutions-SQS4/s);
  });
});

describe('outputs', () => {
  const names = (config: unknown) => Object.keys(synthesise(config).template.findOutputs('*')).sort();

  it('are the names that people and tools go by', () => {
    expect(names({})).toEqual(outputs);
    expect(names(everything)).toEqual([...outputs, 'ProtectedApi', 'ProtectedUsagePlan'].sort());
  });
});

describe('bundles', () => {
  it('hold each function as one ES module', () => {
    const { outdir, of } = synthesise({}, { bundle: true });
    const bundles = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    expect(bundles).toHaveLength(of('AWS::Lambda::Function').length);
    for (const bundle of bundles) {
      expect(readdirSync(join(outdir, bundle))).toEqual(['index.mjs']);
      expect(readFileSync(join(outdir, bundle, 'index.mjs'), 'utf8')).toMatch(/export\s*\{[^}]*handler/);
    }
  });
});
