import { Annotations, type Duration, Names, Stack } from 'aws-cdk-lib';
import { AuthorizationType, type IAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type {
  HttpRouteAuthorizerBindOptions,
  HttpRouteAuthorizerConfig,
  IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { InvalidInput } from '../../functions/domain/errors.ts';
import { invocableFunction } from './authorizer-function.ts';
import { methodProblems } from './authorizer-methods.ts';
import {
  type HttpApiLike,
  httpAuthorizer,
  type RestApiLike,
  restAuthorizer,
} from './authorizer-resources.ts';

export interface TokenAuthorizerProps {
  /** The one API that it is for. */
  readonly api: RestApiLike | HttpApiLike;
  /** Cutoff's authorizer, or its ARN: the output `AuthorizeFunctionArn` of Cutoff's stack. */
  readonly authorize: IFunction | string;
  /** How long API Gateway keeps an answer, an hour at most; not at all by default. Revocations may be that late. */
  readonly cache?: Duration;
  /**
   * What a request must have before the function is asked, and what answers are kept by: `Authorization` by default.
   * None for methods of a REST API on which an API key alone is an identity.
   */
  readonly headers?: readonly string[];
  /** REST APIs only. The function of a `token` authorizer sees one header, and no API key. */
  readonly type?: 'request' | 'token';
  /** HTTP APIs only: what Cutoff's setting `enforcement.httpApiResponses` says. */
  readonly responses?: 'simple' | 'iam';
}

type Checked = Required<Pick<TokenAuthorizerProps, 'headers' | 'type'>> & { readonly seconds: number };

const isRest = (api: RestApiLike | HttpApiLike): api is RestApiLike => 'restApiId' in api;

const has = (headers: readonly string[], name: string): boolean =>
  headers.some((header) => header.toLowerCase() === name);

/** The function reads tokens from there, except for a TOKEN authorizer, which hands it over. */
const wantsToken = ({ type, headers }: Checked): boolean => type === 'token' || has(headers, 'authorization');

const check = (checked: Checked, api: RestApiLike | HttpApiLike): void => {
  const { type, headers, seconds } = checked;
  if (type === 'token' && !isRest(api)) throw new InvalidInput('type', 'token is for REST APIs');
  if (type === 'token' && headers.length !== 1)
    throw new InvalidInput('headers', 'must be one for type token');
  if (seconds > 3600) throw new InvalidInput('cache', 'must be an hour at most');
  if (seconds > 0 && !wantsToken(checked)) {
    throw new InvalidInput(
      'cache',
      'needs Authorization among the headers, or callers would share an answer',
    );
  }
};

/**
 * Puts Cutoff's authorizer in front of routes of a REST API or an HTTP API: goes wherever CDK takes an `authorizer`.
 * Throws `InvalidInput` for what API Gateway would refuse, or would let the wrong caller through with.
 */
export class TokenAuthorizer extends Construct implements IAuthorizer, IHttpRouteAuthorizer {
  readonly authorizerId: string;
  readonly authorizationType = AuthorizationType.CUSTOM;
  readonly #apiId: string;

  constructor(scope: Construct, id: string, props: TokenAuthorizerProps) {
    super(scope, id);
    // A link to a package brings its own CDK, to which no construct of the app is one: its checks would see nothing.
    if (!(Stack.of(this) instanceof Stack))
      throw new InvalidInput(
        'cutoff',
        'must share aws-cdk-lib with the app: install a packed copy, not a link',
      );
    const { api, headers = ['Authorization'], type = 'request', responses = 'simple' } = props;
    const checked = { headers, type, seconds: props.cache?.toSeconds() ?? 0 };
    check(checked, api);
    const settings = { ...checked, responses, invoked: invocableFunction(this, props.authorize) };
    this.#apiId = isRest(api) ? api.restApiId : api.apiId;
    this.authorizerId = isRest(api)
      ? restAuthorizer(this, api, settings)
      : httpAuthorizer(this, api, settings);
    this.#permit(settings.invoked);
    if (isRest(api)) this.#watchMethods(checked);
    if (checked.seconds > 0) this.#tellOfCache(checked.seconds);
  }

  /** For CDK, when the authorizer is given to a route. */
  bind({ route }: HttpRouteAuthorizerBindOptions): HttpRouteAuthorizerConfig {
    if (route.httpApi.apiId !== this.#apiId) throw new InvalidInput('authorizer', 'is of another API');
    return { authorizerId: this.authorizerId, authorizationType: AuthorizationType.CUSTOM };
  }

  /** To this API's authorizer, and to no other caller. */
  #permit(invoked: IFunction): void {
    invoked.addPermission(`${Names.uniqueId(this)}:Permissions`, {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.#apiId,
        resourceName: `authorizers/${this.authorizerId}`,
      }),
    });
  }

  #watchMethods(checked: Checked): void {
    const { type, headers, seconds } = checked;
    const sight = {
      authorizerId: this.authorizerId,
      restApiId: this.#apiId,
      wantsToken: wantsToken(checked),
      seesKeys: type === 'request' && (seconds === 0 || has(headers, 'x-api-key')),
    };
    this.node.addValidation({ validate: () => methodProblems(this, sight) });
  }

  #tellOfCache(seconds: number): void {
    Annotations.of(this).addWarningV2(
      'cutoff:cached-answers',
      `API Gateway keeps answers for ${seconds} s. Name each stage of this API in Cutoff's setting ` +
        `enforcement.caches, with "seconds": ${seconds}, or revocations are that much late`,
    );
  }
}
