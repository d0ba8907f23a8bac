import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CutoffError } from '../domain/errors.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { calling, isLimitExceeded, unlessGone } from './aws-errors.ts';
import { decodedDocument } from './deny-all-policy.ts';
import { quotaIsFinal } from './quota-is-final.ts';

/** What sessions of a role carry in `aws:userid` begins with `id`. */
export interface Role {
  readonly id: string;
  readonly facts: PrincipalFacts;
  /** JSON text of its trust policy. */
  readonly trust: string;
}

/**
 * Of an ARN. Roles of services and of permission sets cannot be changed by us ("UnmodifiableEntity", IAM API Reference;
 * "Disabling permissions for temporary security credentials", IAM User Guide).
 */
export const isUnmodifiable = (arn: string): boolean =>
  /:role\/(aws-service-role|aws-reserved\/sso\.amazonaws\.com)\//.test(arn);

const factsOf = (arn: string, name: string): PrincipalFacts => ({
  arn,
  name,
  tags: {},
  ...(isUnmodifiable(arn) && { doubt: 'role-cannot-be-modified' }),
});

/** As much as the ARN tells: of a role that an event names, nothing more is known. */
export const factsFromArn = (arn: string): PrincipalFacts =>
  factsOf(arn, arn.slice(arn.lastIndexOf('/') + 1));

/** One role and its inline policies, as far as Cutoff touches them. */
export class RolePolicies {
  readonly #client: IAMClient;
  readonly #name: string;

  constructor(client: IAMClient, roleName: string) {
    this.#client = quotaIsFinal(client);
    this.#name = roleName;
  }

  /** `undefined` when it is gone. */
  async read(): Promise<Role | undefined> {
    const get = new GetRoleCommand({ RoleName: this.#name });
    const answer = await unlessGone(calling('iam:GetRole', () => this.#client.send(get)));
    const role = answer?.Role;
    if (!role) return undefined;
    const { RoleId: id = '', Arn: arn = '', AssumeRolePolicyDocument: trust = '', Tags = [] } = role;
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value ?? '']));
    return { id, facts: { ...factsOf(arn, this.#name), tags }, trust: decodedDocument(trust) };
  }

  /** JSON text of the inline policy of that name, `undefined` where there is none. */
  async inline(name: string): Promise<string | undefined> {
    const get = new GetRolePolicyCommand({ RoleName: this.#name, PolicyName: name });
    const answer = await unlessGone(calling('iam:GetRolePolicy', () => this.#client.send(get)));
    return answer?.PolicyDocument && decodedDocument(answer.PolicyDocument);
  }

  /** A role that is gone has no sessions left to deny: the expected end state. */
  async deny(name: string, document: string): Promise<'denied' | 'nothing-to-deny'> {
    const put = new PutRolePolicyCommand({
      RoleName: this.#name,
      PolicyName: name,
      PolicyDocument: document,
    });
    const call = calling('iam:PutRolePolicy', () => this.#client.send(put)).catch(this.#explain);
    return (await unlessGone(call.then(() => 'denied' as const))) ?? 'nothing-to-deny';
  }

  /** Gone already, policy or role, is as good. */
  async deleteInline(name: string): Promise<void> {
    const remove = new DeleteRolePolicyCommand({ RoleName: this.#name, PolicyName: name });
    await unlessGone(calling('iam:DeleteRolePolicy', () => this.#client.send(remove)));
  }

  /** All inline policies of a role share 10,240 characters ("IAM and AWS STS quotas", IAM User Guide). */
  readonly #explain = (error: unknown): never => {
    const cause = error instanceof CutoffError ? error.cause : undefined;
    if (isLimitExceeded(error)) {
      throw new CutoffError(`iam:PutRolePolicy: role ${this.#name} has no room for another inline policy`, {
        code: 'limit-exceeded',
        retryable: false,
        cause,
      });
    }
    if (cause instanceof Error && cause.name.startsWith('UnmodifiableEntity')) {
      throw new CutoffError(`iam:PutRolePolicy: role ${this.#name} cannot be modified`, {
        code: 'invalid-input',
        retryable: false,
        cause,
      });
    }
    throw error;
  };
}
