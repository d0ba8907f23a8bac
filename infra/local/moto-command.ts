import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { runOnLeash } from './leashed-process.ts';
import { localFolder } from './local-folder.ts';

const requirement = 'moto[server]==5.2.*';

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

const onPath = async (command: string, path: string): Promise<string | undefined> => {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, command);
    if (folder && (await isExecutable(file))) return file;
  }
  return undefined;
};

const makeVenv = async (folder: string, env: NodeJS.ProcessEnv): Promise<void> => {
  try {
    await runOnLeash('python3', ['-m', 'venv', folder], { env });
    await runOnLeash(join(folder, 'bin', 'pip'), ['install', '--quiet', requirement], { env });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new Error(
      `the local AWS needs moto_server, which could not be set up (${reason}): install Python 3, then run pip install '${requirement}'`,
    );
  }
};

/**
 * Test runs start at the same time and would trip over each other in one folder, so each makes its own, and the
 * first to finish is the one that `.local/venv` points to. (A venv cannot be moved: its scripts name their path.)
 */
const install = async (venv: string, env: NodeJS.ProcessEnv): Promise<void> => {
  await mkdir(dirname(venv), { recursive: true });
  const own = await mkdtemp(`${venv}-`);
  await makeVenv(own, env);
  await symlink(own, venv).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    await rm(own, { recursive: true, force: true });
  });
};

export interface Lookup {
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly venv?: string;
}

/** From PATH, else from the project's own venv, which is made when it is not there. */
export const motoCommand = async (lookup: Lookup): Promise<string> => {
  const { env, log, venv = join(localFolder, 'venv') } = lookup;
  const found = await onPath('moto_server', env.PATH ?? '');
  if (found) return found;
  const own = join(venv, 'bin', 'moto_server');
  if (await isExecutable(own)) return own;
  log('moto_server is not on PATH: installing it into .local/venv');
  await rm(venv, { force: true }); // a link that points nowhere, if anything
  await install(venv, env);
  return own;
};
