import { CreateUserCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditRecord, wholeRevocation } from '../../functions/domain/audit-record.ts';
import { faultsIn, readTrail } from '../../functions/stores/audit-trail.ts';
import type { SweepReport } from '../../functions/sweep/report.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { eventually } from '../support/eventually.ts';
import { keyStates, makePerson, recordsOf } from './hand-made.ts';
import { type Notices, noticesOf } from './notices.ts';
import { restore } from './outcome.ts';

const keys = ['iam-access-key'];

/** What is issued is warned about and, once it was over for a month, deleted; what is made by hand and not used ends too. */
const policies = [
  { name: 'expiring', kinds: keys, when: { expiringDays: 14 }, steps: { notify: [0, 10] } },
  { name: 'expired', kinds: keys, when: { expired: true }, steps: { notify: [], disable: 0, delete: 30 } },
  {
    name: 'unused',
    kinds: keys,
    when: { unusedDays: 90 },
    where: { tags: { swept: 'yes' } },
    steps: { notify: [0], disable: 14 },
  },
];

let cutoff: LocalCutoff;
let notices: Notices;
beforeAll(async () => {
  cutoff = await startLocalCutoff({
    settings: {
      sweep: { policies },
      issue: { accessKeys: { paths: ['/'], days: 30 } },
      removal: true,
      holdDays: 30,
    },
  });
  notices = await noticesOf(cutoff);
});
afterAll(() => cutoff?.stop());

const sweep = () => cutoff.invoke(cutoff.outputs.SweepFunction, {}) as Promise<SweepReport>;
const expire = () => cutoff.invoke(cutoff.outputs.ExpireFunction, {});

interface Issued {
  readonly userName: string;
  readonly email: string;
  readonly id: string;
  /** Credential key. */
  readonly credential: string;
}

const issueKey = async (userName: string): Promise<Issued> => {
  const email = `${userName}@acme.example`;
  const Tags = [{ Key: 'cutoff:owner', Value: email }];
  await cutoff.clients.iam.send(new CreateUserCommand({ UserName: userName, Tags }));
  const owner = { format: 'email', email };
  const request = { issue: 'access-key', owner, user: userName, reason: 'nightly export' };
  const answer = await cutoff.invoke(cutoff.outputs.IssueFunction ?? '', request);
  const { credential } = answer as { credential: string };
  return { userName, email, credential, id: credential.split(':').at(-1) ?? '' };
};

/** Status by id; a key that is gone has none. */
const statusOf = async ({ userName, id }: Pick<Issued, 'userName' | 'id'>): Promise<string | undefined> => {
  const list = new ListAccessKeysCommand({ UserName: userName });
  const { AccessKeyMetadata = [] } = await cutoff.clients.iam.send(list);
  return AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId === id)?.Status;
};

const trailOf = async ({ credential }: Issued): Promise<AuditRecord[]> =>
  (await recordsOf(cutoff)).filter((record) => record.credential === credential);

const verified = (key: Issued): Promise<string> =>
  eventually(`${key.id} verified`, async () => {
    const proof = (await trailOf(key)).find(({ type }) => type === 'verified');
    if (!proof) return undefined;
    const whole = (await recordsOf(cutoff)).some(
      ({ revocationId, credential, type }) =>
        revocationId === proof.revocationId && credential === wholeRevocation && type === 'verified',
    );
    return whole && proof.revocationId;
  });

const toldTo = async ({ email, id }: Issued) =>
  (await notices.received()).filter(
    ({ text, attributes }) => text.includes(id) && [attributes.owner].flat().includes(`email:${email}`),
  );

describe('keys that are issued', () => {
  it('are warned about, expire, are held; one comes back in time, the other is deleted after its hold', async () => {
    const kept = await issueKey('kept');
    const lost = await issueKey('lost');
    await sweep();
    expect(await toldTo(kept)).toHaveLength(0);

    cutoff.travel({ days: 20 });
    await sweep();
    await sweep(); // a retry tells nobody twice
    for (const key of [kept, lost]) expect(await toldTo(key)).toHaveLength(1);
    await expire();
    expect(await statusOf(kept)).toBe('Active');

    cutoff.travel({ days: 10, minutes: 1 });
    await expire();
    const revocations = { kept: await verified(kept), lost: await verified(lost) };
    for (const key of [kept, lost]) expect(await statusOf(key)).toBe('Inactive');

    await restore(cutoff, revocations.kept);
    expect(await statusOf(kept)).toBe('Active');

    cutoff.travel({ days: 5 });
    await sweep();
    expect(await statusOf(lost)).toBe('Inactive'); // held

    cutoff.travel({ days: 26 });
    await sweep();
    await eventually('deleted', async () => (await statusOf(lost)) === undefined);

    // What was restored had a week in which to be rotated, and nobody did.
    await expire();
    await eventually('ended again', async () => (await statusOf(kept)) === 'Inactive');
  });

  it('leave all of it in the audit, which holds', async () => {
    const records = await recordsOf(cutoff);
    const keys = records.filter(({ type }) => type === 'issued').map(({ credential }) => credential);
    const typesOf = (key: string) =>
      new Set(records.filter(({ credential }) => credential === key).map(({ type }) => type));
    expect(keys).toHaveLength(2);
    const [kept, lost] = keys
      .map(typesOf)
      .toSorted((a, b) => Number(b.has('restored')) - Number(a.has('restored')));
    for (const type of ['issued', 'notified', 'revoked', 'verified'] as const) {
      expect(kept).toContain(type);
      expect(lost).toContain(type);
    }
    expect([kept?.has('restored'), kept?.has('deleted')]).toEqual([true, false]);
    expect([lost?.has('restored'), lost?.has('deleted')]).toEqual([false, true]);
    const changes = records.flatMap(({ data }) =>
      data.change === 'credential-expired' ? [data.source] : [],
    );
    expect(new Set(changes)).toEqual(new Set(['expiry']));
    expect(faultsIn(await readTrail(cutoff.clients.dynamoDb, cutoff.outputs.AuditTable))).toEqual([]);
  });
});

describe('a key that nobody uses', () => {
  it('is disabled two weeks after its owner was told, and no other key is', async () => {
    const stale = await makePerson(cutoff, 'stale', { swept: 'yes' });
    const fresh = await makePerson(cutoff, 'fresh');
    cutoff.travel({ days: 91 });
    const report = await sweep();
    const mine = ({ credential }: SweepReport['items'][number]) => stale.accessKeyIds.includes(credential.id);
    expect(report.items.filter(mine).map(({ step }) => step)).toEqual(['notify', 'notify']);
    expect(report.items.some(({ credential }) => fresh.accessKeyIds.includes(credential.id))).toBe(false);
    cutoff.travel({ days: 14 });
    await sweep();
    await eventually('disabled', async () =>
      (await keyStates(cutoff, stale)).every((state) => state === 'Inactive'),
    );
    expect(await keyStates(cutoff, fresh)).toEqual(['Active', 'Active']);
  });
});
