import type { IAMClient } from '@aws-sdk/client-iam';

const isQuota = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'LimitExceededException';

/**
 * Keeps a client from retrying IAM's LimitExceeded. The SDK's retry knows errors by name only and takes this one
 * for throttling: four tries, six to ten seconds (measured), and in adaptive mode slower calls for everybody else.
 * A full user stays full, and the way out must be taken at once. The short name, IAM's own on the wire, is not on
 * the SDK's list.
 */
export const quotaIsFinal = (client: IAMClient): IAMClient => {
  client.middlewareStack.add(
    (next) => (args) =>
      next(args).catch((error: unknown) => {
        throw isQuota(error) ? Object.assign(error, { name: 'LimitExceeded' }) : error;
      }),
    // Within the retry, which has priority `high` in this step. A client may come here many times.
    { step: 'finalizeRequest', priority: 'low', name: 'quotaIsFinal', override: true },
  );
  return client;
};
