import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { parseEnv } from '../../functions/shared/env.ts';
import { envSchema } from '../../functions/token/env.ts';
import { TokenService } from '../../infra/constructs/token-service.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import type { Statement } from './policies.ts';
import { render, synthesise } from './synth.ts';

const settings = (tokens: object = {}) => ({ issue: { tokens: { audience: 'api', ...tokens } } });

// A synthesis that cdk-nag objects to throws, so each of these is one that it accepts.
const stack = synthesise(settings({ minutes: 10 }));
const behindDomain = synthesise(settings({ issuer: 'https://tokens.acme.example', key: 2 }));

const method = (name: string) => stack.one('AWS::ApiGateway::Method', `TokensApi${name}`).Properties;
const authorizer = stack.one('AWS::ApiGateway::Authorizer', 'TokensByKey');
const variablesOf = (of: typeof stack, name: string) =>
  (
    of.one('AWS::Lambda::Function', `Functions${name}Function`).Properties.Environment as {
      Variables: Record<string, unknown>;
    }
  ).Variables;

describe('the token API', () => {
  it('is left out unless tokens are issued', () => {
    for (const config of [{}, { issue: {} }]) {
      const without = synthesise(config);
      without.template.resourceCountIs('AWS::ApiGateway::RestApi', 0);
      without.template.resourceCountIs('AWS::KMS::Key', 0);
      expect(without.of('AWS::Lambda::Function').some(({ id }) => id.startsWith('FunctionsToken'))).toBe(
        false,
      );
    }
  });

  it('exchanges keys behind the usage plan and our own authorizer, which decides by the key alone', () => {
    expect(method('tokenapikeyPOST')).toMatchObject({
      HttpMethod: 'POST',
      ApiKeyRequired: true,
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizer.id },
    });
    expect(authorizer.Properties).toMatchObject({ Type: 'REQUEST', AuthorizerResultTtlInSeconds: 0 });
    expect(authorizer.Properties.IdentitySource ?? '').toBe('');
    expect(render(authorizer.Properties.AuthorizerUri)).toContain('FunctionsAuthorizeFunction');
    const plan = stack.one('AWS::ApiGateway::UsagePlan', 'TokensApi').Properties;
    expect(plan.UsagePlanName).toBe('cutoff-tokens');
    const Stage = { Ref: stack.one('AWS::ApiGateway::Stage', 'TokensApi').id };
    expect(plan.ApiStages).toEqual([expect.objectContaining({ Stage })]);
  });

  it('leaves the check of signatures to IAM', () => {
    const { ApiKeyRequired = false, AuthorizerId, ...iam } = method('tokeniamPOST');
    expect(iam).toMatchObject({ HttpMethod: 'POST', AuthorizationType: 'AWS_IAM' });
    expect([ApiKeyRequired, AuthorizerId]).toEqual([false, undefined]);
  });

  it('tells everybody its keys, and nothing else', () => {
    const open = stack
      .of('AWS::ApiGateway::Method')
      .filter(({ Properties }) => Properties.AuthorizationType === 'NONE');
    expect(open.map(({ Properties }) => Properties.HttpMethod)).toEqual(['GET', 'GET']);
    expect(stack.of('AWS::ApiGateway::Method')).toHaveLength(4);
    const parts = stack.of('AWS::ApiGateway::Resource').map(({ Properties }) => Properties.PathPart);
    expect(parts.sort()).toEqual([
      '.well-known',
      'api-key',
      'iam',
      'jwks.json',
      'openid-configuration',
      'token',
    ]);
  });

  it('hands every route to the one function, which nothing else may call', () => {
    for (const { Properties } of stack.of('AWS::ApiGateway::Method')) {
      expect(Properties.Integration).toMatchObject({ Type: 'AWS_PROXY' });
      expect(render((Properties.Integration as { Uri: unknown }).Uri)).toContain('FunctionsTokenFunction');
    }
    const callers = stack
      .of('AWS::Lambda::Permission')
      .filter(({ Properties }) => render(Properties.FunctionName) === 'FunctionsTokenFunction')
      .map(({ Properties }) => render(Properties.SourceArn).replace(/^.*:/, ''));
    const stage = 'TokensApi/TokensApiDeploymentStageprod';
    expect(callers.sort()).toEqual([
      `${stage}/GET/.well-known/jwks.json`,
      `${stage}/GET/.well-known/openid-configuration`,
      `${stage}/POST/token/api-key`,
      `${stage}/POST/token/iam`,
    ]);
  });

  it('gives its function what its handler parses, and no more', () => {
    const variables = variablesOf(stack, 'Token');
    const deployed = Object.entries(variables).map(([name, value]) => [name, render(value)]);
    const lambda = { AWS_REGION: 'eu-west-1', ACCOUNT_ID: '123456789012' };
    const parsed = parseEnv(envSchema, { ...Object.fromEntries(deployed), ...lambda });
    expect(parsed.ISSUE.tokens).toMatchObject({ audience: 'api', minutes: 10, formerKeys: [] });
    const given = Object.keys(variables).filter((name) => !name.startsWith('POWERTOOLS_'));
    expect(Object.keys(envSchema.shape)).toEqual(expect.arrayContaining(given));
  });

  it('is throttled route by route, so that a flood of one leaves the others alone', () => {
    const { MethodSettings } = stack.one('AWS::ApiGateway::Stage', 'TokensApi').Properties;
    const throttle = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100, DataTraceEnabled: false };
    expect(MethodSettings).toEqual([
      expect.objectContaining({ HttpMethod: '*', ResourcePath: '/*', ...throttle }),
      ...['/~1token~1api-key', '/~1token~1iam'].map((ResourcePath) =>
        expect.objectContaining({ HttpMethod: 'POST', ResourcePath, ...throttle }),
      ),
      ...['/~1.well-known~1jwks.json', '/~1.well-known~1openid-configuration'].map((ResourcePath) =>
        expect.objectContaining({ HttpMethod: 'GET', ResourcePath, ...throttle }),
      ),
    ]);
  });

  it('lets no key have what all share, nor fill the audit trail', () => {
    const plan = stack.one('AWS::ApiGateway::UsagePlan', 'TokensApi').Properties;
    expect(plan.Throttle).toEqual({ RateLimit: 5, BurstLimit: 10 });
    expect(plan.Quota).toEqual({ Limit: 20_000, Period: 'DAY' });
  });

  it('logs who came without what they sent', () => {
    const { AccessLogSetting } = stack.one('AWS::ApiGateway::Stage', 'TokensApi').Properties;
    const { Format } = AccessLogSetting as { Format: string };
    expect(Format).toContain('$context.requestId');
    expect(Format).not.toMatch(/header|body|identity\.apiKey\b|authorizer/i);
  });

  it('has no output but those that are named', () => {
    const outputs = Object.keys(stack.template.toJSON().Outputs as object);
    expect(outputs.filter((name) => /token/i.test(name)).sort()).toEqual([
      'TokenApi',
      'TokenFunction',
      'TokenIssuer',
      'TokenKey',
      'TokenUsagePlan',
    ]);
  });
});

