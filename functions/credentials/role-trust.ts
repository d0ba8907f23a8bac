import { z } from 'zod';
import type { SessionName } from '../domain/credential.ts';
import { jsonOf } from '../shared/json.ts';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const value = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const values = z.union([value.transform((one) => [one]), z.array(value)]);

const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  /** Absent where `NotAction` stands. */
  Action: texts.optional(),
  Principal: z.union([z.literal('*'), z.record(z.string(), texts)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
});
type Statement = z.output<typeof statementSchema>;

const policySchema = z.object({
  Version: z.string().optional(),
  Statement: z.union([statementSchema.transform((one) => [one]), z.array(statementSchema)]),
});

/** AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity, and whatever may stand for one of them. */
const assumes = ({ Effect, Action }: Statement): boolean =>
  Effect === 'Allow' && (Action?.some((action) => /^sts:assume|[*?]/i.test(action)) ?? true);

const isSaml = ({ Principal }: Statement): boolean => {
  if (typeof Principal !== 'object') return false;
  const { Federated = [], ...others } = Principal;
  return (
    Object.keys(others).length === 0 &&
    Federated.length > 0 &&
    Federated.every((arn) => /^arn:[\w-]+:iam::\d+:saml-provider\//.test(arn))
  );
};

const setsSourceIdentity = ({ Action = [] }: Statement): boolean =>
  Action.some((action) => ['sts:setsourceidentity', 'sts:*', '*'].includes(action.toLowerCase()));

/** With wildcards beside it, or with a default value, the caller would have a choice again. */
const fixedByAws = /^\$\{aws:(username|principaltag\/[^},]+)\}$/i;

/** A caller for whom the condition key or the variable is absent is refused: none of these operators ends in IfExists. */
const equals = ['StringEquals', 'StringEqualsIgnoreCase', 'StringLike'];

const demands = ({ Condition }: Statement, key: string): boolean =>
  equals.some((operator) =>
    Object.entries(Condition[operator] ?? {}).some(
      ([name, names]) =>
        name.toLowerCase() === key && names.length > 0 && names.every((text) => fixedByAws.test(text)),
    ),
  );

const vouching: Readonly<Record<SessionName, (statement: Statement) => boolean>> = {
  'session-name': isSaml,
  'source-identity': (statement) => isSaml(statement) && setsSourceIdentity(statement),
};

const conditionKey = {
  'session-name': 'sts:rolesessionname',
  'source-identity': 'sts:sourceidentity',
} as const;

/**
 * Whether nobody can begin a session of this role under a name of their own choice. True where every statement that lets
 * somebody assume it either trusts SAML providers alone, since the name comes from the assertion ("Configure SAML
 * assertions for the authentication response"; for the source identity, "Monitor and control actions taken with
 * assumed roles"), or demands that the name equals a policy variable that AWS fills in ("Available keys for AWS STS",
 * `sts:RoleSessionName`). Callers of AssumeRole and AssumeRoleWithWebIdentity choose their session name ("AssumeRole",
 * "AssumeRoleWithWebIdentity", STS API Reference). What is not understood, such as a Deny, vouches for nothing.
 *
 * Assumption: tags of principals are set by administrators. Limit: a session may have begun under an earlier trust policy.
 */
export const vouchesFor = (document: string, by: SessionName): boolean => {
  const policy = policySchema.safeParse(jsonOf(document)).data;
  // Variables are plain text in older versions ("IAM policy elements: Variables and tags").
  const hasVariables = policy?.Version === '2012-10-17';
  const doors = policy?.Statement.filter(assumes) ?? [];
  const isVouched = (statement: Statement) =>
    vouching[by](statement) || (hasVariables && demands(statement, conditionKey[by]));
  return doors.length > 0 && doors.every(isVouched);
};
