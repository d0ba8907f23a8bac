import { pathToFileURL } from 'node:url';
import { isNativeError } from 'node:util/types';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionError, Reply, Request, Start } from './function-instance.ts';
import { TravellingClock, travellingDate } from './travelling-clock.ts';

// The thread in which one instance of a function lives, as Lambda's runtime would run it.

type Handler = (event: unknown, context: unknown) => unknown;

const { clock: memory, ...identity } = workerData as Start;
const clock = new TravellingClock(memory);
const RealDate = Date;

/** Nothing is replaced as long as nobody travels. From then on, the same clock moves on whatever runs. */
const goByClock = (): void => {
  if (clock.ahead > 0 && Date === RealDate) globalThis.Date = travellingDate(RealDate, () => clock.ahead);
};

/** As Lambda's own runtime for Node.js puts it. */
const errorOf = (error: unknown): FunctionError =>
  isNativeError(error)
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const contextOf = ({ requestId, deadline }: Request) => ({
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: identity.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: identity.functionArn,
  logGroupName: `/aws/lambda/${identity.functionName}`,
  logStreamName: 'local',
  memoryLimitInMB: String(identity.memoryMegabytes),
  getRemainingTimeInMillis: () => Math.max(0, deadline - RealDate.now()),
});

const loadHandler = async (): Promise<Handler> => {
  goByClock();
  const { handler } = (await import(pathToFileURL(identity.bundle).href)) as { handler?: Handler };
  if (typeof handler !== 'function') throw new Error('index.handler is undefined or not exported');
  return handler;
};

// Once per instance. A failure is kept for the first request, which it fails.
const loading = loadHandler();
loading.catch(() => undefined);

const answer = async (request: Request): Promise<Reply> => {
  try {
    const handler = await loading;
    goByClock();
    const result: unknown = await handler(JSON.parse(request.event), contextOf(request));
    return { payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { error: errorOf(error) };
  }
};

parentPort?.on('message', async (request: Request) => {
  const reply = await answer(request);
  const started = await loading.then(
    () => true,
    () => false,
  );
  parentPort?.postMessage({ ...reply, started });
});
