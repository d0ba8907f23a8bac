import { describe, expect, it } from 'vitest';
import { DynamoDrifts } from '../../functions/stores/drifts.ts';
import { localTables } from '../support/local-tables.ts';
import { MemoryDrifts } from '../support/memory-drifts.ts';

const client = localTables();
const now = () => new Date('2026-03-02T09:00:00.000Z');
const home = { account: '123456789012', region: 'eu-west-1' };
const key = { kind: 'api-gateway-key', ...home, id: 'k3yacme001' } as const;

describe.each([
  ['memory', () => new MemoryDrifts()],
  ['DynamoDB', () => new DynamoDrifts(client(), 'registry', now)],
])('drifts in %s', (_, make) => {
  it('know who was told of', async () => {
    const drifts = make();
    const credential = { ...key, id: `told-${crypto.randomUUID()}` };
    expect(await drifts.wasTold(credential)).toBe(false);
    await drifts.noteTold(credential);
    await drifts.noteTold(credential);
    expect(await drifts.wasTold(credential)).toBe(true);
    expect(await drifts.wasTold({ ...credential, region: 'us-east-1' })).toBe(false);
  });

  it('remember the newest of a kind and place, which only grows', async () => {
    const drifts = make();
    const place = { ...home, account: '210987654321' };
    expect(await drifts.newest(place, 'iam-access-key')).toBeUndefined();
    const times = ['2026-03-02T09:00:00.000Z', '2026-03-02T10:00:00.000Z', '2026-03-02T08:00:00.000Z'];
    for (const time of times) await drifts.noteNewest(place, 'iam-access-key', time);
    expect(await drifts.newest(place, 'iam-access-key')).toBe('2026-03-02T10:00:00.000Z');
    expect(await drifts.newest(place, 'api-gateway-key')).toBeUndefined();
    expect(await drifts.newest(home, 'iam-access-key')).toBeUndefined();
  });
});
