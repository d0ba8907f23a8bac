import { parseArgs } from 'node:util';
import { benchAuthorize } from './authorize.ts';
import { benchBundles } from './bundles.ts';
import { benchGap } from './gap.ts';
import { benchInventory } from './inventory.ts';
import { benchLeaver } from './leaver.ts';
import { jsonOf, print } from './report.ts';
import { benchSweep } from './sweep.ts';

/** Counts and ratios: they are the same on every machine. Times are shown beside them. */
const benches = {
  authorize: benchAuthorize,
  bundles: benchBundles,
  gap: benchGap,
  inventory: benchInventory,
  leaver: benchLeaver,
  sweep: benchSweep,
};
type Name = keyof typeof benches;

const isBench = (name: string): name is Name => Object.hasOwn(benches, name);

const options = {
  json: { type: 'boolean', default: false },
  /** Where the authorizer's time goes. */
  profile: { type: 'boolean', default: false },
} as const;
const { positionals, values } = parseArgs({ options, allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(benches);

for (const name of names) {
  if (!isBench(name)) {
    console.error(`there is no bench ${name}: ${Object.keys(benches).join(', ')}`);
    process.exitCode = 1;
    break;
  }
  const findings = await benches[name](values);
  if (values.json) console.log(jsonOf(name, findings));
  else print(name, findings);
}
