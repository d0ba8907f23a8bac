import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnMethod, type CfnRestApi, Deployment, RestApi, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { CfnApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { describe, expect, it } from 'vitest';
import { RevocableApi } from '../../infra/index.ts';
import { authorizeArn, httpApi, mock, newStack, resourcesOf, restApi, warningsOf } from './shop-apis.ts';

const protect = (api: ConstructorParameters<typeof RevocableApi>[2]['api'], open: string[] = []) =>
  new RevocableApi(api.stack, 'Revocable', { api, authorize: authorizeArn, open });

/** The same API, as another stack sees it. */
const seenFrom = (stack: Stack, api: RestApi) =>
  RestApi.fromRestApiAttributes(stack, 'Api', {
    restApiId: api.restApiId,
    rootResourceId: api.restApiRootResourceId,
  });

/** Logical ids, without their hashes, of what the API's deployment waits for. */
const waitsFor = (stack: Stack): string[] => {
  const [deployment] = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'));
  return ((deployment?.DependsOn ?? []) as string[]).map((id) => id.replace(/[0-9A-F]{8}$/, ''));
};

describe('a deployment, which is taken once what it waits for is there', () => {
  it('waits for methods that are no constructs of the API’s own', () => {
    const stack = newStack();
    const api = restApi(stack);
    api.root.addMethod('GET', mock);
    const where = { restApiId: api.restApiId, resourceId: api.restApiRootResourceId };
    new CfnMethod(stack, 'Plain', { ...where, httpMethod: 'PUT' });
    protect(api);
    expect(waitsFor(stack)).toContain('Plain');
  });

  it('waits for nested stacks whose methods it closes', () => {
    const stack = newStack();
    const api = restApi(stack);
    api.root.addMethod('GET', mock);
    const nested = new NestedStack(stack, 'Nested');
    seenFrom(nested, api).root.addResource('pets').addMethod('GET', mock);
    protect(api);
    expect(waitsFor(stack).some((id) => id.startsWith('NestedNestedStack'))).toBe(true);
    expect(warningsOf(stack)).toEqual([]);
  });

  it('cannot wait for another stack: that is said', () => {
    const app = new App({ analyticsReporting: false });
    const api = restApi(new Stack(app, 'A'));
    const other = new Stack(app, 'B');
    api.root.addMethod('GET', mock);
    seenFrom(other, api).root.addResource('pets').addMethod('GET', mock);
    protect(api);
    expect(warningsOf(other).join()).toMatch(/deploy the stage again/);
    const [method] = resourcesOf(other, 'AWS::ApiGateway::Method');
    expect(method?.Properties.AuthorizationType).toBe('CUSTOM');
  });

  it('is renewed also where it is made over an imported API, as nested stacks do', () => {
    const idWith = (open: string[] | undefined) => {
      const stack = newStack();
      const api = restApi(stack, { deploy: false });
      api.root.addMethod('ANY', mock);
      const pets = new NestedStack(stack, 'Pets');
      const method = seenFrom(pets, api).root.addResource('pets').addMethod('GET', mock);
      const deploy = new NestedStack(stack, 'Deploy');
      const deployment = new Deployment(deploy, 'Deployment', { api: seenFrom(deploy, api) });
      deployment.node.addDependency(method);
      new Stage(deploy, 'Prod', { deployment });
      if (open) protect(api, open);
      return resourcesOf(deploy, 'AWS::ApiGateway::Deployment').map(({ id }) => id)[0];
    };
    const ids = [idWith(undefined), idWith([]), idWith(['GET /pets'])];
    expect(new Set(ids).size).toBe(3);
  });
});

describe('an API whose routes no construct shows', () => {
  it('is refused where its definition is in the properties beneath', () => {
    const rest = restApi(newStack());
    rest.root.addMethod('GET', mock);
    (rest.node.defaultChild as CfnRestApi).body = { openapi: '3.0.1', paths: { '/open': { get: {} } } };
    expect(() => protect(rest)).toThrow('must be a RestApi or HttpApi');
    const http = httpApi(newStack());
    (http.node.defaultChild as CfnApi).target = 'https://backend.example';
    expect(() => protect(http)).toThrow('must be a RestApi or HttpApi');
  });
});
