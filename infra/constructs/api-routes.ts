import {
  CfnDeployment,
  CfnMethod,
  CfnResource,
  CfnRestApi,
  Deployment,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnApi, CfnRoute, CfnStage, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import { InvalidInput } from '../../functions/domain/errors.ts';
import { rootOf } from './authorizer-methods.ts';

export type ProtectableApi = RestApi | HttpApi;

export interface ApiRoute {
  /** `GET /orders/{id}`, or `$default`. Absent where it hangs off a resource that is not in sight. */
  readonly name: string | undefined;
  readonly method: string;
  readonly resource: CfnMethod | CfnRoute;
  /** A key of a usage plan. */
  readonly wantsKey: boolean;
}

/** A definition may also be put into the properties of the resource beneath. */
const isMadeByRoutes = (api: ProtectableApi): boolean => {
  const { defaultChild: resource } = api.node;
  if (api instanceof RestApi) {
    return !(resource instanceof CfnRestApi) || (resource.body ?? resource.bodyS3Location) === undefined;
  }
  if (!(api instanceof HttpApi)) return false;
  return (
    !(resource instanceof CfnApi) ||
    (resource.body ?? resource.bodyS3Location ?? resource.target) === undefined
  );
};

/** Imported APIs, and those with a definition of their own (`SpecRestApi`), have routes that no construct shows. */
export const checkProtectable = (api: ProtectableApi): void => {
  if (isMadeByRoutes(api)) return;
  throw new InvalidInput('api', 'must be a RestApi or HttpApi whose routes are made with CDK');
};

/** `undefined` below a resource that was imported: half a path may look like another one. */
const pathOf = (resourceId: string, api: RestApi): string | undefined => {
  if (resourceId === api.restApiRootResourceId) return '';
  const resource = rootOf(api)
    .node.findAll()
    .find((one): one is CfnResource => one instanceof CfnResource && one.ref === resourceId);
  const parent = resource && pathOf(resource.parentId, api);
  return parent === undefined ? undefined : `${parent}/${resource?.pathPart}`;
};

const restRoute = (resource: CfnMethod, api: RestApi): ApiRoute => {
  const { httpMethod: method, apiKeyRequired } = resource;
  const path = pathOf(resource.resourceId, api);
  const name = path === undefined ? undefined : `${method} ${path || '/'}`;
  return { name, method, resource, wantsKey: apiKeyRequired === true };
};

const httpRoute = (resource: CfnRoute): ApiRoute => {
  const [method = ''] = resource.routeKey.split(' ');
  return { name: resource.routeKey, method, resource, wantsKey: false };
};

/** A construct as a route of that API, if it is one. */
export const routeIn = (api: ProtectableApi, node: IConstruct): ApiRoute | undefined => {
  if (api instanceof RestApi) {
    return node instanceof CfnMethod && node.restApiId === api.restApiId ? restRoute(node, api) : undefined;
  }
  return node instanceof CfnRoute && node.apiId === api.apiId ? httpRoute(node) : undefined;
};

/** A stage of that API that goes on as it was until somebody deploys it. */
export const isDeployedByHand = (api: ProtectableApi, node: IConstruct): boolean => {
  if (api instanceof RestApi) {
    const isByHand = node instanceof CfnDeployment && !(node.node.scope instanceof Deployment);
    return isByHand && node.restApiId === api.restApiId;
  }
  return node instanceof CfnStage && node.apiId === api.apiId && node.autoDeploy !== true;
};
