import { describe, expect, it } from 'vitest';
import { statementsOf } from './policies.ts';
import { everyChannel } from './signal-settings.ts';
import { render, synthesise } from './synth.ts';

const stack = synthesise({ signals: everyChannel });
const silent = synthesise();
const stage = stack.one('AWS::ApiGatewayV2::Stage', 'Signals').Properties;

describe('the signal endpoint', () => {
  it('is there only where the settings ask for signals', () => {
    for (const type of ['AWS::ApiGatewayV2::Api', 'AWS::SecretsManager::Secret']) {
      expect(silent.of(type)).toEqual([]);
      expect(stack.of(type)).not.toEqual([]);
    }
    expect(stack.of('AWS::Lambda::Function').length - silent.of('AWS::Lambda::Function').length).toBe(1);
  });

  it('has one route, which the function answers in payload 2.0', () => {
    const [route, ...others] = stack.of('AWS::ApiGatewayV2::Route');
    expect(others).toEqual([]);
    const integration = stack.one('AWS::ApiGatewayV2::Integration', 'Signals');
    expect(route?.Properties).toMatchObject({ RouteKey: '$default', AuthorizationType: 'NONE' });
    expect(render(route?.Properties.Target)).toBe(`integrations/${integration.id.slice(0, -8)}`);
    expect(integration.Properties).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
    expect(render(integration.Properties.IntegrationUri)).toBe('FunctionsReceiveSignalFunction');
  });

  it('is all that may invoke the function, on that route and stage', () => {
    const permissions = stack
      .of('AWS::Lambda::Permission')
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => render(FunctionName) === 'FunctionsReceiveSignalFunction');
    expect(permissions.map(({ Principal, SourceArn }) => [Principal, render(SourceArn)])).toEqual([
      [
        'apigateway.amazonaws.com',
        'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:SignalsApi/$default/$default',
      ],
    ]);
  });

  it('slows down who sends too much', () => {
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 });
  });

  it('logs who came, and neither query, header, path nor body', () => {
    const { Format } = stage.AccessLogSettings as { Format: string };
    expect(Object.values(JSON.parse(Format) as Record<string, string>).sort()).toEqual([
      '$context.error.message',
      '$context.httpMethod',
      '$context.identity.sourceIp',
      '$context.integrationErrorMessage',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.status',
    ]);
    expect(stack.one('AWS::Logs::LogGroup', 'SignalsAccessLog').Properties.RetentionInDays).toBe(180);
  });

  it('is told where it is', () => {
    const { Value } = stack.template.findOutputs('SignalEndpoint').SignalEndpoint ?? {};
    expect(render(Value)).toBe('https://SignalsApi.execute-api.AWS::Region.AWS::URLSuffix');
  });
});

describe('secrets', () => {
  const secretsWith = (signals: unknown) =>
    synthesise({ signals })
      .of('AWS::SecretsManager::Secret')
      .map(({ id }) => id.slice(0, -8));

  it('are one for each channel that needs one and is switched on', () => {
    const all = ['SignalSecretsoktaHook', 'SignalSecretsscim', 'SignalSecretsentra'];
    expect(secretsWith(everyChannel)).toEqual(all);
    expect(secretsWith({ scim: true })).toEqual(['SignalSecretsscim']);
    expect(secretsWith({ github: { tokenTypes: ['x'] } })).toEqual([]);
  });

  it('are made by AWS, in no template, and outlive the stack', () => {
    for (const { Properties, DeletionPolicy } of stack.of('AWS::SecretsManager::Secret')) {
      expect(Properties.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
      expect(Properties).not.toHaveProperty('SecretString');
      expect(DeletionPolicy).toBe('Retain');
    }
  });

  it('reach the function by their ARN, which is an output too', () => {
    const { Variables } = stack.one('AWS::Lambda::Function', 'FunctionsReceiveSignal').Properties
      .Environment as { Variables: Record<string, unknown> };
    expect(render(Variables.OKTA_HOOK_SECRET)).toBe('SignalSecretsoktaHook');
    expect(render(Variables.SCIM_SECRET)).toBe('SignalSecretsscim');
    expect(render(Variables.ENTRA_SECRET)).toBe('SignalSecretsentra');
    for (const [output, secret] of [
      ['OktaHookSecret', 'SignalSecretsoktaHook'],
      ['ScimSecret', 'SignalSecretsscim'],
      ['EntraSecret', 'SignalSecretsentra'],
    ] as const) {
      expect(render(stack.template.findOutputs(output)[output]?.Value)).toBe(secret);
    }
  });

  it('are read by the function alone, and only those there are', () => {
    const readable = (from: typeof stack) =>
      statementsOf(from, 'ReceiveSignal').filter(({ Action }) => Action === 'secretsmanager:GetSecretValue');
    expect(readable(stack)).toHaveLength(1);
    expect(readable(synthesise({ signals: { ssf: [] } }))).toEqual([]);
    const policies = stack
      .of('AWS::IAM::Policy')
      .filter((one) => JSON.stringify(one).includes('secretsmanager'));
    expect(policies).toHaveLength(1);
  });
});

describe('rows that the function may touch', () => {
  const onRegistry = statementsOf(stack, 'ReceiveSignal').filter(({ Resource }) =>
    render(Resource).startsWith('StoresRegistry'),
  );

  it('are what channels remember, and of secrets only what is to be read: never who owns what', () => {
    const keys = onRegistry.map(({ Condition }) => Condition?.['ForAllValues:StringLike']);
    expect(keys).toEqual([
      { 'dynamodb:LeadingKeys': ['seen#*', 'scim-*'] },
      { 'dynamodb:LeadingKeys': ['secret#*'] },
    ]);
    expect(onRegistry[1]?.Action).toEqual(['dynamodb:GetItem', 'dynamodb:Query']);
  });

  it('must be named: a call without a key matches every list of keys', () => {
    expect(onRegistry).toHaveLength(2);
    for (const { Condition } of onRegistry) {
      expect(Condition?.Null).toEqual({ 'dynamodb:LeadingKeys': 'false' });
    }
  });
});
