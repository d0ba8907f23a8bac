import { describe, expect, it } from 'vitest';
import type { Subject } from '../../functions/domain/subject.ts';
import { DynamoLinks, type Links } from '../../functions/stores/links.ts';
import { DynamoMemberships, type Memberships } from '../../functions/stores/memberships.ts';
import { DynamoRecency, type Recency } from '../../functions/stores/recency.ts';
import { DynamoStanding, type Standing } from '../../functions/stores/standing.ts';
import { localTables } from '../support/local-tables.ts';
import { MemoryLinks, MemoryMemberships } from '../support/memory-directory.ts';
import { MemoryRecency, MemoryStanding } from '../support/memory-stores.ts';

interface Stores {
  readonly links: Links;
  readonly memberships: Memberships;
  readonly recency: Recency;
  readonly standing: Standing;
}

const client = localTables();

const memory = (): Stores => ({
  links: new MemoryLinks(),
  memberships: new MemoryMemberships(),
  recency: new MemoryRecency(),
  standing: new MemoryStanding(),
});
const dynamo = (): Stores => ({
  links: new DynamoLinks(client(), 'registry'),
  memberships: new DynamoMemberships(client(), 'registry'),
  recency: new DynamoRecency(client(), 'revocations'),
  standing: new DynamoStanding(client(), 'revocations', () => new Date()),
});

const email = (name: string): Subject => ({ format: 'email', email: `${name}@acme.example` });
const id = (text: string): Subject => ({ format: 'opaque', id: text });

describe.each([
  ['in memory', memory],
  ['in DynamoDB', dynamo],
])('%s', (_, make) => {
  it('links names of one person, in as many steps as it takes, whatever their spelling', async () => {
    const { links } = make();
    expect(await links.link([email('Dana'), email('dana'), id('dana-1')])).toBe('linked');
    expect(await links.link([id('dana-1'), id('dana-2')])).toBe('linked');
    expect(await links.link([id('dana-1'), id('dana-2')])).toBe('linked');
    const person = await links.personOf(id('dana-2'));
    expect(person).toBe(await links.personOf(email('DANA')));
    const names = await links.namesOf(person ?? '');
    expect(names).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining([id('dana-1'), id('dana-2')]));
  });

  it('never joins two people, and writes nothing where it would', async () => {
    const { links } = make();
    await links.link([email('erin'), id('erin-1')]);
    await links.link([email('noor'), id('noor-1')]);
    expect(await links.link([id('erin-1'), id('noor-1'), id('new-1')])).toBe('taken');
    expect(await links.personOf(id('new-1'))).toBeUndefined();
    expect(await links.namesOf((await links.personOf(id('erin-1'))) ?? '')).toHaveLength(2);
  });

  it('gives an address to the id that a directory gives it to, and to nobody else', async () => {
    const { links } = make();
    const [d1, d2] = [id('center-1'), id('center-2')];
    expect(await links.assign(d1, [email('smith'), email('Smith')])).toBe('linked');
    // The directory gives the address to a newcomer before the first one's new address was seen.
    expect(await links.assign(d2, [email('smith')])).toBe('taken');
    expect(await links.assign(d1, [email('jones')])).toBe('linked');
    expect(await links.personOf(email('smith'))).toBeUndefined();
    expect(await links.assign(d2, [email('smith')])).toBe('linked');
    expect(await links.personOf(d2)).not.toBe(await links.personOf(d1));
    expect(await links.personOf(email('jones'))).toBe(await links.personOf(d1));
  });

  it('leaves an address that somebody linked by hand, and joins the directory’s id to it', async () => {
    const { links } = make();
    await links.link([email('omar'), id('omar-okta')]);
    expect(await links.assign(id('center-3'), [email('omar')])).toBe('linked');
    expect(await links.personOf(id('center-3'))).toBe(await links.personOf(id('omar-okta')));
    expect(await links.assign(id('center-3'), [email('omar-new')])).toBe('linked');
    expect(await links.personOf(email('omar'))).toBe(await links.personOf(id('omar-okta')));
  });

  it('cuts a name, which somebody else may have then', async () => {
    const { links } = make();
    await links.link([email('kim'), id('kim-1')]);
    await links.cut(email('kim'));
    await links.cut(email('nobody'));
    expect(await links.personOf(email('kim'))).toBeUndefined();
    expect(await links.namesOf((await links.personOf(id('kim-1'))) ?? '')).toEqual([id('kim-1')]);
    expect(await links.link([email('kim'), id('kim-2')])).toBe('linked');
    expect(await links.personOf(email('kim'))).not.toBe(await links.personOf(id('kim-1')));
  });

  it('remembers memberships: of the group until they end, by their id for ever', async () => {
    const { memberships } = make();
    const [one, two] = ['m-1', 'm-2'].map((membershipId) => ({ membershipId, groupId: 'g', userId: 'u' }));
    if (!one || !two) throw new Error('unreachable');
    for (const membership of [one, two, two]) await memberships.remember(membership);
    await memberships.leave(one);
    expect(await memberships.ofGroup('g')).toEqual([two]);
    expect(await memberships.byId('m-1')).toEqual(one);
    expect(await memberships.byId('m-9')).toBeUndefined();
  });

  it('remembers suspensions by subject and source', async () => {
    const { recency } = make();
    const suspension = { source: 'okta', revocationId: 'rev-1', occurredAt: '2026-03-02T09:00:00.000Z' };
    await recency.noteSuspension('email:lena', suspension);
    await recency.noteSuspension('email:lena', suspension);
    await recency.noteSuspension('email:lena', { ...suspension, revocationId: 'rev-2' });
    await recency.noteSuspension('email:lena', { ...suspension, source: 'okta-2' });
    const found = await recency.suspensions('email:lena', 'okta');
    expect(found.map(({ revocationId }) => revocationId).sort()).toEqual(['rev-1', 'rev-2']);
    expect(found[0]).toEqual(suspension);
    expect(await recency.suspensions('email:other', 'okta')).toEqual([]);
  });

  it('knows which revocations hold a credential down', async () => {
    const { standing } = make();
    const credential = { kind: 'iam-user', account: '123456789012', region: 'global', id: 'holder' } as const;
    expect(await standing.holders(credential)).toEqual([]);
    await standing.hold({ credential, action: 'deny-all' }, 'rev-1', {});
    await standing.hold({ credential, action: 'deny-all' }, 'rev-2', {});
    await standing.release(credential, 'rev-1');
    expect(await standing.holders(credential)).toEqual(['rev-2']);
  });
});
