import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { calling } from '../credentials/aws-errors.ts';
import type { Issuance } from '../stores/issuances.ts';
import type { IssueDeps } from './deps.ts';
import { issuanceTag, type Secret, secretPrefix, textsIn } from './issuer.ts';
import { made } from './made.ts';
import { claimTags } from './owner.ts';
import type { Delivery } from './request.ts';

/** Where the secret is now: in the one answer, or in Secrets Manager. */
export type Delivered = { readonly secret: Secret } | { readonly secretArn: string };

/**
 * The issuance's id is the version's too, so that a call which the SDK repeats is the same call ("CreateSecret", API
 * Reference: `ClientRequestToken`, 32 to 64 characters).
 */
export const deliver = async (
  secret: Secret,
  { issuance, to }: { readonly issuance: Issuance; readonly to: Delivery },
  { clients, home, rules }: Pick<IssueDeps, 'clients' | 'home' | 'rules'>,
): Promise<Delivered> => {
  if (to === 'response') return { secret };
  const claim = { owners: textsIn(issuance, 'owners'), entitlements: issuance.entitlements };
  const tags = { [issuanceTag]: issuance.id, ...claimTags(claim, rules.ownership) };
  const create = new CreateSecretCommand({
    Name: `${secretPrefix}${issuance.id}`,
    Description: `Issued by Cutoff, until ${issuance.expiresAt}`,
    ClientRequestToken: issuance.id,
    SecretString: JSON.stringify(secret),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const { ARN } = await calling('secretsmanager:CreateSecret', () =>
    clients.secretsManager(home).send(create),
  );
  return { secretArn: made(ARN, 'a secret') };
};
