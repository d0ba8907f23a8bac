import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Duration, Stack } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ShopProps, shopApp } from '../../examples/protected-apis.ts';
import { authorizeArn, resourcesOf, warningsOf } from './shop-apis.ts';
import { newOutdir, render } from './synth.ts';

const shop = (props: ShopProps = { authorizeArn }): Stack =>
  Stack.of(shopApp({ ...props, outdir: newOutdir() }).node.findChild('Shop'));

type Properties = Readonly<Record<string, unknown>>;

const authorizerOf = ({ AuthorizationType: type, AuthorizerId: id }: Properties) =>
  type === 'CUSTOM' ? render(id) : type;

const routesOf = (stack: Stack) => ({
  rest: Object.fromEntries(
    resourcesOf(stack, 'AWS::ApiGateway::Method').map(({ Properties }) => [
      `${Properties.HttpMethod} ${render(Properties.ResourceId)}`,
      authorizerOf(Properties),
    ]),
  ),
  http: Object.fromEntries(
    resourcesOf(stack, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => [
      Properties.RouteKey,
      authorizerOf(Properties),
    ]),
  ),
});

const secondsOf = (stack: Stack) =>
  ['AWS::ApiGateway::Authorizer', 'AWS::ApiGatewayV2::Authorizer']
    .flatMap((type) => resourcesOf(stack, type))
    .map(({ id, Properties }) => [render({ Ref: id }), Properties.AuthorizerResultTtlInSeconds]);

describe('the shop', () => {
  const stack = shop();

  it('asks Cutoff on every route but the one for everybody', () => {
    expect(routesOf(stack)).toEqual({
      rest: {
        'GET Restorders': 'RevocableRestByToken',
        'GET Restordersid': 'RevocableRestByToken',
        'GET Resthealth': 'NONE',
        'GET Restpartner': 'RevocableRestByKey',
      },
      http: { 'GET /orders': 'RevocableHttpByToken', 'GET /health': 'NONE' },
    });
  });

  it('asks anew for each request', () => {
    expect(secondsOf(stack)).toEqual([
      ['RevocableRestByToken', 0],
      ['RevocableRestByKey', 0],
      ['RevocableHttpByToken', 0],
    ]);
    expect(warningsOf(stack)).toEqual([]);
  });

  it('lets API Gateway invoke the function, for each authorizer', () => {
    const permissions = resourcesOf(stack, 'AWS::Lambda::Permission').map(({ Properties }) => Properties);
    const sources = permissions.map(({ SourceArn }) => render(SourceArn).split(':').at(-1));
    expect(sources.sort()).toEqual([
      'Http/authorizers/RevocableHttpByToken',
      'Rest/authorizers/RevocableRestByKey',
      'Rest/authorizers/RevocableRestByToken',
    ]);
    expect(new Set(permissions.map(({ FunctionName }) => FunctionName))).toEqual(new Set([authorizeArn]));
  });

  it('can keep answers about tokens, and is warned for each API', () => {
    const cached = shop({ authorizeArn, cache: Duration.minutes(5) });
    expect(routesOf(cached)).toEqual(routesOf(stack));
    expect(secondsOf(cached)).toEqual([
      ['RevocableRestByToken', 300],
      ['RevocableRestByKey', 0],
      ['RevocableHttpByToken', 300],
    ]);
    expect(warningsOf(cached)).toHaveLength(2);
  });

  it('asks for the function where none is named', () => {
    const [permission] = resourcesOf(shop({}), 'AWS::Lambda::Permission');
    expect(permission?.Properties.FunctionName).toEqual({ Ref: 'AuthorizeFunctionArn' });
  });
});

const root = fileURLToPath(new URL('../..', import.meta.url));

const run = (command: string, options: readonly string[], cwd: string): string =>
  execFileSync(command, options, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

it('is synthesised by node alone', () => {
  const folder = newOutdir();
  run(process.execPath, ['examples/protected-apis.ts', folder], root);
  expect(existsSync(join(folder, 'Shop.template.json'))).toBe(true);
});

const consumer = `
import { App, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { RevocableApi, TokenAuthorizer } from 'cutoff';

const stack = new Stack(new App({ analyticsReporting: false }), 'Consumer');
const api = new HttpApi(stack, 'Api');
const authorize = '${authorizeArn}';
new RevocableApi(stack, 'Revocable', { api, authorize });
new TokenAuthorizer(stack, 'More', { api, authorize });
console.log(Object.keys(App.of(stack)?.synth().getStackByName('Consumer').template.Resources ?? {}).join());
`;

describe('the compiled constructs', () => {
  const home = newOutdir();
  const library = join(home, 'node_modules/cutoff');
  const installed = (name: string) => join(root, 'node_modules', name);
  const tsc = installed('typescript/bin/tsc');

  beforeAll(() => {
    mkdirSync(library, { recursive: true });
    run(process.execPath, [tsc, '-p', 'tsconfig.lib.json', '--outDir', library], root);
    run(process.execPath, ['infra/library-package.ts', library], root);
    for (const name of ['aws-cdk-lib', 'constructs', '@types']) {
      symlinkSync(installed(name), join(home, 'node_modules', name), 'dir');
    }
    writeFileSync(join(home, 'app.mts'), consumer);
  });

  it('work for others, whose node strips no types below node_modules', () => {
    run(process.execPath, [tsc, '--module', 'nodenext', '--strict', '--skipLibCheck', 'app.mts'], home);
    const resources = run(process.execPath, ['--no-strip-types', 'app.mjs'], home);
    expect(resources).toContain('RevocableByToken');
    expect(resources).toContain('More');
  });
});
