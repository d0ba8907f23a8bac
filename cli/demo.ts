import { parseArgs } from 'node:util';
import { startLocalCutoff } from '../infra/local/local-cutoff.ts';
import { localSettings } from '../infra/local/local-settings.ts';
import { reportJson, reportLines } from './demo/report.ts';
import { runDemo } from './demo/run-demo.ts';
import { viewFor } from './demo/view.ts';
import { runCommand } from './run-command.ts';

const isTerminal = process.stdout.isTTY && !process.env.CI;

/** Exit 0 when everything held, else 1 with the names of what did not. */
await runCommand(async (args) => {
  const { json } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } }).values;
  const say = json ? () => undefined : console.log;
  say('starting a local AWS, deploying Cutoff to it');
  const cutoff = await startLocalCutoff({ log: say });
  try {
    const view = viewFor(json ? 'json' : isTerminal ? 'live' : 'plain');
    const result = await runDemo(cutoff, view, say);
    const { consistencyWindowSeconds } = localSettings(cutoff.issuer).verification;
    if (json) console.log(JSON.stringify(reportJson(result, consistencyWindowSeconds), null, 2));
    else for (const line of reportLines(result, consistencyWindowSeconds)) say(line);
    const failed = result.checks.filter(({ ok }) => !ok).map(({ name }) => name);
    if (failed.length > 0) throw new Error(`did not hold: ${failed.join('; ')}`);
  } finally {
    await cutoff.stop();
  }
});
