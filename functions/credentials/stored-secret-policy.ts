import { isDeepStrictEqual } from 'node:util';

/** The tag of a secret that holds a key of somebody else's API. Owner tags alone often name teams. */
export const holds = { key: 'cutoff:holds', value: 'api-key' } as const;

/** The tag of a function that rotates such secrets, and of its execution role: it must read what nobody else may. */
export const rotates = { key: 'cutoff:rotates', value: 'api-key' } as const;

/** The tag that a cut secret carries, with the time of the cut. */
export const mark = 'cutoff:revoked';

/** "PutResourcePolicy", Secrets Manager API Reference: length of `ResourcePolicy`. */
export const longestPolicy = 20_480;

type Statement = Readonly<Record<string, unknown>>;

interface Policy {
  readonly Statement: Statement | readonly Statement[];
}

/** What DescribeSecret tells of how a secret is rotated. */
export interface Rotation {
  readonly RotationEnabled?: boolean | undefined;
  readonly RotationLambdaARN?: string | undefined;
  readonly ExternalSecretRotationRoleArn?: string | undefined;
}

/** BatchGetSecretValue needs `GetSecretValue` of each secret too ("BatchGetSecretValue", API Reference). */
const everyone: Statement = {
  Sid: 'CutoffDeny',
  Effect: 'Deny',
  Principal: '*',
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
};

/**
 * Nobody may read the secret, except what rotates it. A condition on a tag or an ARN that a caller does not have matches
 * where it is negated, so everybody else stays denied ("IAM JSON policy elements: Condition operators").
 *
 * `lambda:SourceFunctionArn` would name the function, but cannot stand in resource-based policies ("Using source
 * function ARN to control function access behavior"), and DescribeSecret does not tell the function's role. So the role
 * is known by its tag. Assumption: who is to be cut may pass that tag into no session (`sts:TagSession`). A managed
 * external secret names its rotation role itself ("Security and permissions", Secrets Manager User Guide).
 */
export const denialFor = (rotation: Rotation): Statement => {
  if (!rotation.RotationEnabled) return everyone;
  const { ExternalSecretRotationRoleArn: role, RotationLambdaARN: lambda } = rotation;
  if (role) return { ...everyone, Condition: { ArnNotEquals: { 'aws:PrincipalArn': role } } };
  if (!lambda) return everyone;
  const tag = `aws:PrincipalTag/${rotates.key}`;
  return { ...everyone, Condition: { StringNotEquals: { [tag]: rotates.value } } };
};

const parse = (text: string): Policy => JSON.parse(text) as Policy;

/** IAM's grammar lets a single statement stand without brackets. */
const statementsOf = (text: string): readonly Statement[] => [parse(text).Statement].flat();

const isOurs = ({ Sid }: Statement): boolean => Sid === everyone.Sid;

const withStatements = (text: string, statements: readonly Statement[]): string =>
  JSON.stringify({ ...parse(text), Statement: statements });

const emptyPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [] });

/** The policy with `denial` beside whatever else stands there. */
export const withDenial = (text: string | null, denial: Statement): string => {
  const policy = text ?? emptyPolicy;
  return withStatements(policy, [...statementsOf(policy).filter((one) => !isOurs(one)), denial]);
};

/** The policy without our statement, `null` where nothing is left. What we never touched keeps its text. */
export const withoutDenial = (text: string | null): string | null => {
  if (text === null) return null;
  const others = statementsOf(text).filter((one) => !isOurs(one));
  if (others.length === statementsOf(text).length) return text;
  return others.length > 0 ? withStatements(text, others) : null;
};

/** The statement as we write it: under our name, but with other words, it may let somebody through. */
export const isDenied = (text: string | null, rotation: Rotation): boolean =>
  text !== null &&
  statementsOf(text).some((one) =>
    [everyone, denialFor(rotation)].some((denial) => isDeepStrictEqual(one, denial)),
  );

const saysTheSame = (one: string, other: string): boolean =>
  isDeepStrictEqual(
    { ...parse(one), Statement: statementsOf(one) },
    { ...parse(other), Statement: statementsOf(other) },
  );

/** Without our statement; byte for byte the original where nobody changed the rest meanwhile. */
export const restoredPolicy = (text: string | null, original: string | null): string | null => {
  const rest = withoutDenial(text);
  return rest !== text && rest !== null && original !== null && saysTheSame(rest, original) ? original : rest;
};
