import { Aws, Validations } from 'aws-cdk-lib';
import {
  AuthorizationType,
  LambdaIntegration,
  type Method,
  type MethodOptions,
  type RestApi,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { TokenSettings } from '../../functions/domain/issue-settings.ts';
import type { Issuer } from '../../functions/domain/settings.ts';
import type { Grantee } from './allow.ts';
import type { ServiceFunction } from './service-function.ts';
import { makeTokenApi, stageName, tokenRoutes } from './token-api.ts';
import { TokenAuthorizer } from './token-authorizer.ts';
import { TokenKey } from './token-key.ts';
import { addTokenPlan } from './token-plan.ts';

const byOther = {
  id: 'AwsSolutions-COG4',
  reason: 'callers show an API key or a signature of IAM, and have no Cognito user',
};

/** Short-lived access tokens: the key that signs them, and the API that exchanges keys and IAM identities for them. */
export class TokenService extends Construct {
  readonly api: RestApi;
  readonly usagePlan: UsagePlan;
  /** As the authorizer and the revokers know it. */
  readonly issuer: Issuer;
  readonly #key: TokenKey;

  constructor(scope: Construct, id: string, { tokens }: { tokens: TokenSettings }) {
    super(scope, id);
    this.#key = new TokenKey(this, 'Key', tokens);
    this.api = makeTokenApi(this);
    this.usagePlan = addTokenPlan(this.api);
    const { restApiId } = this.api;
    const own = `https://${restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${stageName}`;
    const issuer = tokens.issuer ?? own;
    this.issuer = {
      issuer,
      audience: tokens.audience,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      subjectClaim: 'sub',
      subjectFormat: 'email',
      longestTokenSeconds: tokens.minutes * 60,
    };
  }

  get keyId(): string {
    return this.#key.keyId;
  }

  /** The routes, once there is a function behind them. */
  serve({
    token,
    authorize,
  }: {
    readonly token: ServiceFunction;
    readonly authorize: ServiceFunction;
  }): void {
    const integration = new LambdaIntegration(token.lambda, { allowTestInvoke: false });
    const route = (method: string, path: string, options: MethodOptions): Method =>
      this.api.root.resourceForPath(path).addMethod(method, integration, options);
    // By the id of the key alone: who has only that has no token to show yet.
    const byKey = new TokenAuthorizer(this, 'ByKey', {
      api: this.api,
      authorize: authorize.lambda,
      headers: [],
    });
    const exchanges = [
      route('POST', tokenRoutes.byKey, { authorizer: byKey, apiKeyRequired: true }),
      route('POST', tokenRoutes.byIam, { authorizationType: AuthorizationType.IAM }),
    ];
    for (const method of exchanges) Validations.of(method).acknowledge(byOther);
    for (const document of tokenRoutes.documents) {
      const method = route('GET', document, { authorizationType: AuthorizationType.NONE });
      const reason =
        'public keys, and where they are: whoever checks a token needs them, and nothing in them is secret';
      Validations.of(method).acknowledge(byOther, { id: 'AwsSolutions-APIG4', reason });
    }
  }

  grantSign(grantee: Grantee): void {
    this.#key.grantSign(grantee);
  }
}
