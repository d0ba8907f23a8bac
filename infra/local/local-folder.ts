import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything that local runs leave on disk. Not in git. */
export const localFolder: string = fileURLToPath(new URL('../../.local', import.meta.url));

/** What functions and moto write, which would bury what a command has to say. */
export const logFolder: string = join(localFolder, 'log');

const runsFolder = join(localFolder, 'runs');

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0); // sends nothing
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
};

/** Runs that were killed could not tidy up after themselves. */
const removeAbandoned = async (): Promise<void> => {
  for (const name of await readdir(runsFolder)) {
    const pid = Number.parseInt(name, 10);
    if (!isRunning(pid)) await rm(join(runsFolder, name), { recursive: true, force: true });
  }
};

export interface RunFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** For one run's template and bundles: several may run side by side. */
export const newRunFolder = async (): Promise<RunFolder> => {
  await mkdir(runsFolder, { recursive: true });
  await removeAbandoned();
  const path = await mkdtemp(join(runsFolder, `${process.pid}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};
