import { randomBytes } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { Conflict } from '../../functions/domain/errors.ts';
import { type DriftBaseline, DynamoDriftBaseline } from '../../functions/stores/drift-baseline.ts';
import { DynamoIssuances, type Issuance, type Issuances } from '../../functions/stores/issuances.ts';
import {
  DynamoIssuedTokens,
  type IssuedToken,
  type IssuedTokens,
} from '../../functions/stores/issued-tokens.ts';
import { localTables } from '../support/local-tables.ts';
import { MemoryDriftBaseline, MemoryIssuances, MemoryIssuedTokens } from '../support/memory-issuances.ts';

interface Stores {
  readonly issuances: Issuances;
  readonly tokens: IssuedTokens;
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
  tokens: new MemoryIssuedTokens(now),
  baseline: new MemoryDriftBaseline(now),
});

const dynamo = (): Stores => ({
  issuances: new DynamoIssuances(client(), 'registry'),
  tokens: new DynamoIssuedTokens(client(), 'registry', now),
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

const tokenOf = (jti: string, expiresAt: number): IssuedToken => ({
  jti,
  owners: ['opaque:acme-logistics'],
  client: 'acme-logistics',
  entitlements: [],
  exchangedFor: { kind: 'api-gateway-key', account: '123456789012', region: 'eu-west-1', id: 'k1' },
  expiresAt,
});

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

  it('tokens: are known by their jti until they expire', async () => {
    const { tokens } = make();
    const token = tokenOf('t1', start / 1000 + 900);
    expect(await tokens.of('t1')).toBeUndefined();
    await tokens.remember(token);
    expect(await tokens.of('t1')).toEqual(token);
    expect(await tokens.of('t2')).toBeUndefined();
    clock += 899_999;
    expect(await tokens.of('t1')).toEqual(token);
    clock += 1;
    expect(await tokens.of('t1')).toBeUndefined();
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
  it('a token goes away by the TTL of the table', async () => {
    await dynamo().tokens.remember(tokenOf('ttl', 1_800_000_000));
    const Key = { pk: 'token#ttl', sk: 'token' };
    const { Item } = await client().send(new GetCommand({ TableName: 'registry', Key }));
    expect(Item?.expiresAt).toBe(1_800_000_000);
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
