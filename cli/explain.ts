import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { InvalidInput } from '../functions/domain/errors.ts';
import { explainFile } from './explain/explain-file.ts';
import { runCommand } from './run-command.ts';

const usage = `usage: npm run explain -- FILE [--headers FILE]
FILE: an event as EventBridge delivers it, a provider's own record, a queue message, a security event token, a recorded
HTTP request, or the body of a webhook, whose headers are then the JSON object of the second file`;

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch(() => {
    throw new InvalidInput(file, 'cannot be read');
  });

const readHeaders = async (file: string | undefined): Promise<unknown> => {
  if (file === undefined) return undefined;
  const text = await read(file);
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInput(file, 'is not JSON');
  }
};

/** Prints, as JSON, what an event would do; a list where the file holds several. Calls nothing and writes nothing. */
await runCommand(async (args) => {
  const options = { headers: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [file] = positionals;
  if (!file) throw new InvalidInput('FILE', usage);
  const explanations = explainFile(await read(file), await readHeaders(values.headers));
  const [only, ...others] = explanations;
  console.log(JSON.stringify(others.length > 0 ? explanations : only, null, 2));
});
