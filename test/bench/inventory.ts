import { pruneRoleDenies } from '../../functions/credentials/prune-role-denies.ts';
import { lastUses } from '../../functions/inventory/credential-report.ts';
import { upkeep } from '../../functions/upkeep/upkeep.ts';
import { account, region } from '../support/memory-account.ts';
import { makeWorld } from '../support/world.ts';
import { accountOf, countsOf } from './account.ts';
import { callsForLeaver } from './leaver.ts';

const home = { account, region };

/** AWS control-plane calls for the whole inventory of an account with so many users, and what it took in. */
const callsForInventory = async (users: number) => {
  const { revokers, log, clients } = await accountOf(users);
  const world = makeWorld({ revokers });
  const report = await upkeep({
    ...world,
    lastUses: () => lastUses(clients.iam(home)),
    prune: () => pruneRoleDenies({ clients, home, now: world.now }),
    count: () => undefined,
  });
  const registered = report.new + report.known;
  return { users, keys: users * 2, registered, apiCalls: log.calls.length, ...countsOf(log.calls) };
};

/** The inventory, and one leaver in the same account. */
export const benchInventory = async (): Promise<object[]> => [
  { of: 'inventory', ...(await callsForInventory(1000)) },
  { of: 'leaver', ...(await callsForLeaver(1000)) },
];
