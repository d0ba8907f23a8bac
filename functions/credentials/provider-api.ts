import type { z } from 'zod';
import { CutoffError } from '../domain/errors.ts';
import { jsonOf } from '../shared/json.ts';
import { calling } from './aws-errors.ts';
import type { Order } from './credential-revoker.ts';

/** What a provider answered or a secret holds, checked. The text is never quoted: it may be a token. */
export const parsed = <T>(schema: z.ZodType<T>, text: string, problem: string): T => {
  const result = schema.safeParse(jsonOf(text));
  if (result.success) return result.data;
  throw new CutoffError(problem, { code: 'unavailable', retryable: true });
};

/** The text of the secret with which a provider is asked. */
export const secretText = (secret: (arn: string) => Promise<string>, arn: string): Promise<string> =>
  calling('secretsmanager:GetSecretValue', () => secret(arn));

/** Denied is retryable: whoever set up the token may put it right while the message still waits. */
export const refusal = (permission: string, status: number): CutoffError => {
  if (status === 401 || status === 403) {
    const message = `${permission} is not allowed to the configured credential (${status})`;
    return new CutoffError(message, { code: 'access-denied', retryable: true });
  }
  const isInvalid = status === 400;
  return new CutoffError(`${permission} answered ${status}`, {
    code: isInvalid ? 'invalid-input' : 'unavailable',
    retryable: !isInvalid,
  });
};

/** All of them, even where one fails, since what can be cut is cut; then the first failure. */
export const allOf = async (calls: readonly Promise<unknown>[]): Promise<void> => {
  const failed = (await Promise.allSettled(calls)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
};

/** With `end-sessions` only what is from before has to go: whoever signs in again is welcome. */
export const hasToGo = (created: string | null | undefined, { action, cutoff }: Order): boolean =>
  action !== 'end-sessions' || !(Date.parse(created ?? '') > Date.parse(cutoff));
