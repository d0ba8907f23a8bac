import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { calling } from '../credentials/aws-errors.ts';
import { InvalidInput } from '../domain/errors.ts';
import { type SweepSettings, sweepSchema } from '../domain/sweep-settings.ts';
import { jsonOf } from '../shared/json.ts';

/** The policies as they are now; somebody may have changed the parameter by hand, so they are read as strictly as at synth. */
export const readSettings = async (client: SSMClient, name: string): Promise<SweepSettings> => {
  const get = new GetParameterCommand({ Name: name });
  const { Parameter } = await calling('ssm:GetParameter', () => client.send(get));
  const parsed = sweepSchema.safeParse(jsonOf(Parameter?.Value ?? ''));
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, 'sweep');
};
