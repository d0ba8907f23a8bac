import { Stage } from 'aws-cdk-lib';
import { CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import type { Construct, IConstruct } from 'constructs';

/** What an authorizer of a REST API knows of a request. */
export interface Sight {
  readonly authorizerId: string;
  readonly restApiId: string;
  /** No request without a token comes through. */
  readonly wantsToken: boolean;
  /** Each API key is decided on by itself. */
  readonly seesKeys: boolean;
}

/** Where all constructs are that end up in one deployment: other stacks may add routes too. */
export const rootOf = (scope: IConstruct): IConstruct => Stage.of(scope) ?? scope.node.root;

const problemsOf = (method: CfnMethod, { restApiId, wantsToken, seesKeys }: Sight): string[] => {
  const { path } = method.node;
  const wantsKey = method.apiKeyRequired !== undefined && method.apiKeyRequired !== false;
  return [
    ...(method.restApiId === restApiId ? [] : [`${path} is of another API than its authorizer`]),
    ...(wantsKey && !seesKeys
      ? [`${path} requires an API key, which its authorizer would not look at each time`]
      : []),
    ...(wantsToken || method.apiKeyRequired === true
      ? []
      : [
          `${path} must require an API key: its authorizer asks for no token, and nobody else would check a key`,
        ]),
  ];
};

/** For `node.addValidation`: methods that this authorizer would let somebody through to. */
export const methodProblems = (scope: Construct, sight: Sight): string[] =>
  rootOf(scope)
    .node.findAll()
    .filter((one): one is CfnMethod => one instanceof CfnMethod && one.authorizerId === sight.authorizerId)
    .flatMap((method) => problemsOf(method, sight));
