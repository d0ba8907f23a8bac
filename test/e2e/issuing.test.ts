import { CreateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../functions/issue/answer.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { eventually } from '../support/eventually.ts';
import { ask, recordsOf } from './hand-made.ts';
import { type Notices, noticesOf } from './notices.ts';
import { tellFixture } from './told.ts';

const partner = { format: 'opaque', id: 'acme-logistics' } as const;

let cutoff: LocalCutoff;
let notices: Notices;
beforeAll(async () => {
  cutoff = await startLocalCutoff();
  notices = await noticesOf(cutoff);
});
afterAll(() => cutoff?.stop());

const issue = (request: object) =>
  cutoff.invoke(cutoff.outputs.IssueFunction ?? '', { reason: 'contract 7', ...request }) as Promise<Answer>;

const issueApiKey = (more: object = {}) =>
  issue({ issue: 'api-key', owner: partner, usagePlan: cutoff.outputs.ProtectedUsagePlan, ...more });

const operate = (request: object) => cutoff.invoke(cutoff.outputs.OperatorFunction, request);
const idOf = ({ credential }: Answer) => credential.split(':').at(-1) ?? '';
const withKey = (value: unknown) => ask(cutoff, { 'x-api-key': String(value) });
const secretIn = ({ secret }: Answer) => Object.values(secret ?? {})[0];

const isVerified = async ({ credential }: Answer) =>
  (await recordsOf(cutoff)).some((record) => record.credential === credential && record.type === 'verified');

describe('an API key that is issued', () => {
  it('opens the API, belongs to somebody, and after a rotation ends with its overlap, proven', async () => {
    const first = await issueApiKey();
    expect(await withKey(secretIn(first))).toBe(200);
    const owned = (await operate({ inventory: partner })) as { credentials?: unknown };
    expect(JSON.stringify(owned)).toContain(idOf(first));

    const rotate = { kind: 'api-gateway-key', id: idOf(first) };
    const second = await issue({ rotate, overlapHours: 2 });
    expect(await withKey(secretIn(second))).toBe(200);
    cutoff.travel({ hours: 1 });
    await cutoff.invoke(cutoff.outputs.ExpireFunction, {});
    expect(await withKey(secretIn(first))).toBe(200);
    cutoff.travel({ hours: 1, seconds: 1 });
    await cutoff.invoke(cutoff.outputs.ExpireFunction, {});
    await eventually('the old key is proven dead', () => isVerified(first));
    expect(await withKey(secretIn(first))).toBe(403);
    expect(await withKey(secretIn(second))).toBe(200);
  });

  it('is told once: the same request again gets the handle, and the trail no secret', async () => {
    const clientToken = 'e2e-once';
    const first = await issueApiKey({ clientToken });
    const again = await issueApiKey({ clientToken });
    expect(again).toMatchObject({ credential: first.credential, alreadyIssued: true });
    expect(again.secret).toBeUndefined();
    const trail = JSON.stringify(await recordsOf(cutoff));
    expect(trail).toContain(first.issuanceId);
    expect(trail).not.toContain(secretIn(first));
  });

  it('may go into Secrets Manager, and then is told nobody', async () => {
    const { secret, secretArn } = await issueApiKey({ deliver: 'secrets-manager' });
    expect(secret).toBeUndefined();
    const get = new GetSecretValueCommand({ SecretId: secretArn });
    const { SecretString = '{}' } = await cutoff.clients.secretsManager.send(get);
    expect(await withKey(Object.values(JSON.parse(SecretString) as Record<string, string>)[0])).toBe(200);
  });

  it('ends with its owner, like everything that is theirs', async () => {
    const owner = { format: 'email', email: 'issued@acme.example' };
    const key = await issueApiKey({ owner });
    expect(await withKey(secretIn(key))).toBe(200);
    await operate({ subject: owner, reason: 'left' });
    await eventually('refused', async () => (await withKey(secretIn(key))) === 403);
    await eventually('proven', () => isVerified(key));
    await expect(issueApiKey({ owner })).rejects.toThrow('request.owner');
  });
});

describe('a key that somebody makes past it', () => {
  it('is told of a moment later, once, and is in the registry', async () => {
    const tags = { 'cutoff:owner': 'maker@acme.example' };
    const create = new CreateApiKeyCommand({ name: 'by-hand', enabled: true, tags });
    const { id = '' } = await cutoff.clients.apiGateway.send(create);
    for (const _ of ['once', 'and replayed']) {
      await tellFixture(cutoff, ['iam', 'api-key-created'], { k3yacme001: id });
    }
    const told = await eventually('a notice', async () => {
      const mine = (await notices.received()).filter(({ text }) => text.includes(id));
      return mine.length > 0 && mine;
    });
    expect(told).toMatchObject([{ attributes: { policy: 'drift', kind: 'api-gateway-key' } }]);
    const owner = { format: 'email', email: 'maker@acme.example' };
    expect(JSON.stringify(await operate({ inventory: owner }))).toContain(id);
    expect((await notices.received()).filter(({ text }) => text.includes(id))).toHaveLength(1);
  });
});
