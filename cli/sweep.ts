import { invoke } from './invoke.ts';
import { runCommand } from './run-command.ts';
import { setting } from './settings.ts';

/** Calls the sweep function: without a request, for its plan alone. A second call beside a slow one would only be busy. */
await runCommand(async ([request = '{"dryRun": true}']) => {
  const answer = await invoke(setting('CUTOFF_SWEEP_FUNCTION'), request, { maxAttempts: 1 });
  console.log(JSON.stringify(answer, null, 2));
});
