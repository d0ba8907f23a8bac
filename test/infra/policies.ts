import { render, type Synthesised } from './synth.ts';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** The statements of a function's own role, which is all it may do. */
export const statementsOf = (stack: Synthesised, functionId: string): Statement[] => {
  const role = stack.one('AWS::IAM::Role', `Functions${functionId}Role`);
  const isAttached = (roles: unknown) => listed(roles).some((one) => JSON.stringify(one).includes(role.id));
  // What is too long for one policy goes on in a managed one.
  return [...stack.of('AWS::IAM::Policy'), ...stack.of('AWS::IAM::ManagedPolicy')]
    .filter(({ Properties }) => isAttached(Properties.Roles))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
};

const conditionOf = ({ Condition }: Statement) =>
  Condition
    ? ` if ${Object.values(Condition)
        .flatMap((test) => Object.values(test).map(render))
        .join(' ')}`
    : '';

/** One line for each action and resource. */
export const lines = (statements: readonly Statement[], effect: Statement['Effect']): string[] =>
  statements
    .filter((statement) => statement.Effect === effect)
    .flatMap((statement) =>
      listed(statement.Action).flatMap((action) =>
        listed(statement.Resource).map((arn) => `${action} ${render(arn)}${conditionOf(statement)}`),
      ),
    )
    .sort();
