import { CutoffError } from '../domain/errors.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { RevokerDependencies } from './index.ts';

export type IdentityCenterDependencies = Pick<
  RevokerDependencies,
  'clients' | 'home' | 'settings' | 'identityCenter'
>;

/** The one instance of Identity Center, and where it is. */
export interface IdentityCenterInstance {
  readonly arn: string;
  readonly storeId: string;
  readonly place: Place;
}

/** `undefined` where the settings do not name both the instance and its directory. */
export const instanceOf = ({
  home,
  settings,
  identityCenter,
}: IdentityCenterDependencies): IdentityCenterInstance | undefined => {
  const arn = settings.identityCenterInstanceArn;
  if (!arn || !identityCenter) return undefined;
  const { identityStoreId: storeId, region = home.region } = identityCenter;
  return { arn, storeId, place: { account: home.account, region } };
};

/** A credential outlives the settings that found it: without them nothing may be said of it. */
export const configured = (instance: IdentityCenterInstance | undefined): IdentityCenterInstance => {
  if (instance) return instance;
  throw new CutoffError('the settings of this deployment name no Identity Center', {
    code: 'foreign-account',
    retryable: false,
  });
};