describe('the key that signs', () => {
  it('signs on P-256, has an alias and outlives the stack', () => {
    const key = stack.one('AWS::KMS::Key', 'TokensKey');
    expect(key.Properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    expect([key.DeletionPolicy, key.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    const alias = stack.one('AWS::KMS::Alias', 'TokensKeyAlias').Properties;
    expect(alias.AliasName).toBe('alias/cutoff-tokens');
    expect(alias.TargetKeyId).toEqual({ 'Fn::GetAtt': [key.id, 'Arn'] });
    expect(variablesOf(stack, 'Token').TOKEN_KEY).toEqual({ Ref: key.id });
  });

  it('is another one where the settings say another number', () => {
    const [first] = stack.of('AWS::KMS::Key');
    const [second, ...others] = behindDomain.of('AWS::KMS::Key');
    expect(others).toEqual([]);
    expect(second?.id).not.toBe(first?.id);
    expect(variablesOf(behindDomain, 'Token').TOKEN_KEY).toEqual({ Ref: second?.id });
  });

  it('may be used for signing by who is granted it, and keys of before for nothing but being told', () => {
    const scope = new Stack(new App(), 'Stack');
    const { tokens } = parseStageConfig(settings({ formerKeys: ['old-key'] })).issue ?? {};
    if (!tokens) throw new Error('no tokens');
    const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const service = new TokenService(scope, 'Tokens', { tokens });
    service.api.root.addMethod('GET'); // there is none without its function
    service.grantSign(role);
    const [policy] = Object.values(Template.fromStack(scope).findResources('AWS::IAM::Policy'));
    const statements = policy?.Properties.PolicyDocument.Statement as Statement[];
    expect(statements.map(({ Action, Resource }) => [Action, render(Resource)])).toEqual([
      [['kms:Sign', 'kms:GetPublicKey'], 'TokensKey'],
      ['kms:GetPublicKey', 'arn:AWS::Partition:kms:AWS::Region:AWS::AccountId:key/old-key'],
    ]);
  });
});

describe('our own issuer', () => {
  const issuersOf = (of: typeof stack, name: string) => {
    const text = render(variablesOf(of, name).ISSUERS);
    return JSON.parse(text) as Record<string, unknown>[];
  };
  const own = 'https://TokensApi.execute-api.AWS::Region.AWS::URLSuffix/prod';

  it.each(['Authorize', 'Ingest', 'Revoke', 'Verify', 'Upkeep', 'Operator'])('is known to %s', (name) => {
    expect(issuersOf(stack, name)).toEqual([
      {
        issuer: own,
        audience: 'api',
        jwksUri: `${own}/.well-known/jwks.json`,
        subjectClaim: 'sub',
        longestTokenSeconds: 600,
      },
    ]);
  });

  it.each(['Ingest', 'Revoke', 'Verify', 'Upkeep', 'Operator'])(
    'is told to %s by name, so that its tokens are cut with what they were exchanged for',
    (name) => {
      expect(render(variablesOf(stack, name).TOKEN_ISSUER)).toBe(own);
      expect(variablesOf(synthesise(), name)).not.toHaveProperty('TOKEN_ISSUER');
    },
  );

  it('is the domain that the settings name', () => {
    expect(issuersOf(behindDomain, 'Authorize')).toMatchObject([
      {
        issuer: 'https://tokens.acme.example',
        jwksUri: 'https://tokens.acme.example/.well-known/jwks.json',
        longestTokenSeconds: 900,
      },
    ]);
    expect(variablesOf(behindDomain, 'Token').TOKEN_ISSUER).toBe('https://tokens.acme.example');
  });

  it('is not named among the issuers as well: which of its audiences counted would be anybody’s guess', () => {
    const issuer = 'https://tokens.acme.example';
    const issuers = [{ issuer, audience: 'other', jwksUri: `${issuer}/keys` }];
    expect(() => parseStageConfig({ ...settings({ issuer }), issuers })).toThrow('is named twice');
  });
});
