import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variablesOf } from '../../infra/local/env-file.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { envelope, logEvent } from '../fixtures/events/okta/log-event.ts';
import { recordsOf, revocationBy, tell } from './hand-made.ts';

let cutoff: LocalCutoff;
beforeAll(async () => {
  cutoff = await startLocalCutoff();
});
afterAll(() => cutoff?.stop());

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command of this project, as a person with `.local/env` sourced would run it. */
const run = (command: string, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...variablesOf(cutoff) };
    execFile(process.execPath, [`cli/${command}.ts`, ...args], { env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });

const file = async (content: string): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'cutoff-')), 'event.json');
  await writeFile(path, content);
  return path;
};

describe('npm run audit', () => {
  it('verify: holds, until a single byte is flipped', async () => {
    const eventId = await tell(cutoff, 'user.session.clear', 'ada@acme.example');
    const id = await revocationBy(cutoff, eventId);
    expect(await run('audit', 'verify')).toMatchObject({ code: 0, err: '' });
    const show = await run('audit', 'show', id);
    expect(show.out).toContain('verified');

    const record = (await recordsOf(cutoff)).find(({ revocationId }) => revocationId === id);
    if (!record) throw new Error('nothing is recorded');
    const Key = { chain: `${record.revocationId}|${record.credential}`, seq: record.seq };
    const flipped = `${record.at.slice(0, -2)}${record.at.at(-2) === '1' ? '2' : '1'}Z`;
    const flip = new UpdateCommand({
      TableName: cutoff.outputs.AuditTable,
      Key,
      UpdateExpression: 'SET #at = :flipped',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':flipped': flipped },
    });
    await cutoff.clients.dynamoDb.send(flip);
    const broken = await run('audit', 'verify');
    expect(broken.code).toBe(1);
    expect(broken.err).toContain(`${Key.chain}: record ${Key.seq} was changed after it was written`);
  });

  it('says what it takes', async () => {
    expect(await run('audit')).toMatchObject({ code: 1, err: expect.stringContaining('usage:') });
    expect(await run('audit', 'show', 'rev-none')).toMatchObject({ code: 1 });
  });
});

describe('npm run explain', () => {
  it('prints what an event would do', async () => {
    const event = envelope(logEvent('user.lifecycle.deactivate'));
    const { code, out } = await run('explain', await file(JSON.stringify(event)));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ source: 'okta', changes: [{ change: 'deactivated' }] });
  });

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'is not a JSON object'],
    ['{"a": 1}', 'is missing'],
  ])('refuses %s with one sentence', async (content, sentence) => {
    const { code, out, err } = await run('explain', await file(content));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('refuses a file that is not there', async () => {
    expect(await run('explain', '/nowhere.json')).toMatchObject({ code: 1 });
    expect(await run('explain')).toMatchObject({ code: 1, err: expect.stringContaining('usage:') });
  });
});

describe('npm run operator', () => {
  const request = { subject: { format: 'email', email: 'ada@acme.example' }, reason: 'e2e', dryRun: true };

  it('calls the function through Lambda’s own API and prints its answer', async () => {
    const { code, out } = await run('operator', JSON.stringify(request));
    expect(code).toBe(0);
    // Tokens of the identity provider, and of our own issuer.
    expect(JSON.parse(out)).toMatchObject({ dryRun: true, tasks: [{ verdict: 'act' }, { verdict: 'act' }] });
  });

  it('ends with the function’s own sentence where the request is wrong', async () => {
    const { code, err } = await run('operator', JSON.stringify({ ...request, dryrun: true }));
    expect(code).toBe(1);
    expect(err.trim()).toBe('InvalidInput: request.dryrun: is not a known field');
  });
});

describe('npm run issue', () => {
  it('prints the answer, and warns of the secret in it where people look and pipes do not', async () => {
    const request = {
      issue: 'api-key',
      owner: { format: 'opaque', id: 'acme-logistics' },
      usagePlan: cutoff.outputs.ProtectedUsagePlan,
      reason: 'e2e',
    };
    const { code, out, err } = await run('issue', JSON.stringify(request));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ credential: expect.stringContaining('api-gateway-key:') });
    expect(err).toContain('told this once');
  });

  it('says which field is wrong', async () => {
    const { code, err } = await run('issue', JSON.stringify({ issue: 'api-key', days: 0 }));
    expect([code, err]).toEqual([1, expect.stringContaining('request.')]);
  });
});

describe('npm run sweep', () => {
  it('prints a plan, and runs nothing unless it is told to', async () => {
    const { code, out } = await run('sweep');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ mode: 'dry-run', items: expect.any(Array) });
    expect(JSON.parse((await run('sweep', '{}')).out)).toMatchObject({ mode: 'enforce' });
    const last = await run('sweep', '{"last": true}');
    expect(JSON.parse(last.out)).toMatchObject({ mode: 'enforce', items: expect.any(Array) });
  });
});
