import { type Credential, credentialKey } from '../../functions/domain/credential.ts';
import type { DriftKind } from '../../functions/domain/sweep-settings.ts';
import type { Place } from '../../functions/shared/aws-clients.ts';
import type { Made } from '../../functions/sources/event-source.ts';
import type { Drifts, Told } from '../../functions/stores/drifts.ts';

/** Double of `DynamoDrifts`, held to the same contract. */
export class MemoryDrifts implements Drifts {
  readonly #told = new Map<string, { readonly made: Made; readonly told: Told }>();
  readonly #newest = new Map<string, string>();

  async told(credential: Credential): Promise<Told | undefined> {
    return this.#told.get(credentialKey(credential))?.told;
  }

  async noteTold(made: Made, told: Told): Promise<void> {
    this.#told.set(credentialKey(made.credential), { made, told });
  }

  async observed(account: string): Promise<Made[]> {
    return [...this.#told.values()]
      .filter(({ made, told }) => told === 'observed' && made.credential.account === account)
      .map(({ made }) => made);
  }

  async newest({ account, region }: Place, kind: DriftKind): Promise<string | undefined> {
    return this.#newest.get(`${account}:${region} ${kind}`);
  }

  async noteNewest({ account, region }: Place, kind: DriftKind, madeAt: string): Promise<void> {
    const key = `${account}:${region} ${kind}`;
    if (madeAt > (this.#newest.get(key) ?? '')) this.#newest.set(key, madeAt);
  }
}
