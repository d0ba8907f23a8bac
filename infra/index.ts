/** What other CDK apps use of Cutoff (docs/enforcement.md). */
export { RevocableApi, type RevocableApiProps } from './constructs/revocable-api.ts';
export { TokenAuthorizer, type TokenAuthorizerProps } from './constructs/token-authorizer.ts';
