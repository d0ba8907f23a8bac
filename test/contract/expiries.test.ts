import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { type Credential, credentialKey } from '../../functions/domain/credential.ts';
import { DynamoRegistry } from '../../functions/stores/dynamo-registry.ts';
import type { Due, Registry } from '../../functions/stores/registry.ts';
import { localTables } from '../support/local-tables.ts';
import { MemoryRegistry } from '../support/memory-registry.ts';

const client = localTables();
const dana = 'email:dana@acme.example';
const entryOf = (...owners: string[]) => ({ owners, isProtected: false, entitlements: ['okta:g1'] });

const key = (id: string, user = 'dana'): Credential => ({
  kind: 'iam-access-key',
  account: '123456789012',
  region: 'global',
  id,
  user,
});

/** Each test has a year of its own in the one table. */
const at = (year: number, time = '03-02T09:00:00.000Z') => `${year}-${time}`;

const dueIn = async (registry: Registry, year: number, until = at(year, '12-31T23:59:59.999Z')) => {
  const due: Due[] = await Array.fromAsync(registry.dueBy(until));
  return due.filter(({ expiresAt }) => expiresAt.startsWith(`${year}-`));
};

const endedIn = async (registry: Registry, year: number, by = at(year, '12-31T23:59:59.999Z')) => {
  const ended: Due[] = await Array.fromAsync(registry.endedBy(by));
  return ended
    .filter(({ expiresAt }) => expiresAt.startsWith(`${year}-`))
    .map(({ credential }) => credential.id);
};

const idsIn = async (registry: Registry, year: number, until?: string) =>
  (await dueIn(registry, year, until)).map(({ credential }) => credential.id);

