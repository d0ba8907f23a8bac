import { beforeEach, describe, expect, it } from 'vitest';
import { patchOf, type ScimService, scimService } from './scim-service.ts';

let scim: ScimService;
beforeEach(() => {
  scim = scimService();
});

describe('members', () => {
  let [danaId, erinId, noorId, groupId] = ['', '', '', ''];
  beforeEach(async () => {
    const idOf = async (name: string) => (await scim.make('Users', { userName: `${name}@acme.example` })).id;
    danaId = await idOf('dana');
    erinId = await idOf('erin');
    noorId = await idOf('noor');
    const members = [danaId, erinId, noorId].map((value) => ({ value }));
    groupId = (await scim.make('Groups', { displayName: 'Deployers', externalId: 'g-1', members })).id;
  });
  const membersLeft = async () => (await scim.directory.groups.get(groupId))?.members;

  it('scim-case-and-strings: the id is inside the filter, and the one that is added loses nothing', async () => {
    const { id } = await scim.make('Users', { userName: 'new@acme.example' });
    const patch = patchOf(
      { op: 'remove', path: `members[value eq "${erinId}"]` },
      { op: 'add', path: 'members', value: [{ value: id, display: 'new@acme.example' }] },
    );
    await scim.call('PATCH', `Groups/${groupId}`, patch);
    expect(scim.bus).toMatchObject([
      {
        detail: {
          change: 'member-removed',
          user: { userName: 'erin@acme.example' },
          group: { id: groupId, displayName: 'Deployers', externalId: 'g-1' },
        },
      },
    ]);
    expect(await membersLeft()).toEqual([danaId, noorId, id]);
  });

  it.each<[string, (erin: string) => object]>([
    ['Okta', (erin) => ({ op: 'remove', path: `members[value eq "${erin}"]` })],
    ['Entra', (erin) => ({ op: 'Remove', path: 'members', value: [{ $ref: null, value: erin }] })],
    ['any case', (erin) => ({ op: 'REMOVE', path: `Members[Value EQ "${erin}"]` })],
    ['with a type', (erin) => ({ op: 'remove', path: `members[value eq "${erin}" and type eq "User"]` })],
    ['a subattribute', (erin) => ({ op: 'remove', path: `members[value eq "${erin}"].value` })],
    ['one without a list', (erin) => ({ op: 'Remove', path: 'members', value: { value: erin } })],
    [
      'with the schema in front',
      (erin) => ({
        op: 'remove',
        path: `urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq "${erin}"]`,
      }),
    ],
    ['a bare id', (erin) => ({ op: 'Remove', path: 'members', value: [erin] })],
  ])('one is removed: %s', async (_, operation) => {
    expect((await scim.call('PATCH', `Groups/${groupId}`, patchOf(operation(erinId)))).answer.status).toBe(
      204,
    );
    expect(scim.changes()).toEqual([`member-removed ${erinId}`]);
    expect(await membersLeft()).toEqual([danaId, noorId]);
  });

  it.each<[string, string, (dana: string) => object | undefined]>([
    ['replace', 'PATCH', (one) => patchOf({ op: 'replace', path: 'members', value: [{ value: one }] })],
    [
      'replace without a path',
      'PATCH',
      (one) => patchOf({ op: 'Replace', value: { members: [{ value: one }] } }),
    ],
    [
      'remove all, add one',
      'PATCH',
      (one) =>
        patchOf({ op: 'remove', path: 'members' }, { op: 'add', path: 'members', value: [{ value: one }] }),
    ],
    ['a shorter list', 'PUT', (one) => ({ displayName: 'Deployers', members: [{ value: one }] })],
  ])('several are removed: %s', async (_, method, body) => {
    await scim.call(method, `Groups/${groupId}`, body(danaId));
    expect(scim.changes().sort()).toEqual([`member-removed ${erinId}`, `member-removed ${noorId}`]);
    expect(await membersLeft()).toEqual([danaId]);
  });

  it('all lose what the group gave when it is deleted', async () => {
    await scim.call('DELETE', `Groups/${groupId}`);
    expect(scim.changes()).toHaveLength(3);
  });

  it('who is removed and added again, was none, or is no user, loses nothing', async () => {
    const member = [{ value: erinId }];
    const patches = [
      patchOf(
        { op: 'remove', path: 'members', value: member },
        { op: 'add', path: 'members', value: member },
      ),
      patchOf(
        { op: 'remove', path: 'members[value eq "id-none"]' },
        { op: 'remove', path: 'members[value eq "id-other"]' },
      ),
      patchOf({ op: 'Remove', path: 'members', value: [] }),
      patchOf({ op: 'add', path: 'members', value: [{ value: 'a-nested-group' }] }),
      patchOf({ op: 'remove', path: 'members', value: [{ value: 'a-nested-group' }] }),
      { displayName: 'Deployers EU' },
    ];
    for (const patch of patches) {
      const method = 'displayName' in patch ? 'PUT' : 'PATCH';
      expect((await scim.call(method, `Groups/${groupId}`, patch)).answer.status).toBeLessThan(300);
    }
    expect(scim.changes()).toEqual([]);
    expect((await membersLeft())?.toSorted()).toEqual([danaId, erinId, noorId]);
  });

  it('what cannot be read removes nobody', async () => {
    const operations = [
      { op: 'remove', path: 'members[display eq "Erin"]' },
      { op: 'remove', path: `members[value sw "${erinId}"]` },
      { op: 'remove', path: `members[value eq "${erinId}"].display` },
      { op: 'replace', path: `members[value eq "${erinId}"]`, value: {} },
      { op: 'replace', path: 'members', value: [{ display: 'Erin' }] },
      { op: 'replace', path: 'members' },
      { op: 'remove', path: 'members', value: 'x'.repeat(65) },
      { op: 'add', path: 'members', value: [[erinId, [7]]] },
      { op: 'remove', path: 'displayName' },
    ];
    for (const operation of operations) {
      expect((await scim.call('PATCH', `Groups/${groupId}`, patchOf(operation))).answer.status).toBe(400);
    }
    expect([scim.changes(), (await membersLeft())?.length]).toEqual([[], 3]);
  });
});
