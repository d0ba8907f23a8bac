import { Annotations, AspectPriority, Aspects, type Duration, type IAspect } from 'aws-cdk-lib';
import { AuthorizationType, Deployment, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { InvalidInput } from '../../functions/domain/errors.ts';
import {
  type ApiRoute,
  checkProtectable,
  isDeployedByHand,
  type ProtectableApi,
  routeIn,
} from './api-routes.ts';
import { rootOf } from './authorizer-methods.ts';
import { TokenAuthorizer } from './token-authorizer.ts';

export interface RevocableApiProps {
  readonly api: ProtectableApi;
  /** Cutoff's authorizer, or its ARN: the output `AuthorizeFunctionArn` of Cutoff's stack. */
  readonly authorize: IFunction | string;
  /** As for `TokenAuthorizer`. Methods that require an API key are asked about each time all the same. */
  readonly cache?: Duration;
  /** REST APIs only: where a method requires an API key, the key alone is an identity. Else it wants a token too. */
  readonly apiKeys?: boolean;
  /** Routes for everybody, as `GET /health` or `$default`. Each must be there. */
  readonly open?: readonly string[];
  /** HTTP APIs only: what Cutoff's setting `enforcement.httpApiResponses` says. */
  readonly responses?: 'simple' | 'iam';
}

const isOpen = ({ resource: { authorizationType } }: ApiRoute): boolean =>
  authorizationType === undefined || authorizationType === AuthorizationType.NONE;

/** A preflight has no credentials (Fetch standard, "CORS-preflight fetch"). */
const isPreflight = ({ method }: ApiRoute): boolean => method === 'OPTIONS';

/**
 * Puts Cutoff's authorizer in front of every route of an API, whether it was added before or comes later, except for
 * those named in `open` and for `OPTIONS`. A route with another authorizer keeps it, and a warning says so. Fails the
 * synth where a route is left open that is not named, or one is named that is not there.
 *
 * Not seen: properties that are overridden (`addPropertyOverride`), and routes made outside of this app.
 */
export class RevocableApi extends Construct implements IAspect {
  readonly #props: RevocableApiProps;
  readonly #byToken: TokenAuthorizer;
  #byKey: TokenAuthorizer | undefined;

  constructor(scope: Construct, id: string, props: RevocableApiProps) {
    super(scope, id);
    checkProtectable(props.api);
    if (props.apiKeys && props.api instanceof HttpApi) {
      throw new InvalidInput('apiKeys', 'is for REST APIs: nobody would check the key of an HTTP API');
    }
    this.#props = props;
    const { api, authorize, cache, responses } = props;
    const options = { ...(cache && { cache }), ...(responses && { responses }) };
    this.#byToken = new TokenAuthorizer(this, 'ByToken', { api, authorize, ...options });
    Aspects.of(rootOf(this)).add(this, { priority: AspectPriority.MUTATING });
    this.node.addValidation({ validate: () => this.#problems() });
  }

  /** For CDK, once all constructs are there. */
  visit(node: IConstruct): void {
    const { api, open = [], apiKeys = false, cache } = this.#props;
    const route = routeIn(api, node);
    if (route) this.#protect(route);
    // A deployment is a snapshot: without a new one the stage would go on as it was.
    if (node instanceof Deployment && api instanceof RestApi && node.api.restApiId === api.restApiId) {
      node.addToLogicalId({ revocable: { open, apiKeys, seconds: cache?.toSeconds() } });
    }
    if (isDeployedByHand(api, node)) {
      const says = 'is deployed by hand: until that is done again, its routes are as open as they were';
      Annotations.of(node).addWarningV2('cutoff:deployed-by-hand', `${node.node.path} ${says}`);
    }
  }

  #protect(route: ApiRoute): void {
    if (this.#mayBeOpen(route)) return;
    const { resource } = route;
    if (isOpen(route)) {
      resource.authorizerId = this.#authorizerFor(route).authorizerId;
      resource.authorizationType = AuthorizationType.CUSTOM;
      this.#deployWith(resource);
    } else this.#tellOfAnother(route);
  }

  /** A deployment is taken as soon as what it depends on is there: a method that is not closed by then stays open in it. */
  #deployWith(resource: ApiRoute['resource']): void {
    const { api } = this.#props;
    if (!(api instanceof RestApi)) return;
    const { stack } = resource;
    if (stack === api.stack || stack.nestedStackParent === api.stack) {
      api.latestDeployment?.node.addDependency(resource);
      return;
    }
    const says =
      'is in another stack than its API: deploy the stage again once both are there, or it stays open';
    Annotations.of(resource).addWarningV2('cutoff:deployed-before', `${resource.node.path} ${says}`);
  }

  #mayBeOpen(route: ApiRoute): boolean {
    const { open = [] } = this.#props;
    return isPreflight(route) || (route.name !== undefined && open.includes(route.name));
  }

  /** A kept answer must not be for another key; and where a key is enough, no token may be demanded. */
  #authorizerFor({ wantsKey }: ApiRoute): TokenAuthorizer {
    const { api, authorize, cache, apiKeys } = this.#props;
    if (!wantsKey || (!apiKeys && !cache)) return this.#byToken;
    const headers = apiKeys ? [] : ['Authorization'];
    this.#byKey ??= new TokenAuthorizer(this, 'ByKey', { api, authorize, headers });
    return this.#byKey;
  }

  #tellOfAnother({ resource }: ApiRoute): void {
    const ours = rootOf(this)
      .node.findAll()
      .some((one) => one instanceof TokenAuthorizer && one.authorizerId === resource.authorizerId);
    if (ours) return;
    const says = 'has an authorizer of its own, which knows nothing of revocations';
    Annotations.of(resource).addWarningV2('cutoff:another-authorizer', `${resource.node.path} ${says}`);
  }

  #problems(): string[] {
    const { api, open = [] } = this.#props;
    const routes = rootOf(this)
      .node.findAll()
      .flatMap((node) => routeIn(api, node) ?? []);
    const left = routes.filter((route) => isOpen(route) && !this.#mayBeOpen(route));
    return [
      ...left.map(({ resource }) => `${resource.node.path} is open, and not named in open`),
      ...open
        .filter((name) => !routes.some((route) => route.name === name))
        .map((name) => `open names ${name}, which is no route`),
    ];
  }
}
