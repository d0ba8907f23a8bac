import { describe, expect, it } from 'vitest';
import { type AuditRecord, firstPreviousHash } from '../../../functions/domain/audit-record.ts';
import { faultIn, hashOf } from '../../../functions/stores/audit-hash.ts';

const chainOf = (...types: AuditRecord['type'][]): AuditRecord[] => {
  const records: AuditRecord[] = [];
  for (const [seq, type] of types.entries()) {
    const record = {
      type,
      revocationId: 'rev-1',
      credential: 'iam-access-key:123456789012:global:AKIA1',
      once: type,
      data: { action: 'disable', nested: { b: 1, a: [true, null] } },
      seq,
      at: `2026-03-02T09:00:0${seq}.000Z`,
      previousHash: records.at(-1)?.hash ?? firstPreviousHash,
    };
    records.push({ ...record, hash: hashOf(record) });
  }
  return records;
};

const chain = chainOf('planned', 'revoked', 'verified');

describe('an audit chain', () => {
  it('holds as it was written', () => {
    expect(faultIn(chain)).toBeUndefined();
    expect(faultIn([])).toBeUndefined();
  });

  it('does not depend on the order of keys: the hash is over RFC 8785', () => {
    const [record] = chain;
    if (!record) throw new Error('no record');
    const { hash, ...hashed } = record;
    expect(hashOf(Object.fromEntries(Object.entries(hashed).reverse()) as typeof hashed)).toBe(hash);
  });

  it('shows every single flipped character, in every field of every record', () => {
    for (const [index, record] of chain.entries()) {
      const text = JSON.stringify(record);
      for (let position = 0; position < text.length; position += 1) {
        const flipped = flip(text, position);
        const changed = parse(flipped);
        if (changed === undefined || flipped === text) continue;
        expect(faultIn(chain.with(index, changed)), flipped).toBeDefined();
      }
    }
  });

  it('shows a record that is missing, moved, added to or taken from elsewhere', () => {
    const [first, second, third] = chain as [AuditRecord, AuditRecord, AuditRecord];
    expect(faultIn([second, third])).toMatchObject({ seq: 0 });
    expect(faultIn([first, third])).toMatchObject({ seq: 1 });
    expect(faultIn([first, third, second])).toMatchObject({ seq: 1 });
    expect(faultIn([first, { ...second, extra: 1 } as AuditRecord, third])).toMatchObject({ seq: 1 });
    const other = chainOf('held', 'revoked');
    expect(faultIn([first, ...other.slice(1)])).toMatchObject({ seq: 1 });
  });
});

const flip = (text: string, position: number) =>
  text.slice(0, position) + String.fromCharCode(text.charCodeAt(position) ^ 1) + text.slice(position + 1);

const parse = (text: string): AuditRecord | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a broken record is not what is asked here
  }
};
