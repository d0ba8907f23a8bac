/** The words of the audit trail. */
export type AuditType =
  | 'planned'
  | 'denied'
  | 'revoked'
  | 'verified'
  | 'unverified'
  | 'failed'
  | 'held'
  | 'skipped'
  | 'restored'
  | 'deleted'
  /** Provisioning: what may be revoked from now on. */
  | 'issued'
  /** An owner was told what will happen. */
  | 'notified';

/** What a worker wants recorded. The same `once` in the same chain is the same record: a retry adds nothing. */
export interface AuditEntry {
  readonly type: AuditType;
  readonly revocationId: string;
  /** Credential key; absent for what concerns the revocation as a whole. */
  readonly credential?: string;
  readonly once: string;
  /** JSON data. Ids and hashes only, never a secret, a token or an event. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A record as it is stored: one link of the chain of one (revocation, credential). */
export interface AuditRecord extends Omit<AuditEntry, 'credential'> {
  readonly credential: string;
  /** From 0, without gaps. */
  readonly seq: number;
  /** ISO 8601 */
  readonly at: string;
  /** Hash of the record before, or 64 zeros. */
  readonly previousHash: string;
  /** SHA-256, hex, over the RFC 8785 form of this record without `hash`. */
  readonly hash: string;
}

/** Stands for "no credential" in a chain's name. */
export const wholeRevocation = '-';

/** The revocation id under which events are recorded that could not be read. */
export const rejected = 'rejected';

export const firstPreviousHash = '0'.repeat(64);
