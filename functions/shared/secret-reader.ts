import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CutoffError } from '../domain/errors.ts';

/** Milliseconds. For as long the earlier value counts after a change. */
const keptFor = 5 * 60_000;

interface Kept {
  readonly value: Promise<string>;
  readonly until: number;
}

const fetchSecret = async (client: SecretsManagerClient, arn: string): Promise<string> => {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  if (SecretString) return SecretString;
  throw new CutoffError('a secret holds no text', { code: 'not-found', retryable: true });
};

/**
 * Secrets by ARN, kept in memory for five minutes; callers that come meanwhile share one call. A failure is not kept.
 */
export const secretReader =
  (client: SecretsManagerClient, now: () => Date = () => new Date()) =>
  (arn: string): (() => Promise<string>) => {
    let kept: Kept | undefined;
    return () => {
      const at = now().getTime();
      if (kept && at < kept.until) return kept.value;
      const value = fetchSecret(client, arn);
      const mine: Kept = { value, until: at + keptFor };
      kept = mine;
      value.catch(() => {
        if (kept === mine) kept = undefined;
      });
      return value;
    };
  };
