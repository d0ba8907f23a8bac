import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { DeployedFunction } from './deployed-functions.ts';

/** What the thread knows of its function. */
export interface Identity {
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
}

export interface Start extends Identity {
  /** The file. */
  readonly bundle: string;
  readonly clock?: SharedArrayBuffer | undefined;
}

export interface Request {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** An error as Lambda hands it to whoever called. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What a function answered, as JSON; or how it failed. */
export type Reply = { readonly payload: string } | { readonly error: FunctionError };

type Message = Reply & { readonly started: boolean };

export interface InstanceProps {
  readonly deployed: DeployedFunction;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Writable;
  /** Of a `TravellingClock`, by which the function then goes; timers go by the real one. */
  readonly clock?: SharedArrayBuffer | undefined;
}

const program = new URL('./function-worker.ts', import.meta.url);

const startThread = ({ deployed, environment, log, clock }: InstanceProps): Worker => {
  const { name: functionName, arn: functionArn, memoryMegabytes, folder } = deployed;
  const identity: Identity = { functionName, functionArn, memoryMegabytes };
  const worker = new Worker(program, {
    env: { ...environment },
    workerData: { ...identity, bundle: join(folder, 'index.mjs'), clock } satisfies Start,
    stdout: true,
    stderr: true,
  });
  worker.stdout.pipe(log, { end: false });
  worker.stderr.pipe(log, { end: false });
  return worker;
};

/**
 * Lambda's execution environment: starts with its first invocation, does one at a time, keeps what the module holds
 * between them, and is thrown away after a failed start, a crash or a time-out.
 */
export class FunctionInstance {
  readonly #props: InstanceProps;
  #thread: Worker | undefined;

  constructor(props: InstanceProps) {
    this.#props = props;
  }

  async invoke(event: string): Promise<Reply> {
    this.#thread ??= startThread(this.#props);
    const { started, ...reply } = await this.#ask(this.#thread, event);
    if (!started) await this.stop();
    return reply;
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  #ask(thread: Worker, event: string): Promise<Message> {
    const { timeoutSeconds } = this.#props.deployed;
    const requestId = randomUUID();
    const milliseconds = timeoutSeconds * 1000;
    const { promise, resolve } = Promise.withResolvers<Message>();
    const fail = (errorType: string, problem: string) => {
      const errorMessage = `RequestId: ${requestId} Error: ${problem}`;
      resolve({ error: { errorType, errorMessage }, started: false });
    };
    const late = () => fail('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
    const crashed = (error: Error) => fail(error.name, error.message);
    const exited = (code: number) => fail('Runtime.ExitError', `Runtime exited with exit status: ${code}`);
    const timer = setTimeout(late, milliseconds);
    thread.on('message', resolve).on('error', crashed).on('exit', exited);
    thread.postMessage({ requestId, event, deadline: Date.now() + milliseconds } satisfies Request);
    return promise.finally(() => {
      clearTimeout(timer);
      thread.off('message', resolve).off('error', crashed).off('exit', exited);
    });
  }
}
