import { beforeEach, describe, expect, it } from 'vitest';
import { dana, errorOf, listIn, type ScimService, scimService } from './scim-service.ts';

let scim: ScimService;
beforeEach(() => {
  scim = scimService();
});

const listOf = async (path: string, query: Record<string, string> = {}) =>
  listIn(await scim.call('GET', path, undefined, query));

describe('lists', () => {
  it('find a user by name in any case, also of attribute and operator, and by external id', async () => {
    await scim.make('Users', dana);
    await scim.make('Users', { userName: 'erin@acme.example' });
    const idsBy = async (filter: string) => (await listOf('Users', { filter })).Resources.map(({ id }) => id);
    expect(await idsBy('userName eq "dana@acme.example"')).toEqual(['id-1']);
    expect(await idsBy('USERNAME EQ "DANA@ACME.EXAMPLE"')).toEqual(['id-1']);
    expect(await idsBy('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "erin@acme.example"')).toEqual(
      ['id-2'],
    );
    expect(await idsBy('externalId eq "00uDanaAcme00000001"')).toEqual(['id-1']);
    expect(await idsBy('externalId eq 00uDanaAcme00000001')).toEqual(['id-1']);
    expect(await idsBy('externalId eq "00UDANAACME00000001"')).toEqual([]);
    expect(await listOf('Users', { filter: 'userName eq "no \\"body"' })).toMatchObject({
      totalResults: 0,
      Resources: [],
    });
  });

  it.each([
    'active eq true',
    'userName sw "dana"',
    'userName eq "a" and externalId eq "b"',
    'userName eq "a" or userName eq "b"',
    'emails[type eq "work"].value eq "a"',
    'userName eq "unfinished',
    'userName eq "\\q"',
    'userName eq',
    'userName',
    '',
    'userName eq "a" and ',
    `userName eq "${'x'.repeat(2000)}"`,
  ])('refuse the filter %j', async (filter) => {
    expect(errorOf(await scim.call('GET', 'Users', undefined, { filter }))).toEqual([400, 'invalidFilter']);
  });

  it('have pages', async () => {
    for (const name of ['a', 'b', 'c']) await scim.make('Users', { userName: name });
    const page = async (query: Record<string, string>) => {
      const { totalResults, startIndex, itemsPerPage, Resources } = await listOf('Users', query);
      return [totalResults, startIndex, itemsPerPage, Resources.map(({ id }) => id)];
    };
    expect(await page({ startIndex: '2', count: '1' })).toEqual([3, 2, 1, ['id-2']]);
    expect(await page({ startIndex: '0', count: '-1' })).toEqual([3, 1, 0, []]);
    expect(await page({ startIndex: '9' })).toEqual([3, 9, 0, []]);
    expect(await page({ count: '1000000' })).toEqual([3, 1, 3, ['id-1', 'id-2', 'id-3']]);
    expect(errorOf(await scim.call('GET', 'Users', undefined, { count: 'x' }))).toEqual([
      400,
      'invalidValue',
    ]);
  });
});
