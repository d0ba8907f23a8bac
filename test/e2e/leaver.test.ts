import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiKeyDenialKey, subjectDenialKey } from '../../functions/domain/denial.ts';
import { faultsIn, readTrail } from '../../functions/stores/audit-trail.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { eventually } from '../support/eventually.ts';
import {
  apiKeyIsEnabled,
  ask,
  bearer,
  denialAt,
  denyPolicyOf,
  keyStates,
  makePerson,
  recordsOf,
  revocationBy,
  tell,
} from './hand-made.ts';

let cutoff: LocalCutoff;
beforeAll(async () => {
  cutoff = await startLocalCutoff();
});
afterAll(() => cutoff?.stop());

const operate = (request: unknown) => cutoff.invoke(cutoff.outputs.OperatorFunction, request);
const active = ['Active', 'Active'];
const inactive = ['Inactive', 'Inactive'];

describe('a leaver whom no inventory knows', () => {
  it('loses everything, is shown to have lost it, and nobody else is touched', async () => {
    const dana = await makePerson(cutoff, 'dana');
    const erin = await makePerson(cutoff, 'erin');
    const before = await cutoff.issuer.issue(dana.email);
    expect(await ask(cutoff, bearer(before))).toBe(200);
    expect(await ask(cutoff, { 'x-api-key': dana.apiKey.value })).toBe(200);

    await revocationBy(cutoff, await tell(cutoff, 'user.lifecycle.deactivate', dana.email));

    expect(await keyStates(cutoff, dana)).toEqual(inactive);
    expect(await denyPolicyOf(cutoff, dana)).toMatchObject({
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    });
    expect(await apiKeyIsEnabled(cutoff, dana)).toBe(false);
    expect(await denialAt(cutoff, apiKeyDenialKey(dana.apiKey.id))).toMatchObject({ blocked: true });
    const row = await denialAt(cutoff, subjectDenialKey(cutoff.issuer.issuer, dana.email));
    expect(row?.blocked).toBe(true);
    expect(row?.expiresAt).toBeGreaterThan(Date.now() / 1000 + 29 * 86_400);
    expect(await ask(cutoff, bearer(before))).toBe(403);
    expect(await ask(cutoff, bearer(await cutoff.issuer.issue(dana.email)))).toBe(403);
    expect(await ask(cutoff, { 'x-api-key': dana.apiKey.value })).toBe(403);

    expect(await keyStates(cutoff, erin)).toEqual(active);
    expect(await denyPolicyOf(cutoff, erin)).toBeUndefined();
    expect(await apiKeyIsEnabled(cutoff, erin)).toBe(true);
    expect(await ask(cutoff, bearer(await cutoff.issuer.issue(erin.email)))).toBe(200);
    expect(await ask(cutoff, { 'x-api-key': erin.apiKey.value })).toBe(200);
  });

  it('leaves an audit trail with the time of every read, that holds', async () => {
    const proofs = (await recordsOf(cutoff)).filter(({ data }) => Array.isArray(data.evidence));
    expect(proofs.length).toBeGreaterThanOrEqual(5);
    for (const { data } of proofs) {
      const times = (data.evidence as { at: string }[]).map(({ at }) => Date.parse(at));
      expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(2000);
    }
    expect(faultsIn(await readTrail(cutoff.clients.dynamoDb, cutoff.outputs.AuditTable))).toEqual([]);
  });
});

describe('a suspended person', () => {
  it('under two revocations comes back only when both are lifted', async () => {
    const noor = await makePerson(cutoff, 'noor');
    const first = await revocationBy(cutoff, await tell(cutoff, 'user.lifecycle.suspend', noor.email));
    const second = await revocationBy(cutoff, await tell(cutoff, 'user.lifecycle.deactivate', noor.email));
    await operate({ restore: first, reason: 'suspension over' });
    await eventually('first restore', async () => (await recordsOf(cutoff)).some(isRestored(first)));
    expect(await keyStates(cutoff, noor)).toEqual(inactive);
    expect(await ask(cutoff, bearer(await cutoff.issuer.issue(noor.email)))).toBe(403);
    await operate({ restore: second, reason: 'came back' });
    await eventually('second restore', async () => (await recordsOf(cutoff)).some(isRestored(second)));
    expect(await keyStates(cutoff, noor)).toEqual(active);
    expect(await denyPolicyOf(cutoff, noor)).toBeUndefined();
    expect(await apiKeyIsEnabled(cutoff, noor)).toBe(true);
    expect(await ask(cutoff, bearer(await cutoff.issuer.issue(noor.email)))).toBe(200);
    expect(await ask(cutoff, { 'x-api-key': noor.apiKey.value })).toBe(200);
  });
});

