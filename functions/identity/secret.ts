import type { Change } from '../domain/change.ts';
import { held, type LookUp } from './look-up.ts';

/** What of `stores/secret-hashes.ts` is asked. */
export interface KnownSecrets {
  credentialOf(sha256: string): Promise<Change['credential']>;
}

/** Gives the change the credential whose secret leaked. */
export const secretLookUp =
  (secrets: KnownSecrets): LookUp<'secret'> =>
  async (change, { sha256 }) => {
    const credential = await secrets.credentialOf(sha256);
    return credential ? { changes: [{ ...change, credential }] } : held(change, 'not-found-on-look-up');
  };
