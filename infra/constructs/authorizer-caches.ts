import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CachedStage } from '../../functions/domain/enforcement-settings.ts';
import type { StageConfig } from '../stage-config.ts';
import { allow, type Grantee } from './allow.ts';

/**
 * HTTP APIs: `AuthorizersCache` in "Actions, resources, and condition keys for Amazon API Gateway Management V2"
 * (Service Authorization Reference). Assumption: REST APIs, for which that reference names no such resource, go by
 * the path of the request, as their other resources do ("API Gateway ARN reference", Developer Guide).
 *
 * `$default` stands for itself: a policy variable needs braces ("IAM policy elements: Variables and tags").
 */
const arnOf = ({ api, stage, type }: CachedStage): string => {
  const path = `${type === 'http' ? 'apis' : 'restapis'}/${api}/stages/${stage}/cache/authorizers`;
  return `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::/${path}`;
};

/** What API Gateway keeps of the authorizer's answers, on the stages that the settings name. */
export class AuthorizerCaches extends Construct {
  readonly #stages: readonly CachedStage[];

  constructor(scope: Construct, id: string, { enforcement }: Pick<StageConfig, 'enforcement'>) {
    super(scope, id);
    this.#stages = enforcement.caches;
  }

  grantFlush(grantee: Grantee): void {
    if (this.#stages.length === 0) return;
    allow(grantee, { actions: ['apigateway:DELETE'], resources: this.#stages.map(arnOf) });
  }
}
