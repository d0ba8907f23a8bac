import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';

interface LambdaError {
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/**
 * Calls a deployed function, or the local one where AWS_ENDPOINT_URL_LAMBDA points to `npm run local`. Throws with the
 * function's own sentence where it refuses the request.
 */
export const invoke = async (
  FunctionName: string,
  request: string,
  config: LambdaClientConfig = {},
): Promise<unknown> => {
  const answer = await new LambdaClient(config).send(new InvokeCommand({ FunctionName, Payload: request }));
  const text = answer.Payload?.transformToString() ?? 'null';
  const result: unknown = JSON.parse(text);
  if (!answer.FunctionError) return result;
  const { errorType, errorMessage } = result as LambdaError;
  throw new Error(`${errorType ?? 'Error'}: ${errorMessage ?? text}`);
};