describe.each([
  ['in memory', (): Registry => new MemoryRegistry()],
  ['in DynamoDB', (): Registry => new DynamoRegistry(client(), 'registry')],
])('expiries in the registry %s', (_, make) => {
  it('what was issued is found by its owner like all else, and says which issuance it is of', async () => {
    const registry = make();
    const provenance = { issuance: 'iss-1', expiresAt: at(2001) };
    await registry.issued(key('AKIA1'), entryOf(dana), provenance);
    expect(await registry.ownedBy([dana])).toEqual([key('AKIA1')]);
    expect(await registry.dependingOn('okta:g1')).toEqual([key('AKIA1')]);
    expect(await registry.entryOf(key('AKIA1'))).toEqual(entryOf(dana));
    expect(await registry.read([key('AKIA1')])).toEqual([
      { credential: key('AKIA1'), ...entryOf(dana), ...provenance },
    ]);
    expect(await registry.register(key('AKIA1'), entryOf(dana))).toBe('known');
    await registry.forget(key('AKIA1'));
    expect(await dueIn(registry, 2001)).toEqual([]);
    expect(await registry.ownedBy([dana])).toEqual([]);
  });

  it('the word of issue stands, whatever was there before', async () => {
    const registry = make();
    const nobody = { ...entryOf(), entitlements: ['okta:g2'] };
    const lastUsedAt = at(2002, '01-01T00:00:00.000Z');
    await registry.register(key('AKIA2'), nobody, { orphan: 'no-owner', lastUsedAt });
    await registry.register(key('AKIA2'), { ...nobody, entitlements: [] });
    await registry.issued(key('AKIA2'), entryOf('email:erin2'), { issuance: 'iss-2', expiresAt: at(2002) });
    expect(await registry.read([key('AKIA2')])).toEqual([
      {
        credential: key('AKIA2'),
        ...entryOf('email:erin2'),
        issuance: 'iss-2',
        expiresAt: at(2002),
        lastUsedAt,
      },
    ]);
    expect(await registry.dependingOn('okta:g2')).toEqual([]);
    expect(await registry.orphans()).toEqual([]);
    await registry.issued(key('AKIA2'), entryOf('email:noor2'), { issuance: 'iss-3', expiresAt: at(2002) });
    expect(await registry.ownedBy(['email:erin2'])).toEqual([]);
    expect(await registry.ownedBy(['email:noor2'])).toEqual([key('AKIA2')]);
  });

  it('inventories and operators, who say whose it is, leave its end and its issuance alone', async () => {
    const registry = make();
    const provenance = { issuance: 'iss-4', expiresAt: at(2003) };
    await registry.issued(key('AKIA3'), entryOf(), provenance);
    const lastUsedAt = at(2003, '02-01T00:00:00.000Z');
    // One by one: an inventory that sees it used, one that finds an owner, one that disagrees, and an operator.
    await registry.register(key('AKIA3'), entryOf(), { lastUsedAt });
    expect(await registry.read([key('AKIA3')])).toMatchObject([provenance]);
    expect(await registry.register(key('AKIA3'), entryOf('email:erin3'))).toBe('new');
    expect(await registry.read([key('AKIA3')])).toMatchObject([{ ...provenance, owners: ['email:erin3'] }]);
    expect(await registry.register(key('AKIA3'), entryOf('email:noor3'))).toBe('disputed');
    await registry.assign(key('AKIA3'), entryOf('email:noor3'));
    expect(await registry.read([key('AKIA3')])).toEqual([
      { credential: key('AKIA3'), ...entryOf('email:noor3'), ...provenance, lastUsedAt, assigned: true },
    ]);
    expect(await idsIn(registry, 2003)).toEqual(['AKIA3']);
    const [due] = await dueIn(registry, 2003);
    if (due) await registry.endExpiry(due);
    await registry.assign(key('AKIA3'), entryOf('email:erin3'));
    await registry.register(key('AKIA3'), entryOf('email:erin3'));
    // Seen to, and that stays so.
    expect(await idsIn(registry, 2003)).toEqual([]);
    expect(await registry.read([key('AKIA3')])).toMatchObject([provenance]);
  });

  it('is due by its time, soonest first, in whatever zone the time is told', async () => {
    const registry = make();
    const ends = { D1: at(2004, '03-02T10:00:00+02:00'), D2: at(2004), D3: at(2004, '03-02T08:00:00.001Z') };
    for (const [id, expiresAt] of Object.entries(ends))
      await registry.issued(key(id), entryOf(dana), { issuance: id, expiresAt });
    expect(await dueIn(registry, 2004)).toEqual([
      { credential: key('D1'), expiresAt: at(2004, '03-02T08:00:00.000Z') },
      { credential: key('D3'), expiresAt: at(2004, '03-02T08:00:00.001Z') },
      { credential: key('D2'), expiresAt: at(2004) },
    ]);
    expect(await idsIn(registry, 2004, at(2004, '03-02T08:00:00.000Z'))).toEqual(['D1']);
    expect(await idsIn(registry, 2004, at(2004, '03-02T09:00:00.001+01:00'))).toEqual(['D1', 'D3']);
    expect(await idsIn(registry, 2004, at(2004, '03-02T07:59:59.999Z'))).toEqual([]);
  });

  it('an end that was seen to is due no more, and can still be read', async () => {
    const registry = make();
    await registry.issued(key('E1'), entryOf(dana), { issuance: 'iss-5', expiresAt: at(2005) });
    const due = { credential: key('E1'), expiresAt: at(2005, '03-02T10:00:00+01:00') };
    await registry.endExpiry(due);
    await registry.endExpiry(due);
    expect(await dueIn(registry, 2005)).toEqual([]);
    expect(await registry.read([key('E1')])).toMatchObject([{ issuance: 'iss-5', expiresAt: at(2005) }]);
    await registry.setExpiry(key('E1'), at(2005, '06-01T00:00:00Z'));
    expect(await dueIn(registry, 2005)).toEqual([
      { credential: key('E1'), expiresAt: at(2005, '06-01T00:00:00.000Z') },
    ]);
    expect(await registry.read([key('E1')])).toMatchObject([
      { issuance: 'iss-5', expiresAt: at(2005, '06-01T00:00:00.000Z') },
    ]);
  });

  it('an end that is moved while somebody sees to it stays due', async () => {
    const registry = make();
    await registry.issued(key('F1'), entryOf(dana), { issuance: 'iss-6', expiresAt: at(2006) });
    const [read] = await dueIn(registry, 2006);
    await registry.setExpiry(key('F1'), at(2006, '04-01T00:00:00.000Z'));
    if (read) await registry.endExpiry(read);
    expect(await dueIn(registry, 2006)).toEqual([
      { credential: key('F1'), expiresAt: at(2006, '04-01T00:00:00.000Z') },
    ]);
  });

  it('what was not issued may end too; what nobody knows may not', async () => {
    const registry = make();
    await registry.register(key('G1'), entryOf(dana));
    expect(await idsIn(registry, 2007)).toEqual([]);
    await registry.setExpiry(key('G1'), at(2007));
    await registry.setExpiry(key('G-none'), at(2007));
    await registry.endExpiry({ credential: key('G-none'), expiresAt: at(2007) });
    expect(await idsIn(registry, 2007)).toEqual(['G1']);
    expect(await registry.read([key('G1')])).toEqual([
      { credential: key('G1'), ...entryOf(dana), expiresAt: at(2007) },
    ]);
    expect(await registry.read([key('G-none')])).toEqual([]);
  });

  it('an end is brought forward, and never put off by whoever comes later', async () => {
    const registry = make();
    const ends = async () => (await registry.read([key('J1')]))[0]?.expiresAt;
    await registry.register(key('J1'), entryOf(dana));
    await registry.endBy(key('J1'), at(2012, '05-01T00:00:00Z'));
    expect(await ends()).toBe(at(2012, '05-01T00:00:00.000Z'));
    await registry.endBy(key('J1'), at(2012, '05-01T00:00:00.001Z'));
    expect(await ends()).toBe(at(2012, '05-01T00:00:00.000Z'));
    await registry.endBy(key('J1'), at(2012, '04-30T23:59:00+00:00'));
    expect(await ends()).toBe(at(2012, '04-30T23:59:00.000Z'));
    expect(await idsIn(registry, 2012)).toEqual(['J1']);
    await registry.endBy(key('J-none'), at(2012));
    expect(await registry.read([key('J-none')])).toEqual([]);
  });

  it('an end that was seen to is not due again for somebody who wants it later, or then', async () => {
    const registry = make();
    const due = { credential: key('K1'), expiresAt: at(2013) };
    await registry.issued(due.credential, entryOf(dana), { issuance: 'iss-9', expiresAt: due.expiresAt });
    await registry.endExpiry(due);
    await registry.endBy(due.credential, due.expiresAt);
    await registry.endBy(due.credential, at(2013, '06-01T00:00:00.000Z'));
    expect(await dueIn(registry, 2013)).toEqual([]);
  });

  it('of two that end it at once, the sooner counts', async () => {
    const registry = make();
    const expiresAt = at(2014, '12-01T00:00:00.000Z');
    await registry.issued(key('L1'), entryOf(dana), { issuance: 'iss-10', expiresAt });
    const times = ['05', '03', '04'].map((month) => at(2014, `${month}-01T00:00:00.000Z`));
    await Promise.all(times.map((time) => registry.endBy(key('L1'), time)));
    expect(await dueIn(registry, 2014)).toEqual([{ credential: key('L1'), expiresAt: times[1] }]);
  });

  it('an end that is moved while an operator assigns it is moved', async () => {
    const registry = make();
    await registry.issued(key('H1'), entryOf(dana), { issuance: 'iss-8', expiresAt: at(2008) });
    const moved = at(2008, '05-01T00:00:00.000Z');
    await Promise.all([
      registry.assign(key('H1'), entryOf('email:erin8')),
      registry.setExpiry(key('H1'), moved),
      registry.assign(key('H1'), entryOf('email:noor8')),
    ]);
    expect(await dueIn(registry, 2008)).toEqual([{ credential: key('H1'), expiresAt: moved }]);
  });

  it('an end that was seen to is listed as such, soonest first, until it has a new one or is forgotten', async () => {
    const registry = make();
    const ends = { J1: at(2012, '03-02T10:00:00+02:00'), J2: at(2012), J3: at(2012, '03-03T09:00:00.000Z') };
    for (const [id, expiresAt] of Object.entries(ends))
      await registry.issued(key(id), entryOf(), { issuance: id, expiresAt });
    expect(await endedIn(registry, 2012)).toEqual([]);
    for (const [id, expiresAt] of Object.entries(ends).toReversed())
      await registry.endExpiry({ credential: key(id), expiresAt });
    expect(await endedIn(registry, 2012)).toEqual(['J1', 'J2', 'J3']);
    expect(await endedIn(registry, 2012, at(2012))).toEqual(['J1', 'J2']);
    const [first] = await Array.fromAsync(registry.endedBy(at(2012, '03-02T08:00:00.000Z')));
    expect(first).toEqual({ credential: key('J1'), expiresAt: at(2012, '03-02T08:00:00.000Z') });
    // Whose it is says nothing about it.
    await registry.assign(key('J1'), entryOf('email:erin12'));
    await registry.register(key('J2'), entryOf('email:erin12'));
    expect(await endedIn(registry, 2012)).toEqual(['J1', 'J2', 'J3']);
    await registry.setExpiry(key('J1'), at(2012, '05-01T00:00:00.000Z'));
    await registry.issued(key('J2'), entryOf(), {
      issuance: 'i',
      expiresAt: at(2012, '05-01T00:00:00.000Z'),
    });
    await registry.forget(key('J3'));
    expect(await endedIn(registry, 2012)).toEqual([]);
    expect(await idsIn(registry, 2012)).toEqual(expect.arrayContaining(['J1', 'J2']));
  });

  it('an end of more than 400 days ago is listed no more', async () => {
    const registry = make();
    const expiresAt = at(2014);
    await registry.issued(key('K1'), entryOf(), { issuance: 'i', expiresAt });
    await registry.endExpiry({ credential: key('K1'), expiresAt });
    expect(await endedIn(registry, 2014, at(2015, '04-06T09:00:00.000Z'))).toEqual(['K1']);
    expect(await endedIn(registry, 2014, at(2015, '04-06T09:00:00.001Z'))).toEqual([]);
  });

  it('more may be due than fit into one answer', async () => {
    const registry = make();
    // A name of such a length does not exist: what counts is that the rows are large.
    const users = ['I1', 'I2', 'I3', 'I4'].map((id) => key(id, 'u'.repeat(350_000)));
    for (const [index, credential] of users.entries())
      await registry.issued(credential, entryOf(), {
        issuance: 'i',
        expiresAt: at(2009, `0${4 - index}-01`),
      });
    expect(await idsIn(registry, 2009)).toEqual(['I4', 'I3', 'I2', 'I1']);
    for (const credential of users) await registry.forget(credential);
  });
});

