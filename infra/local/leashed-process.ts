import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * The program and everything it starts are one process group, which ends when this process closes the pipe or is
 * gone, even by SIGKILL: a shell waits for the end of the pipe beside the program. SIGKILL, since what runs here
 * has nothing to save and must not linger.
 */
const leash = `
exec 3<&0
(read -r _ <&3; kill -KILL 0) 2>/dev/null &
"$@" </dev/null 3<&-
status=$?
kill $!
exit $status
`;

export interface LeashedProcess {
  readonly isOver: () => boolean;
  /** The exit status, or null where a signal ended it. No process of it is left then. */
  readonly ended: Promise<number | null>;
  /** The last line on stderr: the reason, where it failed. */
  readonly lastWords: () => string;
  stop(): Promise<void>;
}

export interface LeashOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Gets what it writes to stderr. */
  readonly onLine?: (line: string) => void;
}

/** What a program started may outlive it. The group has the pid of its first process, the shell. */
const endGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
};

const endOf = async (child: ChildProcess): Promise<number | null> => {
  child.once('exit', () => endGroup(child));
  const [status] = (await once(child, 'close')) as [number | null];
  return status;
};

export const onLeash = (
  command: string,
  args: readonly string[],
  { onLine = () => undefined, ...where }: LeashOptions,
): LeashedProcess => {
  const child = spawn('/bin/sh', ['-c', leash, 'leash', command, ...args], {
    ...where,
    stdio: ['pipe', 'ignore', 'pipe'],
    // A group of its own. It also keeps a Ctrl-C on the terminal from ending it before its users are done.
    detached: true,
  });
  let last = '';
  // Read on, whether it is wanted or not: a program that logs every request stops when the pipe is full.
  createInterface({ input: child.stderr }).on('line', (line) => {
    last = line.trim() || last;
    onLine(line);
  });
  const ended = endOf(child);
  const stop = async () => {
    child.stdin.destroy();
    await ended;
  };
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return { isOver, ended, lastWords: () => last, stop };
};

/** Resolves when the program has done its work; rejects with its last words where it has not. */
export const runOnLeash = async (
  command: string,
  args: readonly string[],
  options: LeashOptions,
): Promise<void> => {
  const program = onLeash(command, args, options);
  const status = await program.ended;
  if (status !== 0) throw new Error(program.lastWords() || `exit ${status}`);
};
