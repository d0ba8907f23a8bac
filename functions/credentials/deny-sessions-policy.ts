import { z } from 'zod';
import { jsonOf } from '../shared/json.ts';

/** Our inline policy's name. Another document under this name is somebody else's, and is replaced. */
export const denySessionsName = 'CutoffDenySessions';

const statement = {
  Sid: 'CutoffDenySessions',
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
};

/**
 * Denies whatever was minted before `before` (ISO 8601). Long-term keys carry no `aws:TokenIssueTime`, and a condition on
 * a key that is absent does not match ("AWS global condition context keys"; "Revoke IAM role temporary security
 * credentials" uses the same statement): they go on.
 */
export const denySessionsDocument = (before: string): string => {
  const Condition = { DateLessThan: { 'aws:TokenIssueTime': before } };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Condition }] });
};

const ours = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.tuple([
    z.strictObject({
      Sid: z.literal(statement.Sid),
      Effect: z.literal(statement.Effect),
      Action: z.literal(statement.Action),
      Resource: z.literal(statement.Resource),
      Condition: z.strictObject({
        DateLessThan: z.strictObject({ 'aws:TokenIssueTime': z.iso.datetime() }),
      }),
    }),
  ]),
});

/** The time in a document of ours; `undefined` for somebody else's words, which deny nothing that we could rely on. */
export const deniedBeforeIn = (document: string): string | undefined => {
  const [only] = ours.safeParse(jsonOf(document)).data?.Statement ?? [];
  return only?.Condition.DateLessThan['aws:TokenIssueTime'];
};
