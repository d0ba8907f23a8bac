import {
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { CutoffError } from '../domain/errors.ts';
import { calling } from './aws-errors.ts';
import { isForbiddenByState, unlessSecretGone } from './secret-gone.ts';
import { longestPolicy, mark } from './stored-secret-policy.ts';

export interface SecretSeen {
  readonly secret: DescribeSecretResponse;
  /** JSON text, `null` where there is none. */
  readonly policy: string | null;
}

export const isMarked = ({ Tags }: DescribeSecretResponse): boolean =>
  Tags?.some(({ Key }) => Key === mark) === true;

/** The calls on one secret. None of them reads its value; whatever a secret that is gone is asked answers `undefined`. */
export class StoredSecretCalls {
  readonly #client: SecretsManagerClient;
  readonly #SecretId: string;

  constructor(client: SecretsManagerClient, id: string) {
    this.#client = client;
    this.#SecretId = id;
  }

  /** One whose deletion is scheduled still answers, and is gone for everybody ("DescribeSecret", API Reference). */
  async describe(): Promise<DescribeSecretResponse | undefined> {
    const describe = new DescribeSecretCommand({ SecretId: this.#SecretId });
    const secret = await this.#call('DescribeSecret', () => this.#client.send(describe));
    return secret?.DeletedDate ? undefined : secret;
  }

  async look(): Promise<SecretSeen | undefined> {
    const secret = await this.describe();
    if (!secret) return undefined;
    const get = new GetResourcePolicyCommand({ SecretId: this.#SecretId });
    const answer = await this.#call('GetResourcePolicy', () => this.#client.send(get));
    return answer && { secret, policy: answer.ResourcePolicy ?? null };
  }

  /** Without `BlockPublicPolicy`: what others allow there is not judged here, and must not keep our denial out. */
  async putPolicy(policy: string): Promise<void> {
    if (policy.length > longestPolicy) {
      throw new CutoffError('secretsmanager:PutResourcePolicy: no room for a denial in the resource policy', {
        code: 'limit-exceeded',
        retryable: false,
      });
    }
    const put = new PutResourcePolicyCommand({ SecretId: this.#SecretId, ResourcePolicy: policy });
    await this.#call('PutResourcePolicy', () => this.#client.send(put));
  }

  async deletePolicy(): Promise<void> {
    const remove = new DeleteResourcePolicyCommand({ SecretId: this.#SecretId });
    await this.#call('DeleteResourcePolicy', () => this.#client.send(remove));
  }

  async mark(time: string): Promise<void> {
    const Tags = [{ Key: mark, Value: time }];
    const tag = new TagResourceCommand({ SecretId: this.#SecretId, Tags });
    await this.#call('TagResource', () => this.#client.send(tag));
  }

  async unmark(): Promise<void> {
    const untag = new UntagResourceCommand({ SecretId: this.#SecretId, TagKeys: [mark] });
    await this.#call('UntagResource', () => this.#client.send(untag));
  }

  /**
   * Starts a rotation as it is configured; whoever asks must be allowed to invoke the function ("RotateSecret", API
   * Reference). While an earlier one is under way, or was left half done, Secrets Manager refuses: the same end state if
   * it ends, and if it does not, the next look says so.
   */
  async rotate(): Promise<void> {
    const rotate = new RotateSecretCommand({ SecretId: this.#SecretId });
    try {
      await this.#call('RotateSecret or lambda:InvokeFunction', () => this.#client.send(rotate));
    } catch (error) {
      if (!isForbiddenByState(error)) throw error;
    }
  }

  async delete(days: number): Promise<void> {
    const remove = new DeleteSecretCommand({ SecretId: this.#SecretId, RecoveryWindowInDays: days });
    await this.#call('DeleteSecret', () => this.#client.send(remove));
  }

  #call<T>(permission: string, send: () => Promise<T>): Promise<T | undefined> {
    return unlessSecretGone(calling(`secretsmanager:${permission}`, send));
  }
}
