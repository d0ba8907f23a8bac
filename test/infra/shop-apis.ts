import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { MockIntegration, RestApi, type RestApiProps } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, type HttpApiProps } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { newOutdir } from './synth.ts';

export const authorizeArn = 'arn:aws:lambda:eu-west-1:123456789012:function:authorize';

/** A stack of somebody else's app. */
export const newStack = (props: StackProps = {}): Stack =>
  new Stack(new App({ analyticsReporting: false, outdir: newOutdir() }), 'Shop', props);

export const mock = new MockIntegration();
/** One for each API: CDK lets an integration have one only. */
export const backend = () => new HttpUrlIntegration('Backend', 'https://example.com');

export const restApi = (scope: Construct, props: RestApiProps = {}): RestApi =>
  new RestApi(scope, 'Rest', { cloudWatchRole: false, ...props });

export const httpApi = (scope: Construct, props: HttpApiProps = {}): HttpApi =>
  new HttpApi(scope, 'Http', props);

export const newFunction = (scope: Construct): LambdaFunction =>
  new LambdaFunction(scope, 'Authorize', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {}'),
  });

interface Found {
  readonly id: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export const resourcesOf = (stack: Stack, type: string): Found[] =>
  Object.entries(Template.fromStack(stack).findResources(type)).map(
    ([id, resource]) => ({ ...resource, id }) as Found,
  );

/** The properties of the one resource of that type whose logical id begins so. */
export const theOne = (stack: Stack, type: string, prefix = ''): Found['Properties'] => {
  const [found, ...others] = resourcesOf(stack, type).filter(({ id }) => id.startsWith(prefix));
  if (!found || others.length > 0) throw new Error(`not exactly one ${type} ${prefix}`);
  return found.Properties;
};

export const warningsOf = (stack: Stack): string[] =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => String(entry.data));
