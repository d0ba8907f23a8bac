import { z } from 'zod';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** "Output from an API Gateway Lambda authorizer", as far as it decides. */
const policySchema = z.object({
  principalId: z.string(),
  policyDocument: z.object({
    Statement: z.array(
      z.object({ Effect: z.enum(['Allow', 'Deny']), Action: oneOrMore, Resource: oneOrMore }),
    ),
  }),
  usageIdentifierKey: z.string().nullish(),
});

/** "Control access to HTTP APIs with AWS Lambda authorizers", simple response. */
const simpleSchema = z.object({ isAuthorized: z.boolean() });

type Policy = z.output<typeof policySchema>;

/** What an authorizer answered: a policy, or a plain yes or no. */
export type AuthorizerResult = Policy | z.output<typeof simpleSchema>;

/** `undefined` for what is not in the form that was asked for. */
export const resultIn = (answer: unknown, form: 'policy' | 'simple'): AuthorizerResult | undefined =>
  (form === 'policy' ? policySchema : simpleSchema).safeParse(answer).data;

export type Outcome = 'allow' | 'explicit-deny' | 'implicit-deny';

/** `*` stands for any text and `?` for one character (IAM User Guide, "IAM JSON policy elements: Resource"). */
const matches = (pattern: string, text: string): boolean => {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
};

/** Denied unless allowed, and an explicit deny wins (IAM User Guide, "Policy evaluation logic"). */
const evaluatePolicy = ({ policyDocument }: Policy, arn: string): Outcome => {
  const applying = policyDocument.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((action) => matches(action.toLowerCase(), 'execute-api:invoke')) &&
      Resource.some((resource) => matches(resource, arn)),
  );
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'explicit-deny';
  return applying.length > 0 ? 'allow' : 'implicit-deny';
};

/** `arn` is that of the method that was asked for, also where the result was kept from another request. */
export const evaluate = (result: AuthorizerResult, arn: string): Outcome => {
  if ('policyDocument' in result) return evaluatePolicy(result, arn);
  return result.isAuthorized ? 'allow' : 'explicit-deny';
};
