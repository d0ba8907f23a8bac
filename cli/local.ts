import { parseArgs } from 'node:util';
import { seedCompany } from '../infra/local/company.ts';
import { variablesOf, writeEnvFile } from '../infra/local/env-file.ts';
import { type LocalCutoff, startLocalCutoff } from '../infra/local/local-cutoff.ts';
import { startScheduleRunner } from '../infra/local/schedule-runner.ts';
import { runCommand } from './run-command.ts';

const usage = 'usage: npm run local -- [--empty] [--port N]';

interface Options {
  readonly empty: boolean;
  readonly port?: number;
}

const portOf = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`--port ${text} is not a port number; ${usage}`);
};

const read = (args: string[]): Options => {
  const options = { empty: { type: 'boolean', default: false }, port: { type: 'string' } } as const;
  try {
    const { empty, port } = parseArgs({ args, options }).values;
    return { empty, ...(port !== undefined && { port: portOf(port) }) };
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : usage).split(/\. |\n/);
    throw new Error(sentence.includes(usage) ? sentence : `${sentence}; ${usage}`);
  }
};

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });

/** People, keys and a first inventory, so that the registry knows who owns what. */
const seed = async ({ clients, outputs, invoke }: LocalCutoff): Promise<string> => {
  const { leaver } = await seedCompany(clients, outputs);
  await invoke(outputs.UpkeepFunction, {});
  return leaver.email;
};

const exampleEvent = (email: string) => {
  const target = { id: '00u1example', type: 'User', alternateId: email };
  const detail = {
    uuid: crypto.randomUUID(),
    eventType: 'user.lifecycle.deactivate',
    published: new Date().toISOString(),
    outcome: { result: 'SUCCESS' },
    target: [target],
  };
  return JSON.stringify([
    {
      EventBusName: 'BUS',
      Source: 'cutoff.okta',
      DetailType: 'SystemLog',
      Detail: JSON.stringify(detail),
    },
  ]);
};

const summary = ({ aws, outputs, urls, issuer }: LocalCutoff, email: string): string => `
Cutoff runs locally, until Ctrl-C.

  source .local/env              AWS CLI, npm run audit and npm run operator then work here
  local AWS                      ${aws.endpoint}
  Lambda                         ${urls.lambda}
  protected API                  ${urls.gateway}/${outputs.ProtectedStage}/hello
  signals from providers         ${urls.signals}
  tokens                         ${issuer.tokenUrl}    POST {"sub": "${email}"}
  the functions' own output      .local/log

Deactivate ${email}, as Okta would tell it:

  aws events put-events --entries '${exampleEvent(email).replace('BUS', outputs.EventBus)}'

  npm run audit -- verify
`;

const run = async ({ empty, ...options }: Options): Promise<void> => {
  const log = (line: string) => console.error(line);
  const stop = interrupted();
  // Whatever is half up ends with this process: see `leashed-process.ts`.
  const starting = startLocalCutoff({ ...options, log });
  const cutoff = await Promise.race([starting, stop]);
  if (!cutoff) process.exit(0);
  try {
    const email = empty ? 'dana.reyes@acme.example' : await seed(cutoff);
    const envFile = await writeEnvFile(variablesOf(cutoff));
    const schedules = startScheduleRunner({ ...cutoff, log });
    console.log(summary(cutoff, email));
    await stop;
    await schedules.stop();
    await envFile.remove();
  } finally {
    await cutoff.stop();
  }
};

await runCommand((args) => run(read(args)));
