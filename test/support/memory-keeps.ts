import { type Credential, credentialKey } from '../../functions/domain/credential.ts';
import type { Keep, Keeps } from '../../functions/stores/keeps.ts';

/** Double of `DynamoKeeps`, held to the same contract. */
export class MemoryKeeps implements Keeps {
  readonly #rows = new Map<string, Keep>();

  async keep(credential: Credential, keep: Keep): Promise<void> {
    this.#rows.set(credentialKey(credential), keep);
  }

  async of(credential: Credential): Promise<Keep | undefined> {
    return this.#rows.get(credentialKey(credential));
  }
}
