import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsIn, readTrail } from '../../functions/stores/audit-trail.ts';
import { seedCompany } from '../../infra/local/company.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { eventually } from '../support/eventually.ts';
import { recordsOf, revocationBy, tell } from './hand-made.ts';
import { outcomesOf, restore } from './outcome.ts';
import { snapshotOfAccount } from './snapshot.ts';

let cutoff: LocalCutoff;
beforeAll(async () => {
  const settings = { credentials: { assumedRoles: false }, removal: true, holdDays: 1 };
  cutoff = await startLocalCutoff({ settings });
});
afterAll(() => cutoff?.stop());

const operate = (request: unknown) => cutoff.invoke(cutoff.outputs.OperatorFunction, request);
const day = 86_400_000;

describe('the demo company', () => {
  let before: string;
  let id: string;

  it('loses its leaver, and the workload is for somebody to decide', async () => {
    const { leaver } = await seedCompany(cutoff.clients, cutoff.outputs);
    before = await snapshotOfAccount(cutoff.clients);
    const eventId = await tell(cutoff, 'user.lifecycle.deactivate', leaver.email);
    id = await revocationBy(cutoff, eventId, 'planned');
    const held = await eventually('the workload held', async () =>
      (await recordsOf(cutoff)).find((record) => record.revocationId === id && record.type === 'held'),
    );
    expect(await outcomesOf(cutoff, id, 'held')).toEqual(['iam-user: workload']);
    await operate({ reject: id, credential: held.credential, reason: 'it goes on' });
    await revocationBy(cutoff, eventId);
    // Tokens of the identity provider, and of our own issuer.
    const tokens = ['bearer-token', 'bearer-token'];
    expect(await outcomesOf(cutoff, id, 'verified')).toEqual([
      ...['api-gateway-key', ...tokens, 'iam-access-key', 'iam-access-key', 'iam-user'],
    ]);
  });

  it('deletes nothing for good before the hold period is over', async () => {
    const down = await snapshotOfAccount(cutoff.clients);
    expect(down).not.toBe(before);
    const { revocation } = (await operate({ status: id })) as { revocation: { provenAt: string } };
    const until = new Date(Date.parse(revocation.provenAt) + day).toISOString();
    await expect(operate({ remove: id, reason: 'tidy up' })).rejects.toThrow(
      `request.remove: is in its hold period until ${until}`,
    );
    expect(await outcomesOf(cutoff, id, 'deleted')).toEqual([]);
    expect(await snapshotOfAccount(cutoff.clients)).toBe(down);
  });

  it('is after a restore what it was before, byte for byte', async () => {
    await restore(cutoff, id);
    expect(await snapshotOfAccount(cutoff.clients)).toBe(before);
    const { clients, outputs } = cutoff;
    expect(faultsIn(await readTrail(clients.dynamoDb, outputs.AuditTable))).toEqual([]);
  });
});
