import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LeashedProcess, onLeash } from './leashed-process.ts';
import { logFolder } from './local-folder.ts';

/** Python reads a few hundred files before it answers: seconds on a cold machine. */
const deadlineMs = 60_000;
const pollMs = 100;

const answers = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(5000) }).then(
    ({ ok }) => ok,
    () => false,
  );

const ready = async (moto: LeashedProcess, endpoint: string): Promise<void> => {
  const deadline = Date.now() + deadlineMs;
  while (Date.now() < deadline) {
    if (moto.isOver()) {
      await moto.ended; // its last words may still be on the way
      throw new Error(`moto_server died at start: ${moto.lastWords() || 'it gave no reason'}`);
    }
    if (await answers(endpoint)) return;
    await sleep(pollMs);
  }
  throw new Error(`moto_server did not answer at ${endpoint} within ${deadlineMs / 1000} seconds`);
};

/** `127.0.0.1 - - [24/Nov/2026 00:29:08] "POST / HTTP/1.1" 200 -`: one for every request. */
const accessLine = /" \d{3} -$/;

/** Warnings, and the tracebacks that stand behind an answer of 500. */
const openLog = async () => {
  await mkdir(logFolder, { recursive: true });
  const log = createWriteStream(join(logFolder, 'local-aws.log'), { flags: 'a' });
  const onLine = (line: string) => {
    if (!accessLine.test(line)) log.write(`${line}\n`);
  };
  return { onLine, close: () => void log.end() };
};

export interface MotoProcess {
  readonly endpoint: string;
  /** Resolves when no process of it is left. */
  stop(): Promise<void>;
}

/** Resolves when it answers. Whatever goes wrong, nothing of it stays behind. */
export const startMoto = async (
  command: string,
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<MotoProcess> => {
  const { onLine, close } = await openLog();
  const moto = onLeash(command, ['-H', '127.0.0.1', '-p', String(port)], { env, onLine });
  moto.ended.then(close);
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await ready(moto, endpoint);
  } catch (error) {
    await moto.stop();
    throw error;
  }
  return { endpoint, stop: moto.stop };
};
