import { invoke } from './invoke.ts';
import { runCommand } from './run-command.ts';
import { setting } from './settings.ts';

const usage =
  'usage: npm run issue -- \'{"issue": "api-key", "owner": {"format": "email", "email": "…"}, "usagePlan": "…", "reason": "…"}\'';

const warning =
  'The secret is told this once and kept nowhere: do not leave it in a log or in the scrollback of a terminal.';

const hasSecret = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'secret' in answer;

/** Calls the issue function. A secret that it answers goes to stdout, and nowhere else. */
await runCommand(async ([request]) => {
  if (!request) throw new Error(usage);
  // Asked again by itself, it would issue a second one. Whoever wants to ask again sends a `clientToken`.
  const answer = await invoke(setting('CUTOFF_ISSUE_FUNCTION'), request, { maxAttempts: 1 });
  if (hasSecret(answer)) console.error(warning);
  console.log(JSON.stringify(answer, null, 2));
});
