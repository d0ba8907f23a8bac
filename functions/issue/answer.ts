import { credentialKey } from '../domain/credential.ts';
import { CutoffError, InvalidInput } from '../domain/errors.ts';
import type { Issuance } from '../stores/issuances.ts';
import type { Delivered } from './deliver.ts';
import type { Secret } from './issuer.ts';

export interface Answer {
  readonly issuanceId: string;
  /** Credential key. */
  readonly credential: string;
  /** ISO 8601 */
  readonly expiresAt: string;
  /** Told this once. */
  readonly secret?: Secret;
  readonly secretArn?: string;
  /** It was issued before: a secret that went out in the first answer is not known any more. */
  readonly alreadyIssued?: true;
  readonly advice?: string;
}

const advice =
  'An access key is a secret that lives for days. A role (IAM Roles Anywhere, OIDC federation, an instance or task role) or a short-lived access token needs none.';

const adviceFor = ({ kind }: Issuance) => (kind === 'iam-access-key' ? { advice } : {});

export const answerFor = (issuance: Issuance, delivered: Delivered): Answer => ({
  issuanceId: issuance.id,
  credential: issuance.credential ? credentialKey(issuance.credential) : '',
  expiresAt: issuance.expiresAt,
  ...delivered,
  ...adviceFor(issuance),
});

const givenUp = 'was given up, and what came of it is being revoked: ask again with another clientToken';
const underWay =
  'is under way, or broke down: a reconcile within half an hour revokes whatever came of it; ask again then';

/** To somebody who asks again. `request` is the hash of what is asked now. Throws where there is nothing to tell. */
export const answerAgain = (known: Issuance, request: string): Answer => {
  if (known.request !== request) {
    throw new InvalidInput('request.clientToken', 'was used for another request');
  }
  if (known.status === 'abandoned') {
    throw new CutoffError(`${known.id} ${givenUp}`, { code: 'conflict', retryable: false });
  }
  if (known.status === 'intended' || !known.credential) {
    throw new CutoffError(`${known.id} ${underWay}`, { code: 'conflict', retryable: true });
  }
  const { secretArn } = known;
  return {
    issuanceId: known.id,
    credential: credentialKey(known.credential),
    expiresAt: known.expiresAt,
    ...(secretArn !== undefined && { secretArn }),
    alreadyIssued: true,
    ...adviceFor(known),
  };
};
