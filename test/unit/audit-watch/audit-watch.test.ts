import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { tamperedChains } from '../../../functions/audit-watch/audit-watch.ts';

const record = (eventName: 'INSERT' | 'MODIFY' | 'REMOVE', chain?: string): DynamoDBRecord => ({
  eventName,
  dynamodb: chain ? { Keys: { chain: { S: chain }, seq: { N: '0' } } } : {},
});

describe('the audit watch', () => {
  it('names every chain in which a record was changed or removed, once', () => {
    const Records = [record('MODIFY', 'rev-1|-'), record('REMOVE', 'rev-2|-'), record('MODIFY', 'rev-1|-')];
    expect(tamperedChains({ Records })).toEqual(['rev-1|-', 'rev-2|-']);
  });

  it('says nothing of an append', () => {
    expect(tamperedChains({ Records: [record('INSERT', 'rev-1|-')] })).toEqual([]);
  });

  it('does not overlook a record without keys', () => {
    expect(tamperedChains({ Records: [record('REMOVE')] })).toEqual(['unknown']);
  });
});
