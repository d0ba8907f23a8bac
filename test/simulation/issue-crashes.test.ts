import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { credentialKey } from '../../functions/domain/credential.ts';
import { adaKey, existing, type IssueWorld, makeIssueWorld, minute } from '../support/issue-world.ts';
import { Crash, failures, processWith } from './crash.ts';

const start = new Date('2026-03-02T09:00:00.000Z');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (time: number) => vi.setSystemTime(Date.now() + time);

type Kind = keyof IssueWorld['requests'];

interface Scenario {
  readonly name: string;
  readonly kind: Kind;
  readonly deliver: 'response' | 'secrets-manager';
  readonly rotates: boolean;
}

const kinds: readonly Kind[] = ['apiKey', 'accessKey', 'oauthClient'];
const scenarios: readonly Scenario[] = kinds.flatMap((kind) =>
  (['response', 'secrets-manager'] as const).flatMap((deliver) =>
    [false, true].map((rotates) => {
      const name = `${kind}, ${rotates ? 'rotated' : 'issued'}, ${deliver}`;
      return { name, kind, deliver, rotates };
    }),
  ),
);

/** Ada's user says nothing of its owner, so that the link table has to. */
const makeCompany = async () => {
  const world = await makeIssueWorld();
  await world.addUser('ada');
  return world;
};

const prepare = async ({ kind, deliver, rotates }: Scenario) => {
  const world = await makeCompany();
  const first = { ...world.requests[kind], deliver };
  if (!rotates) return { world, request: first };
  await world.issue(world.requests[kind]);
  const [old] = await existing(world, ['ada']);
  if (!old) throw new Error('nothing was issued');
  const { kind: type, id } = old.credential;
  const named = {
    'api-gateway-key': { kind: type, id },
    'iam-access-key': { kind: type, id, user: 'ada' },
    'cognito-app-client': { kind: type, id: id.slice(id.indexOf('/') + 1), pool: world.pool },
  }[type];
  pass(minute);
  return { world, request: { rotate: named, deliver } };
};

const callsOf = async (scenario: Scenario): Promise<number> => {
  const { world, request } = await prepare(scenario);
  const crash = new Crash();
  await world.issue(request, processWith(world.deps, crash));
  return crash.calls;
};

/** An hour of the schedule. */
const reconcileForAnHour = async (world: IssueWorld) => {
  for (let run = 0; run < 12; run += 1) {
    pass(5 * minute);
    await world.reconcile();
  }
};

/** What lives is known, with owner and end; what was given up is over; nothing is left half-way. */
const expectOrder = async (world: IssueWorld) => {
  expect(await world.issuances.open()).toEqual([]);
  const due = new Set((await world.due()).map(credentialKey));
  for (const { credential, live } of await existing(world, ['ada'])) {
    const row = await world.rowOf(credential);
    expect(row, 'is in the registry').toMatchObject({ owners: [adaKey], expiresAt: expect.any(String) });
    const { status } = (await world.issuances.get(row?.issuance ?? '')) ?? {};
    if (status === 'abandoned') expect(due).toContain(credentialKey(credential));
    // What nobody gave up is what somebody has: it works, and does not end now.
    else
      expect({ status, live, ends: due.has(credentialKey(credential)) }).toEqual({
        status: 'issued',
        live: true,
        ends: false,
      });
  }
};

describe.each(scenarios)('$name', (scenario) => {
  it.each(failures)('%s, at whichever call: nothing stays alive that nobody knows of', async (failure) => {
    const calls = await callsOf(scenario);
    expect(calls).toBeGreaterThan(8);
    for (let at = 1; at <= calls; at += 1) {
      const { world, request } = await prepare(scenario);
      const crash = new Crash(at, failure);
      await expect(world.issue(request, processWith(world.deps, crash))).rejects.toThrow();
      await reconcileForAnHour(world);
      await expectOrder(world);
    }
  });
});

const issued = scenarios.filter(({ deliver, rotates }) => deliver === 'response' && !rotates);

describe.each(issued)('$name', (scenario) => {
  it('and the reconcile dies on it as well: the next one ends what it began', async () => {
    const calls = await callsOf(scenario);
    for (let at = 1; at <= calls; at += 1) {
      for (let again = 1, over = false; !over; again += 1) {
        const { world, request } = await prepare(scenario);
        const issuing = processWith(world.deps, new Crash(at, 'dies after'));
        await expect(world.issue(request, issuing)).rejects.toThrow();
        pass(11 * minute);
        const crash = new Crash(again, 'dies after');
        await world.reconcile(processWith(world.deps, crash)).catch(() => undefined);
        over = crash.calls < again;
        await reconcileForAnHour(world);
        await expectOrder(world);
      }
    }
  });
});
