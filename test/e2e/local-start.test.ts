import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStack } from '../../infra/local/create-stack.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { type LocalAws, startLocalAws } from '../../infra/local/local-aws.ts';
import { localClients } from '../../infra/local/local-clients.ts';
import { startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { motoCommand } from '../../infra/local/moto-command.ts';
import { processesWith, shellScript } from './processes.ts';

const { AWS_ENDPOINT_URL: _, ...env } = process.env;

let root: string;
let port: number;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'cutoff-start-'));
  port = await freePort();
});
afterEach(() => {
  expect(processesWith(`-p ${port}`)).toEqual([]);
  rmSync(root, { recursive: true });
});

const onPath = (programs: Record<string, string>): NodeJS.ProcessEnv => {
  const folder = join(root, 'bin');
  mkdirSync(folder);
  for (const [name, lines] of Object.entries(programs)) {
    writeFileSync(join(folder, name), shellScript(lines), { mode: 0o755 });
  }
  return { PATH: `${folder}:/usr/bin:/bin` };
};

const blockPort = async () => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const command = async (args: string[], environment: NodeJS.ProcessEnv = env) => {
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const [status] = await once(child, 'close');
  return { status, said };
};

describe('a local AWS that cannot start says why', () => {
  it('where the port is taken', async () => {
    const server = await blockPort();
    const sentence = `port ${port} is taken: choose another one, or leave it out to get a free one`;
    await expect(startLocalAws({ env, port })).rejects.toThrow(sentence);
    expect(await command(['cli/local.ts', '--port', String(port)])).toEqual({
      status: 1,
      said: `${sentence}\n`,
    });
    server.close();
  });

  it('where there is neither moto nor Python', async () => {
    const start = startLocalAws({ env: { PATH: root }, venv: join(root, 'venv'), port });
    await expect(start).rejects.toThrow(
      /^the local AWS needs moto_server.*not found.*pip install 'moto\[server\]/,
    );
    expect(readdirSync(root)).toEqual([]);
  });

  it('where moto cannot be fetched', async () => {
    const python = 'mkdir -p "$3/bin" && cp "$(dirname "$0")/fake-pip" "$3/bin/pip"';
    const start = startLocalAws({
      env: onPath({ python3: python, 'fake-pip': 'echo no network >&2; exit 1' }),
      venv: join(root, 'venv'),
      port,
    });
    await expect(start).rejects.toThrow('could not be set up (no network): install Python 3');
    expect(readdirSync(root)).toEqual(['bin']);
  });

  it('where moto dies at start, and ends what moto had started', async () => {
    const dying = `sleep 60.${port} & echo Traceback >&2; echo "no module flask" >&2; exit 3`;
    const start = startLocalAws({ env: onPath({ moto_server: dying }), port });
    await expect(start).rejects.toThrow('moto_server died at start: no module flask');
    expect(processesWith(`sleep 60.${port}`)).toEqual([]);
  });

  it('where nothing answers at AWS_ENDPOINT_URL', async () => {
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
    const start = startLocalAws({ env: { ...env, AWS_ENDPOINT_URL } });
    await expect(start).rejects.toThrow(`nothing answers at ${AWS_ENDPOINT_URL}`);
  });

  it('where an option is unknown', async () => {
    const { status, said } = await command(['cli/local.ts', '--bogus']);
    expect(status).toBe(1);
    expect(said).toBe("Unknown option '--bogus'; usage: npm run local -- [--empty] [--port N]\n");
  });

  it('where a setting of the stack is wrong, and stops the local AWS again', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    const start = startLocalCutoff({ port, settings: { upkeepMinutes: 1 } });
    await expect(start).rejects.toThrow(
      /the stack could not be synthesised .*cutoff\.upkeepMinutes: Too small/,
    );
    vi.unstubAllEnvs();
  });
});

describe('a local AWS of our own', () => {
  it('is gone when it was stopped', async () => {
    const aws = await startLocalAws({ env, port });
    expect(processesWith(`-p ${port}`)).not.toEqual([]);
    await aws.stop();
    expect(processesWith(`-p ${port}`)).toEqual([]);
  });

  it('is gone when the process that started it was killed', async () => {
    const started = new URL('../../infra/local/local-aws.ts', import.meta.url).href;
    const code = `import { startLocalAws } from '${started}'; await startLocalAws({ port: ${port} }); console.log('up'); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    expect(processesWith(`moto_server -H 127.0.0.1 -p ${port}`)).not.toEqual([]);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(processesWith(`-p ${port}`)).toEqual([]), 5000);
  });

  it('leaves one that AWS_ENDPOINT_URL names alone', async () => {
    const aws = await startLocalAws({ env, port });
    const attached = await startLocalAws({ env: { ...env, AWS_ENDPOINT_URL: aws.endpoint } });
    expect(attached).toMatchObject({ endpoint: aws.endpoint, own: false });
    await attached.stop();
    expect(await fetch(aws.endpoint)).toBeInstanceOf(Response);
    await aws.stop();
  });

  it('is installed once where two need it at the same time', async () => {
    const bin = join(root, 'bin');
    const path = onPath({
      python3: `mkdir -p "$3/bin" && cp ${bin}/fake-pip "$3/bin/pip"`,
      'fake-pip': `cp ${bin}/fake-moto "$(dirname "$0")/moto_server"`,
      'fake-moto': `exec ${await motoCommand({ env, log: () => undefined })} "$@"`,
    });
    const where = { env: { ...env, ...path }, venv: join(root, 'venv') };
    const both = await Promise.all([startLocalAws({ ...where, port }), startLocalAws(where)]);
    for (const aws of both) await aws.stop();
    expect(readdirSync(root).filter((name) => name.startsWith('venv'))).toHaveLength(2); // the link, and one venv
  });
});

describe('a stack', () => {
  const queue = { Type: 'AWS::SQS::Queue', Properties: {} };
  const asAssembly = (Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>) => {
    const path = join(root, 'template.json');
    writeFileSync(path, JSON.stringify({ Resources }));
    const asset = { path, packaging: 'file' as const, objectKey: 'template.json' };
    return { template: { Resources }, templateKey: asset.objectKey, assets: [asset] };
  };

  let aws: LocalAws;
  beforeEach(async () => {
    aws = await startLocalAws({ env, port });
  });
  afterEach(() => aws.stop());

  it('that is refused ends as one sentence', async () => {
    const policy = { PolicyName: 'p', PolicyDocument: {}, Roles: ['absent'] };
    const assembly = asAssembly({ Policy: { Type: 'AWS::IAM::Policy', Properties: policy } });
    const creating = createStack(assembly, localClients(aws.endpoint));
    await expect(creating).rejects.toThrow(
      'the local AWS refused the stack: NoSuchEntity: Role absent not found',
    );
  });

  it('that exists is left alone', async () => {
    const clients = localClients(aws.endpoint);
    expect(await createStack(asAssembly({ Queue: queue }), clients)).toMatchObject({ StackName: 'Cutoff' });
    await expect(createStack(asAssembly({ Queue: queue }), clients)).rejects.toThrow(
      'a stack named Cutoff exists',
    );
  });
});
