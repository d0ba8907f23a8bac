import type { Issuance } from '../stores/issuances.ts';
import type { IssueDeps } from './deps.ts';

/** Of what is issued: what it takes the place of ends when that was agreed, or sooner. May be done twice. */
export const endReplaced = async (
  issuance: Issuance,
  { registry, issuances }: Pick<IssueDeps, 'registry' | 'issuances'>,
): Promise<void> => {
  const { replaces } = issuance;
  if (replaces?.endsAt === undefined) return;
  await registry.endBy(replaces.credential, replaces.endsAt);
  await issuances.move(issuance, { replaces: { ...replaces, isEnding: true } });
};
