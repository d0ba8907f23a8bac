import { describe, expect, it } from 'vitest';
import { Conflict } from '../../functions/domain/errors.ts';
import { dynamoScimDirectory } from '../../functions/stores/dynamo-scim-directory.ts';
import {
  mostMembers,
  type ScimDirectory,
  type ScimGroup,
  type ScimUser,
} from '../../functions/stores/scim-directory.ts';
import { DynamoSecretHashes, type SecretHashes } from '../../functions/stores/secret-hashes.ts';
import { localTables } from '../support/local-tables.ts';
import { memoryScimDirectory } from '../support/memory-scim-directory.ts';
import { MemorySecretHashes } from '../support/memory-secret-hashes.ts';

interface Stores {
  readonly hashes: SecretHashes;
  readonly directory: ScimDirectory;
}

const client = localTables();

const memory = (): Stores => ({ hashes: new MemorySecretHashes(), directory: memoryScimDirectory() });
const dynamo = (): Stores => ({
  hashes: new DynamoSecretHashes(client(), 'registry'),
  directory: dynamoScimDirectory(client(), 'registry'),
});

const userOf = (id: string, overrides: Partial<ScimUser> = {}): ScimUser => ({
  id,
  version: 0,
  userName: `${id}@acme.example`,
  emails: [{ value: `${id}@acme.example`, type: 'work', primary: true }],
  active: true,
  ...overrides,
});

const stored = <T extends { version: number }>(resource: T): T => ({
  ...resource,
  version: resource.version + 1,
});

describe.each([
  ['in memory', memory],
  ['in DynamoDB', dynamo],
])('stores of signals %s', (_, make) => {
  it('secret hashes: a credential is found by the hash of its secret', async () => {
    const { hashes } = make();
    const key = { kind: 'api-gateway-key', account: '123456789012', region: 'eu-west-1', id: 'k1' } as const;
    await hashes.remember('ab'.repeat(32), key);
    await hashes.remember('ab'.repeat(32), key);
    expect(await hashes.credentialOf('ab'.repeat(32))).toEqual(key);
    expect(await hashes.credentialOf('cd'.repeat(32))).toBeUndefined();
  });

  it('directory: a user is found by id, by name in any case, and by the exact external id', async () => {
    const { users, groups } = make().directory;
    const [dana, erin] = [userOf('f-dana', { externalId: 'X1' }), userOf('f-erin', { externalId: 'X1' })];
    await users.save(dana);
    await users.save(erin);
    expect(await users.get('f-dana')).toEqual(stored(dana));
    expect(await users.find('name', ' F-DANA@acme.example')).toEqual([stored(dana)]);
    expect(await users.find('externalId', 'X1')).toEqual([stored(dana), stored(erin)]);
    expect(await users.find('externalId', 'x1')).toEqual([]);
    expect(await users.getAll(['f-erin', 'nobody', 'f-dana'])).toEqual([stored(erin), stored(dana)]);
    expect([await users.get('nobody'), await users.find('name', 'nobody')]).toEqual([undefined, []]);
    expect(await groups.get('f-dana')).toBeUndefined();
  });

  it('directory: a name belongs to one, and moves with a rename', async () => {
    const { users } = make().directory;
    const dana = userOf('n-dana');
    await users.save(dana);
    await expect(users.save(userOf('n-other', { userName: 'N-Dana@acme.example' }))).rejects.toBeInstanceOf(
      Conflict,
    );
    expect(await users.get('n-other')).toBeUndefined();
    const before = stored(dana);
    await users.save({ ...before, userName: 'N-DANA@acme.example' }, before);
    const cased = { ...stored(before), userName: 'N-DANA@acme.example' };
    expect(await users.find('name', 'n-dana@acme.example')).toEqual([cased]);
    await users.save({ ...cased, userName: 'n-noor@acme.example', externalId: 'N1' }, cased);
    expect(await users.find('name', 'n-dana@acme.example')).toEqual([]);
    expect(await users.find('name', 'n-noor@acme.example')).toMatchObject([{ id: 'n-dana', version: 3 }]);
    expect(await users.find('externalId', 'N1')).toHaveLength(1);
    await users.save(userOf('n-other', { userName: 'n-dana@acme.example' }));
  });

  it('directory: of two who saw the same version one wins, and the other changes nothing', async () => {
    const { users } = make().directory;
    await users.save(userOf('v-dana'));
    const seen = stored(userOf('v-dana'));
    await users.save({ ...seen, active: false }, seen);
    await expect(users.save({ ...seen, userName: 'v-new@acme.example' }, seen)).rejects.toBeInstanceOf(
      Conflict,
    );
    await expect(users.remove(seen)).rejects.toBeInstanceOf(Conflict);
    await expect(users.save(userOf('v-dana'))).rejects.toBeInstanceOf(Conflict);
    expect(await users.find('name', 'v-dana@acme.example')).toMatchObject([{ active: false, version: 2 }]);
    expect(await users.find('name', 'v-new@acme.example')).toEqual([]);
  });

  it('directory: who is removed is gone everywhere, and a name’s versions go on', async () => {
    const { users } = make().directory;
    const name = 'd-dana@acme.example';
    const dana = userOf('d-dana', { externalId: 'D1' });
    expect(await users.lastVersion(name)).toBe(0);
    await users.save(dana);
    const { total } = await users.page(1, 1);
    await users.remove(stored(dana));
    expect(await users.get('d-dana')).toBeUndefined();
    expect(await users.find('name', name)).toEqual([]);
    expect(await users.find('externalId', 'D1')).toEqual([]);
    expect(await users.page(1, 1)).toMatchObject({ total: total - 1 });
    expect(await users.lastVersion(name)).toBe(2);
    await users.save(userOf('d-again', { userName: name, version: 2 }));
    expect(await users.find('name', name)).toMatchObject([{ id: 'd-again', version: 3 }]);
    await expect(users.remove(stored(dana))).rejects.toBeInstanceOf(Conflict);
  });

  it('directory: pages are in order and never overlap', async () => {
    const { groups } = make().directory;
    const before = (await groups.page(1, 100)).total;
    for (const id of ['p3', 'p1', 'p2']) await groups.save({ id, version: 0, displayName: id, members: [] });
    const idsAt = async (startIndex: number, count: number) =>
      (await groups.page(startIndex, count)).resources.map(({ id }) => id);
    expect(before).toBe(0);
    expect([await idsAt(1, 2), await idsAt(3, 2), await idsAt(4, 2), await idsAt(1, 0)]).toEqual([
      ['p1', 'p2'],
      ['p3'],
      [],
      [],
    ]);
    expect(await groups.page(2, 1)).toMatchObject({ total: 3 });
  });

  it('directory: the largest group fits', async () => {
    const { groups } = make().directory;
    const members = Array.from({ length: mostMembers }, (_, index) => `${index}`.padStart(64, 'm'));
    const group: ScimGroup = { id: 'big', version: 0, displayName: 'Everybody', members };
    await groups.save(group);
    expect(await groups.get('big')).toEqual(stored(group));
  });
});
