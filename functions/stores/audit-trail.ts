import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { AuditRecord } from '../domain/audit-record.ts';
import { allItems } from './all-items.ts';
import { faultIn } from './audit-hash.ts';

/** Where a chain does not hold, and how. */
export interface AuditFault {
  readonly chain: string;
  readonly seq: number;
  readonly problem: string;
}

/** The whole trail by chain, each in the order of `seq`. Reads every record: for auditors, not for functions. */
export const readTrail = async (
  client: DynamoDBDocumentClient,
  table: string,
): Promise<Map<string, AuditRecord[]>> => {
  const pages = paginateScan({ client }, { TableName: table, ConsistentRead: true });
  const chains = Map.groupBy(await allItems(pages), (item) => String(item.chain));
  return new Map(
    [...chains].map(([chain, rows]) => {
      const records = rows.map(({ chain: _, ...record }) => record as unknown as AuditRecord);
      return [chain, records.sort((a, b) => a.seq - b.seq)];
    }),
  );
};

/**
 * Recomputes every chain. Shows what was changed, inserted, moved or taken out of the middle; the newest records of a
 * chain, or a whole chain, can be missing without a trace here (see `docs/design.md`, "What the audit proves").
 */
export const faultsIn = (trail: ReadonlyMap<string, readonly AuditRecord[]>): AuditFault[] =>
  [...trail].flatMap(([chain, records]) => {
    const stray = records.find((record) => `${record.revocationId}|${record.credential}` !== chain);
    if (stray) return [{ chain, seq: stray.seq, problem: 'belongs to another chain' }];
    const fault = faultIn(records);
    return fault ? [{ chain, ...fault }] : [];
  });
