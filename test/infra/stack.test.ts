import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Token } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { sources } from '../../functions/sources/index.ts';
import { buildApp } from '../../infra/build-app.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { everythingIssued } from './issue-settings.ts';
import { everyChannel } from './signal-settings.ts';
import { newOutdir, synthesise } from './synth.ts';

const everything = {
  protectedApi: true,
  alertEmail: 'security@example.com',
  homeRegion: 'eu-west-1',
  signals: everyChannel,
  noticeEmail: 'keys@example.com',
  ...everythingIssued,
};

const outputs = [
  ...['AlertsTopic', 'AuditTable', 'AuthorizeFunction', 'AuthorizeFunctionArn', 'DenylistTable', 'EventBus'],
  ...['ExpireFunction', 'IdentityEventsDeadLetters', 'IngestFunction', 'NoticesTopic'],
  ...['OperatorFunction', 'RegistryTable'],
  ...['RevocationsApiGatewayDeadLetters', 'RevocationsDeadLetters', 'RevocationsTable', 'RevokeFunction'],
  ...['SweepFunction', 'SweepsDeadLetters'],
  ...['UndeliveredEvents', 'UpkeepFunction', 'VerificationsDeadLetters', 'VerifyFunction'],
];

describe('cdk-nag', () => {
  it.each([
    ['nothing', {}],
    ['everything', everything],
  ])('has no finding without a written reason, with %s asked for', (_, config) => {
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
    const more = ['ProtectedApi', 'ProtectedUsagePlan', 'SignalEndpoint', 'SignalFunction'];
    const secrets = ['OktaHookSecret', 'ScimSecret', 'EntraSecret'];
    const tokens = ['TokenApi', 'TokenFunction', 'TokenIssuer', 'TokenKey', 'TokenUsagePlan'];
    const issued = ['IssueFunction', ...tokens];
    expect(names(everything)).toEqual([...outputs, ...more, ...secrets, ...issued].sort());
  });
});

describe('the home region', () => {
  const regionOf = (config: unknown) =>
    Stack.of(buildApp({ config: parseStageConfig(config), bundle: false }).node.findChild('Cutoff')).region;

  it('is the one that the settings name, or whatever the command line is set to', () => {
    expect(regionOf({ homeRegion: 'eu-west-1' })).toBe('eu-west-1');
    expect(Token.isUnresolved(regionOf({}))).toBe(true);
  });
});

describe('the app', () => {
  it('has a stack at home, and one more where global events of its sources arrive', () => {
    const app = buildApp({ config: parseStageConfig(everything), bundle: false });
    const forwarding = sources.some(({ global }) => global) ? ['Cutoff-Forwarding-us-east-1'] : [];
    const stacks = app.node.children.filter((child) => Stack.isStack(child));
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['Cutoff', ...forwarding]);
  });
});

describe('bundles', () => {
  it('hold each function as one ES module', () => {
    const { outdir, of } = synthesise({ signals: everyChannel, ...everythingIssued }, { bundle: true });
    const bundles = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
    expect(bundles).toHaveLength(of('AWS::Lambda::Function').length);
    for (const bundle of bundles) {
      expect(readdirSync(join(outdir, bundle))).toEqual(['index.mjs']);
      expect(readFileSync(join(outdir, bundle, 'index.mjs'), 'utf8')).toMatch(/export\s*\{[^}]*handler/);
    }
  });
});
