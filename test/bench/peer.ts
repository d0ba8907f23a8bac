import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface PeerOptions {
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A script in a process of its own, asked one question at a time. What it writes to stdout is dropped. */
export interface Peer<Question, Answer> {
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

interface Reply {
  readonly answer?: unknown;
  readonly error?: string;
}

export const startPeer = <Question extends object, Answer>(
  script: URL,
  { execArgv = [], env = {} }: PeerOptions = {},
): Peer<Question, Answer> => {
  const child = fork(fileURLToPath(script), {
    execArgv: [...execArgv],
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const over = once(child, 'exit');
  const ended = over.then(() => Promise.reject(new Error(`${script.pathname} ended too early`)));
  ended.catch(() => undefined);
  const ask = async (question: Question): Promise<Answer> => {
    const reply = once(child, 'message');
    child.send(question);
    const [{ answer, error }] = (await Promise.race([reply, ended])) as [Reply];
    if (error !== undefined) throw new Error(error);
    return answer as Answer;
  };
  const stop = async () => {
    if (child.connected) child.disconnect();
    await over;
  };
  return { ask, stop };
};

/** The other side: answers until the asker is gone. */
export const answerQuestions = <Question>(answer: (question: Question) => Promise<unknown>): void => {
  process.on('message', async (question: Question) => {
    const reply: Reply = await answer(question).then(
      (said) => ({ answer: said }),
      (error: unknown) => ({
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
    process.send?.(reply);
  });
  process.once('disconnect', () => process.exit());
};