const isRestored = (id: string) => (record: { revocationId: string; credential: string; type: string }) =>
  record.revocationId === id && record.credential === '-' && record.type === 'restored';

describe('a session clear', () => {
  it('refuses the token from before, lets a new one in and touches no key', async () => {
    const omar = await makePerson(cutoff, 'omar');
    const before = await cutoff.issuer.issue(omar.email);
    await revocationBy(cutoff, await tell(cutoff, 'user.session.clear', omar.email));
    expect(await ask(cutoff, bearer(before))).toBe(403);
    expect(await ask(cutoff, bearer(await cutoff.issuer.issue(omar.email)))).toBe(200);
    expect(await keyStates(cutoff, omar)).toEqual(active);
  });
});

describe('what cannot be read', () => {
  const deadLetters = async () => {
    const QueueUrl = cutoff.outputs.IdentityEventsDeadLetters;
    const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    return Number((await cutoff.clients.sqs.send(get)).Attributes?.ApproximateNumberOfMessages);
  };

  it('ends in the DLQ with an audit record, while its neighbours are done', async () => {
    const lena = await makePerson(cutoff, 'lena');
    const before = await deadLetters();
    await tell(cutoff, 'user.lifecycle.suspend', lena.email, { target: null });
    const good = await tell(cutoff, 'user.lifecycle.suspend', lena.email);
    await revocationBy(cutoff, good);
    await eventually('dead letter', async () => (await deadLetters()) > before);
    const refused = (await recordsOf(cutoff)).filter((record) => record.revocationId === 'rejected');
    expect(refused).toMatchObject([
      { type: 'failed', data: { code: 'invalid-input', field: 'detail.target' } },
    ]);
    expect(await keyStates(cutoff, lena)).toEqual(inactive);
  });

  it('never gets past the rule where its type means nothing', async () => {
    const eventId = await tell(cutoff, 'user.session.start', 'marker@acme.example');
    await revocationBy(cutoff, await tell(cutoff, 'user.session.clear', 'marker@acme.example'));
    // Had ingest read it, it would be on record as skipped.
    expect((await recordsOf(cutoff)).filter((record) => record.revocationId.includes(eventId))).toEqual([]);
  });
});

describe('the operator', () => {
  it('sees in a dry run what a real run does, and a held workload goes on once approved', async () => {
    const kim = await makePerson(cutoff, 'kim');
    const bot = await makePerson(cutoff, 'kims-bot', {
      'cutoff:owner': kim.email,
      'cutoff:workload': 'true',
    });
    const request = { subject: { format: 'email', email: kim.email }, reason: 'e2e', clientToken: 'e2e-kim' };
    const plan = (await operate({ ...request, dryRun: true })) as { revocationId: string; tasks: unknown[] };
    expect(plan.tasks).toHaveLength(5); // tokens of two issuers, user, the bot that would be held, API key
    expect(await keyStates(cutoff, kim)).toEqual(active);
    await operate(request);
    const held = await eventually('held', async () => {
      const answer = (await operate({ list: 'held' })) as {
        held: { credential?: string; revocationId: string }[];
      };
      return answer.held.find(({ revocationId }) => revocationId === plan.revocationId);
    });
    await eventually('cut', async () =>
      (await keyStates(cutoff, kim)).every((state) => state === 'Inactive'),
    );
    expect(await keyStates(cutoff, bot)).toEqual(active);
    await operate({ approve: plan.revocationId, credential: held.credential, reason: 'retired too' });
    await eventually('bot cut', async () =>
      (await keyStates(cutoff, bot)).every((state) => state === 'Inactive'),
    );
    await revocationBy(cutoff, 'e2e-kim');
  });

  it('is told which field is wrong', async () => {
    const request = { subject: { format: 'email', email: 'x@acme.example' }, reason: 'x', dryrun: true };
    await expect(operate(request)).rejects.toThrow('request.dryrun: is not a known field');
  });
});
