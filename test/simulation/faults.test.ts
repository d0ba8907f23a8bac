import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Change, revocationIdOf } from '../../functions/domain/change.ts';
import { subjectDenialKey } from '../../functions/domain/denial.ts';
import { CutoffError } from '../../functions/domain/errors.ts';
import { issuer } from '../support/memory-account.ts';
import { changeOf, makeWorld, type World } from '../support/world.ts';

const people = ['dana', 'erin', 'noor', 'bystander'] as const;
const emailOf = (name: string) => `${name}@acme.example`;

/** Everybody has a user with two keys, one of them inactive from the start, and an API key. */
const makeCompany = () => {
  const world = makeWorld();
  for (const name of people) {
    world.account.addUser(name, { owner: emailOf(name) }, [`AKIA-${name}-1`, `AKIA-${name}-2`]);
    world.account.keys.set(`AKIA-${name}-2`, { user: name, active: false });
    world.account.addApiKey(`key-${name}`, { owner: emailOf(name) });
  }
  return world;
};

const access = (world: World, name: string) => ({
  user: world.account.users.get(name)?.live,
  keys: [1, 2].map((number) => world.account.keys.get(`AKIA-${name}-${number}`)?.active),
  apiKey: world.account.apiKeys.get(`key-${name}`)?.live,
  token: world.account.denylist.rows.get(subjectDenialKey(issuer.issuer, emailOf(name)))?.blocked ?? false,
});

const untouched = { user: true, keys: [true, false], apiKey: true, token: false };
const cut = { user: false, keys: [false, false], apiKey: false, token: true };

type Arrival = {
  name: string;
  change: 'deactivated' | 'suspended' | 'deleted';
  event: number;
  delay: number;
  copies: number;
};

const arrivals: fc.Arbitrary<Arrival[]> = fc.array(
  fc.record({
    name: fc.constantFrom('dana', 'erin', 'noor'),
    change: fc.constantFrom('deactivated', 'suspended', 'deleted'),
    event: fc.integer({ min: 0, max: 2 }),
    delay: fc.integer({ min: 0, max: 30 }),
    copies: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 1, maxLength: 8 },
);

const trouble = new CutoffError('throttled', { code: 'throttled', retryable: true });

/** Every call fails now and then, as `dice` says; a run of any length repeats the dice. */
const stumble = (world: World, dice: readonly boolean[]) => {
  let rolls = 0;
  world.account.fault = () => {
    rolls += 1;
    return dice[rolls % dice.length] ? trouble : undefined;
  };
};

const settleAll = async (world: World) => {
  await world.drain(3000);
  world.account.fault = () => undefined;
  world.redrive();
  await world.drain(3000);
};

const nameOf = (change: Change | undefined) => people.find((one) => change?.eventId.startsWith(one)) ?? '';

/** Sends every event as often and as late as the arrivals say; returns the distinct revocations. */
const sendAll = (world: World, all: readonly Arrival[]) => {
  const changes = new Map<string, Change>();
  for (const { name, change, event, delay, copies } of all) {
    const one = changeOf(emailOf(name), change, { eventId: `${name}-${change}-${event}` });
    changes.set(revocationIdOf(one), one);
    for (let copy = 0; copy < copies; copy += 1) world.arrive(one, delay + copy * 3);
  }
  return changes;
};

/** One after the other: a person comes back with the last of its revocations, and not before. */
const restoreAll = async (world: World, changes: ReadonlyMap<string, Change>) => {
  const ids = [...changes.keys()];
  for (const [index, id] of ids.entries()) {
    await world.operate({ restore: id, reason: 'over' });
    await settleAll(world);
    const name = nameOf(changes.get(id));
    const stillDown = ids.slice(index + 1).some((other) => nameOf(changes.get(other)) === name);
    expect(access(world, name)).toEqual(stillDown ? cut : untouched);
  }
};

const dice = fc.array(fc.boolean(), { minLength: 7, maxLength: 40 });

it('whatever fails, comes twice or comes late: leavers end proven dead, others untouched, restores exact', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, dice, async (all, rolls) => {
      const world = makeCompany();
      stumble(
        world,
        rolls.map((unlucky, index) => unlucky && index % 3 === 0),
      );
      const changes = sendAll(world, all);
      await settleAll(world);
      const leavers = new Set<string>(all.map(({ name }) => name));
      for (const name of people) expect(access(world, name)).toEqual(leavers.has(name) ? cut : untouched);
      for (const id of changes.keys()) expect((await world.revocations.get(id))?.status).toBe('verified');
      await restoreAll(world, changes);
    }),
    { numRuns: 150 },
  );
});
