import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { runCommand } from './run-command.ts';
import { setting } from './settings.ts';

const usage =
  'usage: npm run operator -- \'{"subject": {"format": "email", "email": "…"}, "reason": "…", "dryRun": true}\'';

interface LambdaError {
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/**
 * Calls the operator function: the deployed one, or the local one where AWS_ENDPOINT_URL_LAMBDA points to
 * `npm run local`. Exit 1 with the function's own sentence where it refuses the request.
 */
await runCommand(async ([request]) => {
  if (!request) throw new Error(usage);
  const FunctionName = setting('CUTOFF_OPERATOR_FUNCTION');
  const answer = await new LambdaClient({}).send(new InvokeCommand({ FunctionName, Payload: request }));
  const text = answer.Payload?.transformToString() ?? 'null';
  const result: unknown = JSON.parse(text);
  if (answer.FunctionError) {
    const { errorType, errorMessage } = result as LambdaError;
    throw new Error(`${errorType ?? 'Error'}: ${errorMessage ?? text}`);
  }
  console.log(JSON.stringify(result, null, 2));
});
