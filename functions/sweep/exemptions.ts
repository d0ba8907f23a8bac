import type { Credential } from '../domain/credential.ts';
import { daysAfter } from '../domain/days.ts';
import { type Exemption, sweptKinds } from '../domain/sweep-settings.ts';
import type { CarryOutDeps } from './deps.ts';

/** Those of the settings, and an operator's word for this one credential, for as long as the settings let it count. */
export const exemptionsFor = async (
  credential: Credential,
  { settings, keeps }: Pick<CarryOutDeps, 'settings' | 'keeps'>,
): Promise<Exemption[]> => {
  const keep = await keeps.of(credential);
  const kind = sweptKinds.find((one) => one === credential.kind);
  if (!keep || !kind) return settings.exemptions;
  const longest = daysAfter(keep.at, settings.longestKeepDays);
  const until = Math.min(Date.parse(keep.until), Date.parse(longest));
  const { id } = credential;
  return [...settings.exemptions, { kind, id, reason: keep.reason, until: new Date(until).toISOString() }];
};
