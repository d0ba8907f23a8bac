import canonicalize from 'canonicalize';
import { type AuditRecord, firstPreviousHash } from '../domain/audit-record.ts';
import { sha256 } from '../domain/sha256.ts';

/** SHA-256, hex, over the canonical JSON (RFC 8785) of a record without its hash. */
export const hashOf = (record: Omit<AuditRecord, 'hash'>): string => sha256(canonicalize(record) ?? '');

/** What is wrong with a chain, or undefined. `records` are in the order of `seq`. */
export const faultIn = (records: readonly AuditRecord[]): { seq: number; problem: string } | undefined => {
  let previousHash = firstPreviousHash;
  for (const [index, record] of records.entries()) {
    const { hash, ...hashed } = record;
    if (record.seq !== index) return { seq: index, problem: 'is missing' };
    if (record.previousHash !== previousHash)
      return { seq: index, problem: 'does not follow the record before' };
    if (hashOf(hashed) !== hash) return { seq: index, problem: 'was changed after it was written' };
    previousHash = hash;
  }
  return undefined;
};