describe('rows of the registry in DynamoDB', () => {
  it('never carry an end in the attribute by which the table deletes', async () => {
    const registry = new DynamoRegistry(client(), 'registry');
    await registry.issued(key('T1'), entryOf(dana), { issuance: 'iss-t', expiresAt: at(2010) });
    await registry.setExpiry(key('T1'), at(2010, '07-01T00:00:00.000Z'));
    await registry.assign(key('T1'), entryOf(dana));
    const { Items } = await client().send(
      new ScanCommand({ TableName: 'registry', FilterExpression: 'attribute_exists(expiresAt)' }),
    );
    expect(Items).toEqual([]);
    const Key = { pk: `credential#${credentialKey(key('T1'))}`, sk: 'owner' };
    const { Item } = await client().send(new GetCommand({ TableName: 'registry', Key }));
    expect(Item).toMatchObject({ endsAt: at(2010, '07-01T00:00:00.000Z'), ending: 'ending' });
  });

  it('an assignment that read the row before its end was moved reads it again', async () => {
    const real = client();
    const registry = new DynamoRegistry(real, 'registry');
    await registry.issued(key('V1'), entryOf(dana), { issuance: 'iss-v', expiresAt: at(2011) });
    const moves = [
      () => registry.setExpiry(key('V1'), at(2011, '08-01T00:00:00.000Z')),
      () => registry.endExpiry({ credential: key('V1'), expiresAt: at(2011, '08-01T00:00:00.000Z') }),
    ];
    for (const [index, move] of moves.entries()) {
      let isFirst = true;
      const between = Object.create(real, {
        send: {
          value: async (command: Parameters<typeof real.send>[0]) => {
            const answer = await real.send(command);
            if (command instanceof GetCommand && isFirst) {
              isFirst = false;
              await move();
            }
            return answer;
          },
        },
      }) as typeof real;
      await new DynamoRegistry(between, 'registry').assign(key('V1'), entryOf(`email:noor-${index}`));
      const ends = await registry.read([key('V1')]);
      expect(ends).toMatchObject([
        { owners: [`email:noor-${index}`], expiresAt: at(2011, '08-01T00:00:00.000Z') },
      ]);
      expect(await dueIn(registry, 2011)).toHaveLength(index === 0 ? 1 : 0);
    }
  });
});
