import { invoke } from './invoke.ts';
import { runCommand } from './run-command.ts';
import { setting } from './settings.ts';

const usage =
  'usage: npm run operator -- \'{"subject": {"format": "email", "email": "…"}, "reason": "…", "dryRun": true}\'';

/** Calls the operator function. */
await runCommand(async ([request]) => {
  if (!request) throw new Error(usage);
  const answer = await invoke(setting('CUTOFF_OPERATOR_FUNCTION'), request);
  console.log(JSON.stringify(answer, null, 2));
});
