import { type Credential, credentialKey } from '../../functions/domain/credential.ts';
import type { DriftKind } from '../../functions/domain/sweep-settings.ts';
import type { Place } from '../../functions/shared/aws-clients.ts';
import type { Drifts } from '../../functions/stores/drifts.ts';

/** Double of `DynamoDrifts`, held to the same contract. */
export class MemoryDrifts implements Drifts {
  readonly #told = new Set<string>();
  readonly #newest = new Map<string, string>();

  async wasTold(credential: Credential): Promise<boolean> {
    return this.#told.has(credentialKey(credential));
  }

  async noteTold(credential: Credential): Promise<void> {
    this.#told.add(credentialKey(credential));
  }

  async newest({ account, region }: Place, kind: DriftKind): Promise<string | undefined> {
    return this.#newest.get(`${account}:${region} ${kind}`);
  }

  async noteNewest({ account, region }: Place, kind: DriftKind, madeAt: string): Promise<void> {
    const key = `${account}:${region} ${kind}`;
    if (madeAt > (this.#newest.get(key) ?? '')) this.#newest.set(key, madeAt);
  }
}
