import { pruneRoleDenies } from '../../functions/credentials/prune-role-denies.ts';
import { lastUses, reportedUsers } from '../../functions/inventory/credential-report.ts';
import { upkeep } from '../../functions/upkeep/upkeep.ts';
import { account, region } from '../support/memory-account.ts';
import { MemoryDriftBaseline } from '../support/memory-issuances.ts';
import { makeWorld } from '../support/world.ts';
import { accountOf, countsOf } from './account.ts';
import { callsForLeaver } from './leaver.ts';

const home = { account, region };
/** As the account in memory dates what it makes. */
const now = () => new Date();

/** AWS control-plane calls for the whole inventory of an account with so many users, and what it took in. */
const callsForInventory = async (users: number) => {
  const { revokers, log, clients } = await accountOf(users);
  const world = makeWorld({ revokers });
  const report = await upkeep({
    ...world,
    lastUses: () => lastUses(clients.iam(home)),
    reportedUsers: () => reportedUsers(clients.iam(home), { now }),
    baseline: new MemoryDriftBaseline(now),
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
