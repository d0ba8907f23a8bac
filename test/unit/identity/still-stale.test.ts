import { describe, expect, it } from 'vitest';
import type { Change } from '../../../functions/domain/change.ts';
import type { LiveState } from '../../../functions/identity/live-state.ts';
import { stillStaleLookUp } from '../../../functions/identity/still-stale.ts';
import { changeOf } from '../../support/world.ts';

const home = { account: '123456789012', region: 'eu-west-1' };
const now = () => new Date('2026-03-02T09:00:00.000Z');
const lastUsedAt = '2025-11-02T10:15:00.000Z';
const key = {
  kind: 'iam-access-key',
  account: home.account,
  region: 'global',
  id: 'AKIADANA1',
  user: 'dana',
};

const stale = (credential: object = key): Change =>
  changeOf('x@acme.example', 'credential-stale', {
    credential: credential as NonNullable<Change['credential']>,
  });

interface Asked {
  readonly lastUsedAt?: string;
  readonly evenIfUsed?: true;
}

const look = (state: LiveState | undefined, asked: Asked = { lastUsedAt }, change = stale()) =>
  stillStaleLookUp({ readState: async () => state, home, now })(change, { ask: 'still-stale', ...asked });

const active = (lastUse: LiveState['lastUse']): LiveState => ({ isActive: true, lastUse });

describe('what a sweep found goes on', () => {
  it('where it is as it was', async () => {
    expect(await look(active({ at: lastUsedAt }))).toEqual({ changes: [stale()] });
    expect(await look(active({ at: '2025-11-02T10:14:59Z' }))).toEqual({ changes: [stale()] });
    expect(await look(active('never'), {})).toEqual({ changes: [stale()] });
  });

  it('however it was used since, where no use makes it untrue', async () => {
    const at = '2025-12-24T00:00:00.000Z';
    expect(await look(active({ at }), { lastUsedAt, evenIfUsed: true })).toEqual({ changes: [stale()] });
    expect((await look(active('unknown'), { evenIfUsed: true })).changes).toHaveLength(1);
  });

  it('with its sessions, where it was used in between', async () => {
    const at = '2026-03-02T08:59:00.000Z';
    const { changes } = await look(active({ at }), { lastUsedAt, evenIfUsed: true });
    expect(changes).toEqual([{ ...stale(), mayHaveSessions: true }]);
    const told = { ...stale(), mayHaveSessions: true } as const;
    expect((await look(active({ at: lastUsedAt }), { lastUsedAt }, told)).changes).toEqual([told]);
  });

  it('for a kind of which no use is told', async () => {
    const user = { kind: 'iam-user', account: home.account, region: 'global', id: 'dana' };
    expect(await look(active('unknown'), {}, stale(user))).toEqual({ changes: [stale(user)] });
  });
});

describe('where no use can be asked, what a sweep found', () => {
  const apiKey = { kind: 'api-gateway-key', ...home, id: 'k1' };
  const found = (occurredAt: string, credential: object = apiKey) => ({ ...stale(credential), occurredAt });
  const tooOld = { changes: [], reason: 'too old to act on: the next sweep finds it again' };

  it('goes on for an hour', async () => {
    const change = found('2026-03-02T08:00:00.000Z');
    expect(await look(active('unknown'), {}, change)).toEqual({ changes: [change] });
    expect(await look(active('unknown'), {}, found('2026-03-02T07:59:59.999Z'))).toEqual(tooOld);
    const user = { kind: 'iam-user', account: home.account, region: 'global', id: 'dana' };
    expect(await look(active('unknown'), {}, found('2026-02-20T09:00:00.000Z', user))).toEqual(tooOld);
  });

  it('goes on for ever where no use makes it untrue', async () => {
    const change = found('2026-02-20T09:00:00.000Z');
    expect(await look(active('unknown'), { evenIfUsed: true }, change)).toEqual({ changes: [change] });
  });

  it('is no matter of time for an access key, which is asked', async () => {
    const change = found('2026-02-20T09:00:00.000Z', key);
    expect(await look(active({ at: lastUsedAt }), { lastUsedAt }, change)).toEqual({ changes: [change] });
  });
});

describe('what a sweep found is left alone', () => {
  it.each([
    ['it was used since', active({ at: '2025-11-02T10:15:01.000Z' }), { lastUsedAt }, 'used since'],
    ['it was never used, and now was', active({ at: '2025-01-01T00:00:00.000Z' }), {}, 'used since'],
    ['it is gone', undefined, { lastUsedAt }, 'gone'],
    ['it is gone, however it was used', undefined, { evenIfUsed: true }, 'gone'],
    ['somebody turned it off', { isActive: false, lastUse: 'never' }, {}, 'inactive already'],
  ] as const)('where %s', async (_, state, asked, reason) => {
    expect(await look(state, asked)).toEqual({ changes: [], reason: expect.stringContaining(reason) });
  });
});

it('a key whose use cannot be asked now is not taken for unused', async () => {
  await expect(look(active('unknown'))).rejects.toMatchObject({ code: 'unavailable', retryable: true });
});

it('a credential of another account is not looked at: it is held', async () => {
  const foreign = stale({ ...key, account: '210987654321' });
  const readState = () => Promise.reject(new Error('looked at'));
  const lookUp = stillStaleLookUp({ readState, home, now });
  expect(await lookUp(foreign, { ask: 'still-stale' })).toEqual({ changes: [foreign] });
});
