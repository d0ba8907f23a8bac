import { randomBytes } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { Conflict } from '../../functions/domain/errors.ts';
import { type DriftBaseline, DynamoDriftBaseline } from '../../functions/stores/drift-baseline.ts';
import { DynamoIssuances, type Issuance, type Issuances } from '../../functions/stores/issuances.ts';
import { DynamoIssuedTokens } from '../../functions/stores/issued-tokens.ts';
import { localTables } from '../support/local-tables.ts';
import { MemoryDriftBaseline, MemoryIssuances } from '../support/memory-issuances.ts';

interface Stores {
  readonly issuances: Issuances;
  readonly baseline: DriftBaseline;
}

const client = localTables();
const start = Date.parse('2026-03-02T09:00:00.000Z');
let clock = start;
const now = () => new Date(clock);
beforeEach(() => {
  clock = start;
});

const memory = (): Stores => ({
  issuances: new MemoryIssuances(),
  baseline: new MemoryDriftBaseline(now),
});

const dynamo = (): Stores => ({
  issuances: new DynamoIssuances(client(), 'registry'),
  baseline: new DynamoDriftBaseline(client(), 'registry', now),
});

const issuanceOf = (id: string, overrides: Partial<Issuance> = {}): Issuance => ({
  id,
  kind: 'iam-access-key',
  account: '123456789012',
  region: 'global',
  status: 'intended',
  owners: ['email:dana@acme.example'],
  entitlements: ['okta:g1'],
  expiresAt: '2026-04-01T09:00:00.000Z',
  intendedAt: '2026-03-02T09:00:00.000Z',
  reason: 'INC-1',
  request: 'hash',
  handle: { user: 'dana', keysBefore: ['AKIA1'] },
  ...overrides,
});

const credential = {
  kind: 'iam-access-key',
  account: '123456789012',
  region: 'global',
  id: 'AKIA2',
  user: 'dana',
} as const;

