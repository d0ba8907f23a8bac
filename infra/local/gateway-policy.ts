import { z } from 'zod';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** "Output from an API Gateway Lambda authorizer", as far as it decides. */
const answerSchema = z.object({
  principalId: z.string(),
  policyDocument: z.object({
    Statement: z.array(
      z.object({ Effect: z.enum(['Allow', 'Deny']), Action: oneOrMore, Resource: oneOrMore }),
    ),
  }),
});

export type PolicyOutcome = 'allow' | 'explicit-deny' | 'implicit-deny' | 'invalid';

/** `*` stands for any text and `?` for one character (IAM User Guide, "IAM JSON policy elements: Resource"). */
const matches = (pattern: string, text: string): boolean => {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
};

/** Denied unless allowed, and an explicit deny wins (IAM User Guide, "Policy evaluation logic"). */
export const evaluate = (answer: unknown, methodArn: string): PolicyOutcome => {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return 'invalid';
  const applying = parsed.data.policyDocument.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((action) => matches(action.toLowerCase(), 'execute-api:invoke')) &&
      Resource.some((resource) => matches(resource, methodArn)),
  );
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'explicit-deny';
  return applying.length > 0 ? 'allow' : 'implicit-deny';
};
