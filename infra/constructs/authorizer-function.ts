import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { InvalidInput } from '../../functions/domain/errors.ts';

const isElsewhere = (one: string, other: string): boolean =>
  Token.compareStrings(one, other) === TokenComparison.DIFFERENT;

/**
 * The function as one that this stack can let API Gateway invoke. CDK leaves the permission out for an imported
 * function unless told that it is at home here, and puts it into the function's own stack otherwise, which would then
 * need the API that needs the function.
 *
 * Throws `InvalidInput` where the ARN shows that no template of this stack can hold the permission.
 */
export const invocableFunction = (scope: Construct, authorize: IFunction | string): IFunction => {
  const stack = Stack.of(scope);
  const isMadeHere =
    typeof authorize !== 'string' &&
    Stack.of(authorize) === stack &&
    authorize.node.defaultChild !== undefined;
  if (isMadeHere) return authorize;
  const functionArn = typeof authorize === 'string' ? authorize : authorize.functionArn;
  const attributes = { functionArn, sameEnvironment: true };
  const imported = LambdaFunction.fromFunctionAttributes(scope, 'Function', attributes);
  const { account, region } = imported.env;
  if (isElsewhere(account, stack.account) || isElsewhere(region, stack.region)) {
    throw new InvalidInput('authorize', 'must be in the account and region of the API');
  }
  return imported;
};
