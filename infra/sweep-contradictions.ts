import type { CredentialsSettings } from '../functions/domain/credential-settings.ts';
import { isByAgeAlone } from '../functions/domain/sweep-conditions.ts';
import type { SweepPolicy, SweptKind } from '../functions/domain/sweep-settings.ts';
import type { Contradiction } from './contradictions.ts';

export interface SweepChoices {
  readonly sweep: { readonly policies: readonly SweepPolicy[] };
  readonly credentials: Pick<CredentialsSettings, 'cognitoUserPools' | 'storedSecrets'>;
  readonly holdDays: number;
  readonly removal: boolean;
}

type Asked = keyof SweepPolicy['when'] | keyof SweepPolicy['where'];

/** What nobody tells of a kind (`functions/sweep/sources/`; only what is issued expires): asked for it, a policy finds none. */
const untold: Readonly<Record<SweptKind, readonly Asked[]>> = {
  'iam-user': ['rotatedDays', 'expiringDays', 'expired'],
  'iam-access-key': [],
  'api-gateway-key': ['paths'],
  'cognito-app-client': ['unusedDays', 'neverUsed', 'rotatedDays', 'paths', 'tags'],
  'stored-secret': ['expiringDays', 'expired', 'paths'],
};

const fieldsThatNeverFit = ({ kinds, when, where }: SweepPolicy): Contradiction[] =>
  Object.entries({ when, where }).flatMap(([part, fields]) =>
    Object.entries(fields).flatMap(([field, asked]) => {
      const without = kinds.filter((kind) => untold[kind].includes(field as Asked));
      if (asked === undefined || without.length === 0) return [];
      return [
        { path: [part, field], message: `never fits ${without.join(' or ')}, of which nobody tells it` },
      ];
    }),
  );

/** What may be in use is not disabled for its age, and of some kinds nobody knows. */
const usesThatNobodyTells = ({ kinds, when, steps, evenIfUsed }: SweepPolicy): Contradiction[] => {
  const blind = kinds.filter((kind) => untold[kind].includes('unusedDays'));
  if (steps.disable === undefined || evenIfUsed || !isByAgeAlone(when) || blind.length === 0) return [];
  const message = `must be true for ${blind.join(' and ')}: nobody tells whether one is used, so none would be disabled for its age`;
  return [{ path: ['evenIfUsed'], message }];
};

const kindsThatNobodyLooksFor = ({ kinds }: SweepPolicy, { credentials }: SweepChoices): Contradiction[] => {
  const isLookedFor = (kind: SweptKind): boolean => {
    if (kind === 'cognito-app-client') return credentials.cognitoUserPools.length > 0;
    return kind !== 'stored-secret' || credentials.storedSecrets;
  };
  if (kinds.some(isLookedFor)) return [];
  const message = 'are not looked for: see credentials.cognitoUserPools and credentials.storedSecrets';
  return [{ path: ['kinds'], message }];
};

const deletionsThatNeverCome = (
  { steps }: SweepPolicy,
  { removal, holdDays }: SweepChoices,
): Contradiction[] => {
  if (steps.delete === undefined) return [];
  const path = ['steps', 'delete'];
  if (!removal) return [{ path, message: 'needs removal, without which nothing may be deleted' }];
  if (steps.delete >= holdDays) return [];
  return [{ path, message: `must not be less than holdDays, which is ${holdDays}` }];
};

/** Policies that would be silent for ever. Pure. */
export const contradictionsInSweep = (choices: SweepChoices): Contradiction[] =>
  choices.sweep.policies.flatMap((policy, index) =>
    [
      ...fieldsThatNeverFit(policy),
      ...usesThatNobodyTells(policy),
      ...kindsThatNobodyLooksFor(policy, choices),
      ...deletionsThatNeverCome(policy, choices),
    ].map(({ path, message }) => ({ path: ['sweep', 'policies', index, ...path], message })),
  );
