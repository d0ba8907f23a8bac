import type { Credential } from '../../functions/domain/credential.ts';
import type { SecretHashes } from '../../functions/stores/secret-hashes.ts';

/** Double of `DynamoSecretHashes`, held to the same contract. */
export class MemorySecretHashes implements SecretHashes {
  readonly #rows = new Map<string, Credential>();

  async credentialOf(sha256: string): Promise<Credential | undefined> {
    return this.#rows.get(sha256);
  }

  async remember(sha256: string, credential: Credential): Promise<void> {
    this.#rows.set(sha256, credential);
  }
}
