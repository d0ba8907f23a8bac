import type { Credential } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { IssueSettings } from '../domain/issue-settings.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { Issuance, IssuedKind } from '../stores/issuances.ts';
import type { Owner } from './owner.ts';
import type { Delivery } from './request.ts';

/** Days until it expires: as a rule, and at most. */
export interface Terms {
  readonly days: number;
  readonly mostDays: number;
}

/** What a kind makes of a request that may be granted. */
export interface Ordered {
  readonly kind: IssuedKind;
  readonly place: Place;
  readonly terms: Terms;
  readonly handle: Issuance['handle'];
  /** None of these may be held down by a revocation. */
  readonly under?: readonly Credential[];
}

/** Ready to be carried out. */
export interface Draft {
  readonly issuance: Issuance;
  readonly owners: readonly Owner[];
  readonly under: readonly Credential[];
  readonly deliver: Delivery;
  /** The field of the request that says who the owner is. */
  readonly field: string;
}

type Setting = 'apiKeys' | 'accessKeys' | 'oauthClients';

/** What is not configured is not issued. */
export const settingFor = <S extends Setting>(
  settings: IssueSettings,
  name: S,
  field: string,
): NonNullable<IssueSettings[S]> => {
  const setting = settings[name];
  if (setting) return setting;
  throw new InvalidInput(field, `is not among the settings (issue.${name})`);
};

export const mustBeAmong = (named: string, known: readonly string[], field: string): void => {
  if (!known.includes(named)) throw new InvalidInput(field, 'is not among the settings');
};

export const daysFor = (asked: number | undefined, { days, mostDays }: Terms): number => {
  if (asked === undefined) return days;
  if (asked <= mostDays) return asked;
  throw new InvalidInput('request.days', `must not be more than ${mostDays}`);
};