describe.each([
  ['in memory', memory],
  ['in DynamoDB', dynamo],
])('stores of provisioning %s', (_, make) => {
  const idsOf = async (issuances: Issuances, prefix: string) =>
    (await issuances.open()).map(({ id }) => id).filter((id) => id.startsWith(prefix));

  it('issuances: are intended once, and open until they move on, oldest first', async () => {
    const { issuances } = make();
    expect(await issuances.get('o1')).toBeUndefined();
    const later = issuanceOf('o1', { intendedAt: '2026-03-02T11:00:00+01:00' });
    const [first, last] = [issuanceOf('o2'), issuanceOf('o3', { intendedAt: '2026-03-02T10:00:00.001Z' })];
    for (const one of [last, later, first]) expect(await issuances.intend(one)).toBe(true);
    expect(await issuances.intend({ ...first, reason: 'again' })).toBe(false);
    expect(await issuances.get('o2')).toEqual(first);
    expect(await idsOf(issuances, 'o')).toEqual(['o2', 'o1', 'o3']);
    const issued = await issuances.move(first, { status: 'issued', credential });
    expect(issued).toEqual({ ...first, status: 'issued', credential });
    expect(await issuances.get('o2')).toEqual(issued);
    await issuances.move(last, { status: 'abandoned' });
    expect(await idsOf(issuances, 'o')).toEqual(['o1']);
    expect(await issuances.intend(first)).toBe(false);
    expect(await idsOf(issuances, 'o')).toEqual(['o1']);
  });

  it('issuances: what is learnt while they are open is seen there, and who has not heard of it changes nothing', async () => {
    const { issuances } = make();
    const read = issuanceOf('l1');
    await issuances.intend(read);
    const known = await issuances.move(read, { credential });
    expect((await issuances.open()).find(({ id }) => id === 'l1')).toEqual({ ...read, credential });
    await expect(issuances.move(read, { status: 'abandoned' })).rejects.toBeInstanceOf(Conflict);
    expect(await idsOf(issuances, 'l')).toEqual(['l1']);
    await issuances.move(known, { status: 'issued' });
    await expect(issuances.move(known, { status: 'abandoned' })).rejects.toBeInstanceOf(Conflict);
    expect(await issuances.get('l1')).toMatchObject({ status: 'issued', credential });
    expect(await idsOf(issuances, 'l')).toEqual([]);
    await expect(issuances.move(issuanceOf('l-none'), { status: 'issued' })).rejects.toBeInstanceOf(Conflict);
  });

  it('issuances: one that was refused may be intended again, at another time', async () => {
    const { issuances } = make();
    const first = issuanceOf('f1');
    await issuances.intend(first);
    await issuances.move(first, { status: 'refused' });
    expect(await idsOf(issuances, 'f')).toEqual([]);
    const second = issuanceOf('f1', { intendedAt: '2026-03-02T09:05:00.000Z' });
    expect(await issuances.intend(second)).toBe(true);
    expect(await issuances.get('f1')).toEqual(second);
    expect(await idsOf(issuances, 'f')).toEqual(['f1']);
    expect(await issuances.intend(first)).toBe(false);
    await issuances.move(second, { status: 'abandoned' });
    expect(await issuances.intend(first)).toBe(false);
    expect(await idsOf(issuances, 'f')).toEqual([]);
  });

  it('issuances: are open once they are issued, until what they take the place of has its end', async () => {
    const { issuances } = make();
    const endsAt = '2026-03-03T09:00:00.000Z';
    const read = issuanceOf('e1', { replaces: { credential, endsAt } });
    const endless = issuanceOf('e2', { replaces: { credential } });
    for (const one of [read, endless]) await issuances.intend(one);
    const issued = await issuances.move(read, { status: 'issued' });
    await issuances.move(endless, { status: 'issued' });
    expect((await issuances.open()).filter(({ id }) => id.startsWith('e'))).toEqual([issued]);
    await issuances.move(issued, { replaces: { credential, endsAt, isEnding: true } });
    expect(await idsOf(issuances, 'e')).toEqual([]);
    const givenUp = issuanceOf('e3', { replaces: { credential, endsAt } });
    await issuances.intend(givenUp);
    await issuances.move(givenUp, { status: 'abandoned' });
    expect(await idsOf(issuances, 'e')).toEqual([]);
  });

  it('issuances: of several that intend one id, one does', async () => {
    const { issuances } = make();
    const reasons = ['a', 'b', 'c', 'd'];
    const outcomes = await Promise.allSettled(
      reasons.map((reason) => issuances.intend(issuanceOf('r1', { reason }))),
    );
    const won = reasons.filter((_, at) => {
      const outcome = outcomes[at];
      return outcome?.status === 'fulfilled' && outcome.value;
    });
    expect(won).toHaveLength(1);
    expect(await issuances.get('r1')).toMatchObject({ reason: won[0] });
    expect(await idsOf(issuances, 'r')).toEqual(['r1']);
  });

  it('issuances: of two that move one on, one does', async () => {
    const { issuances } = make();
    const read = issuanceOf('m1');
    await issuances.intend(read);
    const moves = (['issued', 'abandoned'] as const).map((status) => issuances.move(read, { status }));
    const outcomes = await Promise.allSettled(moves);
    const [won, ...others] = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(others).toEqual([]);
    expect(await issuances.get('m1')).toEqual(won);
    expect(await idsOf(issuances, 'm')).toEqual([]);
  });

  it('issuances: more are open than fit into one answer', async () => {
    const { issuances } = make();
    const ids = ['p1', 'p2', 'p3', 'p4'];
    for (const id of ids) {
      const reason = randomBytes(150_000).toString('hex');
      await issuances.intend(issuanceOf(id, { reason, intendedAt: `2026-03-02T09:00:0${id.at(1)}.000Z` }));
    }
    expect(await idsOf(issuances, 'p')).toEqual(ids);
  });

  it('baseline: is the time of the first call in a place, whoever comes later', async () => {
    const { baseline } = make();
    const place = { account: '123456789012', region: 'eu-west-1' };
    const first = await baseline.since(place);
    expect(first).toBe('2026-03-02T09:00:00.000Z');
    clock += 3_600_000;
    expect(await baseline.since(place)).toBe(first);
    expect(await baseline.since({ ...place, region: 'global' })).toBe('2026-03-02T10:00:00.000Z');
    clock -= 7_200_000;
    expect(await baseline.since(place)).toBe(first);
  });
});

describe('rows of provisioning in DynamoDB', () => {
  it('a token is found by its jti, and goes away by the TTL of the table', async () => {
    const token = {
      jti: 't1',
      owners: ['opaque:acme-logistics'],
      client: 'acme-logistics',
      entitlements: [],
      exchangedFor: { kind: 'api-gateway-key', account: '123456789012', region: 'eu-west-1', id: 'k1' },
      expiresAt: 1_800_000_000,
    } as const;
    await new DynamoIssuedTokens(client(), 'registry').remember(token);
    const Key = { pk: 'token#t1', sk: 'token' };
    const { Item } = await client().send(new GetCommand({ TableName: 'registry', Key }));
    expect(Item).toEqual({ ...Key, ...token });
  });

  it('workers that ask for the baseline at once agree on it', async () => {
    const place = { account: '123456789012', region: 'us-west-2' };
    const workers = [0, 1, 2, 3].map(
      (hours) => new DynamoDriftBaseline(client(), 'registry', () => new Date(start + hours * 3_600_000)),
    );
    const times = await Promise.all(workers.map((worker) => worker.since(place)));
    expect(new Set(times)).toHaveLength(1);
  });
});
