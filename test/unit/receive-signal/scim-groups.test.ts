import { beforeEach, describe, expect, it } from 'vitest';
import { bodyOf } from './requests.ts';
import { dana, errorOf, listIn, patchOf, type ScimService, scimService } from './scim-service.ts';

let scim: ScimService;
beforeEach(() => {
  scim = scimService();
});

const listOf = async (path: string, query: Record<string, string> = {}) =>
  listIn(await scim.call('GET', path, undefined, query));

describe('groups', () => {
  it('are made, found by name, renamed by Okta and by Entra, and deleted', async () => {
    const made = await scim.make('Groups', { displayName: 'Deployers', externalId: 'g-1', members: [] });
    expect(made).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      id: 'id-1',
      externalId: 'g-1',
      displayName: 'Deployers',
      members: [],
      meta: { resourceType: 'Group', location: '/scim/v2/Groups/id-1' },
    });
    expect(errorOf(await scim.call('POST', 'Groups', { displayName: 'deployers' }))).toEqual([
      409,
      'uniqueness',
    ]);
    const okta = patchOf({ op: 'replace', value: { id: 'id-1', displayName: 'Deployers of acme' } });
    expect((await scim.call('PATCH', 'Groups/id-1', okta)).answer.status).toBe(204);
    const entra = patchOf({ op: 'Replace', path: 'displayName', value: 'Deployers EU' });
    expect((await scim.call('PATCH', 'Groups/id-1', entra)).answer.status).toBe(204);
    expect((await listOf('Groups', { filter: 'displayName eq "deployers eu"' })).totalResults).toBe(1);
    expect((await listOf('Groups', { filter: 'displayName eq "Deployers"' })).totalResults).toBe(0);
    expect((await scim.call('DELETE', 'Groups/id-1')).answer.status).toBe(204);
    expect(errorOf(await scim.call('DELETE', 'Groups/id-1'))).toEqual([404, undefined]);
  });

  it('show their members unless asked not to, and never in a list without a filter', async () => {
    const { id } = await scim.make('Users', dana);
    const group = await scim.make('Groups', {
      displayName: 'Deployers',
      members: [{ value: id, display: 'Dana' }],
    });
    const excluded = { excludedAttributes: 'displayName, Members' };
    expect(bodyOf(await scim.call('GET', `Groups/${group.id}`))).toMatchObject({ members: [{ value: id }] });
    expect(bodyOf(await scim.call('GET', `Groups/${group.id}`, undefined, excluded))).not.toHaveProperty(
      'members',
    );
    const filter = 'displayName eq "Deployers"';
    expect((await listOf('Groups', { filter })).Resources).toMatchObject([{ members: [{ value: id }] }]);
    expect((await listOf('Groups', { filter, ...excluded })).Resources[0]).not.toHaveProperty('members');
    expect((await listOf('Groups')).Resources[0]).not.toHaveProperty('members');
  });

  it('hold 5,000 members and no more', async () => {
    const members = Array.from({ length: 5001 }, (_, index) => ({ value: `m-${index}` }));
    expect(errorOf(await scim.call('POST', 'Groups', { displayName: 'All', members }))).toEqual([
      400,
      'invalidValue',
    ]);
    const { id } = await scim.make('Groups', { displayName: 'All', members: members.slice(1) });
    const oneMore = patchOf({ op: 'Add', path: 'members', value: [{ value: 'one-more' }] });
    expect(errorOf(await scim.call('PATCH', `Groups/${id}`, oneMore))).toEqual([400, 'invalidValue']);
  });
});
