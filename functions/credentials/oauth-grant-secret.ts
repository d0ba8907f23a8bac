import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  type SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { CutoffError } from '../domain/errors.ts';
import { isObject, jsonOf } from '../shared/json.ts';
import { calling } from './aws-errors.ts';
import { markTag } from './oauth-grant-tags.ts';
import { unlessSecretGone } from './secret-gone.ts';

/** A refresh token and the version of the secret that it was read from. Never kept longer than one call. */
export interface HeldToken {
  readonly token: string;
  readonly version: string;
}

/** RFC 6749 appendix A.17. What is something else is sent to no server. */
const isToken = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);

const tokenOf = (text: string): unknown => {
  const json = jsonOf(text);
  return isObject(json) ? json.refresh_token : text.trim();
};

/** The calls on one secret that holds a refresh token. One that is gone answers `undefined`. */
export class GrantSecret {
  readonly #client: SecretsManagerClient;
  readonly #SecretId: string;

  constructor(client: SecretsManagerClient, id: string) {
    this.#client = client;
    this.#SecretId = id;
  }

  /** One whose deletion is scheduled answers here, but gives nobody its value ("DescribeSecret", API Reference). */
  async describe(): Promise<DescribeSecretResponse | undefined> {
    const describe = new DescribeSecretCommand({ SecretId: this.#SecretId });
    return this.#call('DescribeSecret', () => this.#client.send(describe));
  }

  /** A secret that never got a value is not found either: there is no token in it. */
  async read(): Promise<HeldToken | undefined> {
    const get = new GetSecretValueCommand({ SecretId: this.#SecretId });
    const answer = await this.#call('GetSecretValue', () => this.#client.send(get));
    if (!answer) return undefined;
    const token = tokenOf(answer.SecretString ?? '');
    if (isToken(token)) return { token, version: answer.VersionId ?? '' };
    throw new CutoffError(`${this.#SecretId} holds no refresh token`, {
      code: 'invalid-input',
      retryable: false,
    });
  }

  async mark(value: string): Promise<void> {
    const Tags = [{ Key: markTag, Value: value }];
    const tag = new TagResourceCommand({ SecretId: this.#SecretId, Tags });
    await this.#call('TagResource', () => this.#client.send(tag));
  }

  async delete(recoverableDays: number): Promise<void> {
    const input = { SecretId: this.#SecretId, RecoveryWindowInDays: recoverableDays };
    await this.#call('DeleteSecret', () => this.#client.send(new DeleteSecretCommand(input)));
  }

  #call<T>(permission: string, send: () => Promise<T>): Promise<T | undefined> {
    return unlessSecretGone(calling(`secretsmanager:${permission}`, send));
  }
}
