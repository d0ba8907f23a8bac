import { describe, expect, it } from 'vitest';
import { render, synthesise } from './synth.ts';

const stack = synthesise({ protectedApi: true });
const authorizer = (id: string) => stack.one('AWS::ApiGateway::Authorizer', id);
const method = (path: string) => stack.one('AWS::ApiGateway::Method', `HelloApi${path}GET`).Properties;

describe('the protected API', () => {
  it('is left out unless asked for', () => {
    synthesise().template.resourceCountIs('AWS::ApiGateway::RestApi', 0);
  });

  it.each(['HelloByToken', 'HelloByKey'])('%s asks the authorizer anew for every request', (id) => {
    expect(authorizer(id).Properties).toMatchObject({ Type: 'REQUEST', AuthorizerResultTtlInSeconds: 0 });
    expect(render(authorizer(id).Properties.AuthorizerUri)).toContain('FunctionsAuthorizeFunction');
  });

  it('wants a token on /hello', () => {
    expect(authorizer('HelloByToken').Properties.IdentitySource).toBe('method.request.header.Authorization');
    expect(method('hello')).toMatchObject({
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizer('HelloByToken').id },
    });
  });

  it('wants an API key on /partner, and asks the authorizer about it without any token', () => {
    expect(authorizer('HelloByKey').Properties.IdentitySource ?? '').toBe('');
    expect(method('partner')).toMatchObject({
      ApiKeyRequired: true,
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizer('HelloByKey').id },
    });
  });

  it('wants a token on /legacy, of which the authorizer sees nothing else', () => {
    expect(authorizer('HelloLegacy').Properties).toMatchObject({
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 0,
    });
    expect(method('legacy')).toMatchObject({
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizer('HelloLegacy').id },
    });
  });

  it('answers by itself', () => {
    expect(method('hello').Integration).toMatchObject({ Type: 'MOCK' });
    expect(JSON.stringify(method('hello').Integration)).toContain('{\\"message\\":\\"hello\\"}');
  });

  it('sells its partner route through a usage plan, and logs who came', () => {
    const stage = stack.one('AWS::ApiGateway::Stage', 'HelloApi').Properties;
    expect(stage).toMatchObject({ StageName: 'prod', AccessLogSetting: { Format: expect.any(String) } });
    const plan = stack.one('AWS::ApiGateway::UsagePlan', 'HelloApi').Properties;
    expect(plan.UsagePlanName).toBe('cutoff-partners');
    expect(plan.ApiStages).toEqual([
      expect.objectContaining({ Stage: { Ref: stack.one('AWS::ApiGateway::Stage', 'HelloApi').id } }),
    ]);
  });

  it('is all that may invoke the authorizer', () => {
    const invokers = stack
      .of('AWS::Lambda::Permission')
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => render(FunctionName) === 'FunctionsAuthorizeFunction');
    expect(invokers).toHaveLength(3);
    for (const { Principal, SourceArn } of invokers) {
      expect(Principal).toBe('apigateway.amazonaws.com');
      expect(render(SourceArn)).toMatch(/:HelloApi\/authorizers\/Hello(ByToken|ByKey|Legacy)$/);
    }
  });
});
