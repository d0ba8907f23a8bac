import type { AuditRecord, AuditType } from '../../functions/domain/audit-record.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';
import { eventually } from '../support/eventually.ts';
import { recordsOf } from './hand-made.ts';

const ofCredential = (record: AuditRecord, id: string) =>
  record.revocationId === id && record.credential !== '-';

/** What is on record about the credentials of one revocation, as `KIND` or `KIND: REASON`. */
export const outcomesOf = async (cutoff: LocalCutoff, id: string, type: AuditType): Promise<string[]> =>
  (await recordsOf(cutoff))
    .filter((record) => ofCredential(record, id) && record.type === type)
    .map(({ credential, data: { reason } }) => {
      const [kind = ''] = credential.split(':');
      return reason ? `${kind}: ${reason}` : kind;
    })
    .sort();

/** Waits until each of these is on record as verified, and says what is: there may be more. */
export const verifiedOf = async (
  cutoff: LocalCutoff,
  id: string,
  kinds: readonly string[],
): Promise<string[]> =>
  eventually(`${kinds.length} credentials of ${id} verified`, async () => {
    const verified = await outcomesOf(cutoff, id, 'verified');
    return verified.length >= kinds.length && verified;
  });

const isRestored = (id: string) => (record: AuditRecord) =>
  record.revocationId === id && record.credential === '-' && record.type === 'restored';

/** Takes a revocation back, to its end. */
export const restore = async (cutoff: LocalCutoff, id: string): Promise<void> => {
  await cutoff.invoke(cutoff.outputs.OperatorFunction, { restore: id, reason: 'came back' });
  await eventually(`${id} restored`, async () => (await recordsOf(cutoff)).some(isRestored(id)));
};
