import { parseArgs } from 'node:util';
import { benchBundles } from './bundles.ts';
import { benchInventory } from './inventory.ts';
import { benchLeaver } from './leaver.ts';

/** Counts, not timings: they are the same on every machine. */
const benches = { bundles: benchBundles, inventory: benchInventory, leaver: benchLeaver };
type Name = keyof typeof benches;

const isBench = (name: string): name is Name => Object.hasOwn(benches, name);

const options = { json: { type: 'boolean', default: false } } as const;
const { positionals, values } = parseArgs({ options, allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(benches);

for (const name of names) {
  if (!isBench(name)) {
    console.error(`there is no bench ${name}: ${Object.keys(benches).join(', ')}`);
    process.exitCode = 1;
    break;
  }
  const rows = await benches[name]();
  if (values.json) console.log(JSON.stringify({ bench: name, rows }));
  else {
    console.log(`\n${name}`);
    console.table(rows);
  }
}
