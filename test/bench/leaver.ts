import { changeOf, makeWorld } from '../support/world.ts';
import { accountOf, countsOf } from './account.ts';

/** AWS control-plane calls for one leaver in an account of this size, from the event to the proof. */
export const callsForLeaver = async (users: number) => {
  const { revokers, log } = await accountOf(users);
  const world = makeWorld({ revokers });
  await world.submit(changeOf('user0@acme.example', 'deactivated'));
  await world.drain();
  const verified = world.recorded('verified').some(({ credential }) => credential === undefined);
  return { users, verified, apiCalls: log.calls.length, ...countsOf(log.calls) };
};

export const benchLeaver = async (): Promise<object[]> => {
  const rows: object[] = [];
  for (const users of [10, 1000, 5000]) rows.push(await callsForLeaver(users));
  return rows;
};
