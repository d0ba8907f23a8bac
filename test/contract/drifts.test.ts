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
  it('know who was told of, and how', async () => {
    const drifts = make();
    const made = {
      credential: { ...key, id: `told-${crypto.randomUUID()}` },
      at: '2026-03-02T08:00:00.000Z',
    };
    expect(await drifts.told(made.credential)).toBeUndefined();
    await drifts.noteTold(made, 'observed');
    await drifts.noteTold(made, 'observed');
    expect(await drifts.told(made.credential)).toBe('observed');
    await drifts.noteTold(made, 'told');
    expect(await drifts.told(made.credential)).toBe('told');
    expect(await drifts.told({ ...made.credential, region: 'us-east-1' })).toBeUndefined();
  });

  it('list what was only observed in an account, as it was made', async () => {
    const drifts = make();
    const account = '210987654322';
    const madeOf = (id: string, by?: string) => ({
      credential: { ...key, account, id },
      at: '2026-03-02T08:00:00.000Z',
      ...(by && { by }),
    });
    await drifts.noteTold(madeOf('one'), 'observed');
    await drifts.noteTold(madeOf('two', 'arn:aws:iam::210987654322:role/admin'), 'observed');
    await drifts.noteTold(madeOf('three'), 'told');
    await drifts.noteTold(madeOf('four'), 'observed');
    await drifts.noteTold(madeOf('four'), 'told');
    const listed = await drifts.observed(account);
    expect(listed).toHaveLength(2);
    expect(listed).toEqual(
      expect.arrayContaining([madeOf('one'), madeOf('two', 'arn:aws:iam::210987654322:role/admin')]),
    );
    expect(await drifts.observed('210987654323')).toEqual([]);
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
