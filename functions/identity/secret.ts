import type { SecretHashes } from '../stores/secret-hashes.ts';
import { held, type LookUp } from './look-up.ts';

/** Gives the change the credential whose secret leaked. */
export const secretLookUp =
  (secrets: Pick<SecretHashes, 'credentialOf'>): LookUp<'secret'> =>
  async (change, { sha256 }) => {
    const credential = await secrets.credentialOf(sha256);
    return credential ? { changes: [{ ...change, credential }] } : held(change, 'not-found-on-look-up');
  };
