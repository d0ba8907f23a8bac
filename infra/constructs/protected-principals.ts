import type { Protection } from '../../functions/domain/protection.ts';
import { deny, type Grantee } from './allow.ts';

export interface Shield {
  /** As the third part of an ARN names it. */
  readonly service: 'iam' | 'apigateway' | 'secretsmanager';
  readonly actions: readonly string[];
  /** Every principal that the actions could touch. */
  readonly everyone: string;
}

/**
 * Who must never be cut is known beforehand, so it is denied here once more, below all code.
 *
 * The Service Authorization Reference lists `aws:ResourceTag` for IAM's resource type `user`, which all actions
 * concerned take; for API keys see "Using tags to control access to API Gateway REST API resources". `Null`
 * demands that the tag is there, because a negated comparison is true of an absent one; the value `false` says
 * "not protected", as in `functions/domain/protection.ts`.
 */
export const denyOnProtected = (grantee: Grantee, protection: Protection, shield: Shield): void => {
  const actions = [...shield.actions];
  const named = protection.arns.filter((arn) => arn.split(':')[2] === shield.service);
  if (named.length > 0) deny(grantee, { actions, resources: named });
  for (const tag of protection.tags) {
    const key = `aws:ResourceTag/${tag}`;
    const conditions = { Null: { [key]: 'false' }, StringNotEqualsIgnoreCase: { [key]: 'false' } };
    deny(grantee, { actions, resources: [shield.everyone], conditions });
  }
};
