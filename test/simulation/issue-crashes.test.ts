import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { credentialKey } from '../../functions/domain/credential.ts';
import {
  adaKey,
  type Existing,
  existing,
  hour,
  type IssueWorld,
  makeIssueWorld,
  minute,
} from '../support/issue-world.ts';
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

/** What is to be replaced, and when it ends otherwise. */
interface Old {
  readonly credential: Existing['credential'];
  readonly expiresAt: string | undefined;
  readonly rotatedAt: number;
}

interface Prepared {
  readonly world: IssueWorld;
  readonly request: object;
  readonly old?: Old;
}

const prepare = async ({ kind, deliver, rotates }: Scenario): Promise<Prepared> => {
  vi.setSystemTime(start);
  const world = await makeCompany();
  const first = { ...world.requests[kind], deliver };
  if (!rotates) return { world, request: first };
  await world.issue(world.requests[kind]);
  const [made] = await existing(world, ['ada']);
  if (!made) throw new Error('nothing was issued');
  const { credential } = made;
  const { kind: type, id } = credential;
  const named = {
    'api-gateway-key': { kind: type, id },
    'iam-access-key': { kind: type, id, user: 'ada' },
    'cognito-app-client': { kind: type, id: id.slice(id.indexOf('/') + 1), pool: world.pool },
  }[type];
  pass(minute);
  const { expiresAt } = (await world.rowOf(credential)) ?? {};
  const old = { credential, expiresAt, rotatedAt: Date.now() };
  return { world, request: { rotate: named, deliver }, old };
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

const isIssued = async (world: IssueWorld, credential: Existing['credential']): Promise<boolean> => {
  const row = await world.rowOf(credential);
  return (await world.issuances.get(row?.issuance ?? ''))?.status === 'issued';
};

/** Somebody has a key: the old one as before, or the new one, and then the old one ends with the overlap. */
const expectSuccession = async (world: IssueWorld, { credential, expiresAt, rotatedAt }: Old) => {
  const isOld = ({ id }: Existing['credential']) => id === credential.id;
  const others = (await existing(world, ['ada'])).filter((one) => !isOld(one.credential));
  const issued = await Promise.all(others.map((one) => isIssued(world, one.credential)));
  const overlap = new Date(rotatedAt + 24 * hour).toISOString();
  const ends = (await world.rowOf(credential))?.expiresAt;
  expect(ends, 'the old one').toBe(issued.includes(true) ? overlap : expiresAt);
};

describe.each(scenarios)('$name', (scenario) => {
  it.each(failures)('%s, at whichever call: nothing stays alive that nobody knows of', async (failure) => {
    const calls = await callsOf(scenario);
    expect(calls).toBeGreaterThan(8);
    for (let at = 1; at <= calls; at += 1) {
      const { world, request, old } = await prepare(scenario);
      const crash = new Crash(at, failure);
      // Whatever happens once it is issued is left to the reconcile: whoever asked has it.
      await world.issue(request, processWith(world.deps, crash)).catch(() => undefined);
      expect(crash.calls).toBeGreaterThanOrEqual(at);
      await reconcileForAnHour(world);
      await expectOrder(world);
      if (old) await expectSuccession(world, old);
    }
  });
});

const answered = scenarios.filter(({ deliver }) => deliver === 'response');

describe.each(answered)('$name', (scenario) => {
  it('and the reconcile dies on it as well: the next one ends what it began', async () => {
    const calls = await callsOf(scenario);
    for (let at = 1; at <= calls; at += 1) {
      for (let again = 1, over = false; !over; again += 1) {
        const { world, request, old } = await prepare(scenario);
        const issuing = processWith(world.deps, new Crash(at, 'dies after'));
        await world.issue(request, issuing).catch(() => undefined);
        pass(11 * minute);
        const crash = new Crash(again, 'dies after');
        await world.reconcile(processWith(world.deps, crash)).catch(() => undefined);
        over = crash.calls < again;
        await reconcileForAnHour(world);
        await expectOrder(world);
        if (old) await expectSuccession(world, old);
      }
    }
  });
});
