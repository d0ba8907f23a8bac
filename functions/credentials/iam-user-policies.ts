import {
  AttachUserPolicyCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  PutUserPolicyCommand,
  paginateListAttachedUserPolicies,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import { calling, callingPages, unlessGone } from './aws-errors.ts';
import { awsDenyAllArn, decodedDocument } from './deny-all-policy.ts';
import { quotaIsFinal } from './quota-is-final.ts';

/** The policies of one IAM user, as far as Cutoff touches them. A user that is gone is `not-found`. */
export class IamUserPolicies {
  readonly #client: IAMClient;
  readonly #pages: { readonly client: IAMClient; readonly pageSize: number };
  /** A paginator writes its marker into its input, so each gets a copy. */
  readonly #user: { readonly UserName: string };

  constructor(client: IAMClient, userName: string) {
    this.#client = quotaIsFinal(client);
    this.#pages = { client: this.#client, pageSize: 1000 };
    this.#user = { UserName: userName };
  }

  /** JSON text of the inline policy of that name, `undefined` where there is none. */
  async inline(name: string): Promise<string | undefined> {
    const get = new GetUserPolicyCommand({ ...this.#user, PolicyName: name });
    const answer = await unlessGone(calling('iam:GetUserPolicy', () => this.#client.send(get)));
    return answer?.PolicyDocument && decodedDocument(answer.PolicyDocument);
  }

  async putInline(name: string, document: string): Promise<void> {
    const policy = { PolicyName: name, PolicyDocument: document };
    const put = new PutUserPolicyCommand({ ...this.#user, ...policy });
    await calling('iam:PutUserPolicy', () => this.#client.send(put));
  }

  async deleteInline(name: string): Promise<void> {
    const remove = new DeleteUserPolicyCommand({ ...this.#user, PolicyName: name });
    await calling('iam:DeleteUserPolicy', () => this.#client.send(remove));
  }

  async inlineNames(): Promise<string[]> {
    const pages = paginateListUserPolicies(this.#pages, { ...this.#user });
    const all = await Array.fromAsync(callingPages('iam:ListUserPolicies', pages));
    return all.flatMap((page) => page.PolicyNames ?? []);
  }

  /** ARNs of the managed policies attached to the user itself, not to its groups. */
  async attached(): Promise<string[]> {
    const pages = paginateListAttachedUserPolicies(this.#pages, { ...this.#user });
    const all = await Array.fromAsync(callingPages('iam:ListAttachedUserPolicies', pages));
    return all.flatMap((page) => page.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []);
  }

  async attach(arn: string): Promise<void> {
    const attach = new AttachUserPolicyCommand({ ...this.#user, PolicyArn: arn });
    await calling('iam:AttachUserPolicy', () => this.#client.send(attach));
  }

  async detach(arn: string): Promise<void> {
    const detach = new DetachUserPolicyCommand({ ...this.#user, PolicyArn: arn });
    await calling('iam:DetachUserPolicy', () => this.#client.send(detach));
  }

  /** The client is for the region of the deployment, and that has the partition of the user. */
  async awsDenyAll(): Promise<string> {
    return awsDenyAllArn(await this.#client.config.region());
  }
}
