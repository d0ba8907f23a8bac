import { readFile } from 'node:fs/promises';
import { InvalidInput } from '../functions/domain/errors.ts';
import { explain } from '../functions/sources/explain.ts';
import { runCommand } from './run-command.ts';

const usage =
  'usage: npm run explain -- FILE (an event as EventBridge delivers it, or a bare Okta System Log event)';

const readEvent = async (file: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new InvalidInput(file, 'cannot be read');
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInput(file, 'is not JSON');
  }
};

/** Prints, as JSON, what an event would do. Calls nothing and writes nothing. */
await runCommand(async ([file]) => {
  if (!file) throw new InvalidInput('FILE', usage);
  console.log(JSON.stringify(explain(await readEvent(file)), null, 2));
});
