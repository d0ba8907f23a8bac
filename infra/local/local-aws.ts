import { freePort } from './free-port.ts';
import { motoCommand } from './moto-command.ts';
import { type MotoProcess, startMoto } from './moto-process.ts';

export interface LocalAws {
  readonly endpoint: string;
  /** False for one that the user brought along, which stays as it is. */
  readonly own: boolean;
  stop(): Promise<void>;
}

export interface LocalAwsOptions {
  /** Of a moto started here; a free one by default. */
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Where moto is installed if it is not on PATH; `.local/venv` by default. */
  readonly venv?: string;
  readonly log?: (line: string) => void;
}

/** Where AWS itself answers: `amazonaws.com`, `amazonaws.com.cn`, `api.aws` (dual stack), `on.aws`. */
const realAws = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|on\.aws)$/;

/** The same address in one way of writing. Throws one clear sentence for what cannot be a local AWS. */
export const checkedEndpoint = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(`AWS_ENDPOINT_URL is not an http address: ${text}`);
  }
  if (realAws.test(url.hostname.replace(/\.$/, ''))) {
    throw new Error(`refusing to run the local stack against real AWS: AWS_ENDPOINT_URL is ${text}`);
  }
  return url.href.replace(/\/$/, '');
};

/**
 * The endpoint that the user chose. One that only stands there because `.local/env` was sourced is not a choice:
 * its local AWS belongs to `npm run local`, or is long gone. `CUTOFF_LOCAL_AWS` in that file tells the two apart.
 */
export const chosenEndpoint = (env: NodeJS.ProcessEnv): string | undefined => {
  const { AWS_ENDPOINT_URL: chosen, CUTOFF_LOCAL_AWS: sourced } = env;
  return chosen && chosen !== sourced ? checkedEndpoint(chosen) : undefined;
};

const isThere = (endpoint: string): Promise<boolean> =>
  fetch(endpoint, { signal: AbortSignal.timeout(5000) }).then(
    () => true, // any status will do
    () => false,
  );

const attach = async (endpoint: string): Promise<LocalAws> => {
  if (!(await isThere(endpoint))) {
    const advice = 'start that local AWS, or unset AWS_ENDPOINT_URL to get one of its own';
    throw new Error(`nothing answers at ${endpoint}, which AWS_ENDPOINT_URL names: ${advice}`);
  }
  return { endpoint, own: false, stop: async () => undefined };
};

/** Between the look at a free port and moto's taking it, somebody else may come first. */
const startOnFreePort = async (command: string, env: NodeJS.ProcessEnv): Promise<MotoProcess> => {
  const start = async () => startMoto(command, await freePort(), env);
  return start().catch((error: Error) => {
    if (!/in use/i.test(error.message)) throw error;
    return start();
  });
};

/** The local AWS: the user's own at `AWS_ENDPOINT_URL`, else a moto_server that lives as long as this process. */
export const startLocalAws = async (options: LocalAwsOptions = {}): Promise<LocalAws> => {
  const { env = process.env, log = () => undefined, port, venv } = options;
  const chosen = chosenEndpoint(env);
  if (chosen) return attach(chosen);
  if (port !== undefined) await freePort(port);
  const command = await motoCommand({ env, log, ...(venv !== undefined && { venv }) });
  const moto = port === undefined ? await startOnFreePort(command, env) : await startMoto(command, port, env);
  return { ...moto, own: true };
};
