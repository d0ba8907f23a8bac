import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  type AuditEntry,
  type AuditRecord,
  firstPreviousHash,
  wholeRevocation,
} from '../domain/audit-record.ts';
import { hashOf } from './audit-hash.ts';
import { isConditionFailed, withOptimism } from './conditional-write.ts';

/** Append-only history. Nothing is decided by reading it. */
export interface AuditLog {
  /** Appends once; the same entry again (a retry) appends nothing. */
  append(entry: AuditEntry): Promise<void>;
}

/**
 * How many of a chain's newest records are searched for the same entry. A retry follows within minutes; chains are
 * short, but one that stays unverified for weeks grows by a record a look.
 */
const recent = 50;

/** One chain per (revocation, credential), so that workers in parallel never contend for a chain's end. */
export class DynamoAuditLog implements AuditLog {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async append(entry: AuditEntry): Promise<void> {
    const credential = entry.credential ?? wholeRevocation;
    const chain = `${entry.revocationId}|${credential}`;
    await withOptimism(`audit chain ${chain}`, async () => {
      const newest = await this.#newest(chain);
      if (newest.some((record) => record.once === entry.once)) return true;
      const last = newest[0];
      const record = {
        ...entry,
        credential,
        seq: last ? last.seq + 1 : 0,
        at: this.#now().toISOString(),
        previousHash: last?.hash ?? firstPreviousHash,
      };
      return this.#put(chain, { ...record, hash: hashOf(record) });
    });
  }

  async #newest(chain: string): Promise<AuditRecord[]> {
    const query = new QueryCommand({
      TableName: this.#table,
      KeyConditionExpression: '#chain = :chain',
      ExpressionAttributeNames: { '#chain': 'chain' },
      ExpressionAttributeValues: { ':chain': chain },
      ScanIndexForward: false,
      Limit: recent,
      ConsistentRead: true,
    });
    return ((await this.#client.send(query)).Items ?? []) as AuditRecord[];
  }

  async #put(chain: string, record: AuditRecord): Promise<boolean> {
    const put = new PutCommand({
      TableName: this.#table,
      Item: { chain, ...record },
      ConditionExpression: 'attribute_not_exists(#chain)',
      ExpressionAttributeNames: { '#chain': 'chain' },
    });
    return this.#client.send(put).then(() => true, isConditionFailed);
  }
}
