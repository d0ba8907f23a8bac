import { beforeEach, describe, expect, it } from 'vitest';
import { bodyOf } from './requests.ts';
import { dana, errorOf, type ScimService, scimService } from './scim-service.ts';

let scim: ScimService;
beforeEach(() => {
  scim = scimService();
});

describe('users', () => {
  it('are made with an id; what is kept is answered, and nothing else', async () => {
    const { answer } = await scim.call('POST', 'Users', dana);
    expect([answer.status, answer.headers?.location]).toEqual([201, '/scim/v2/Users/id-1']);
    const kept = {
      schemas: dana.schemas,
      id: 'id-1',
      externalId: dana.externalId,
      userName: dana.userName,
      emails: [{ value: 'dana@acme.example', type: 'work', primary: true }],
      active: true,
      meta: { resourceType: 'User', location: '/scim/v2/Users/id-1' },
    };
    expect(JSON.parse(answer.body ?? '')).toEqual(kept);
    expect(bodyOf(await scim.call('GET', 'Users/id-1'))).toEqual(kept);
    expect(JSON.stringify(await scim.directory.users.get('id-1'))).not.toMatch(
      /Dana Acme|givenName|1mz050nq/,
    );
  });

  it('have a name of their own, whatever its case', async () => {
    const { id } = await scim.make('Users', dana);
    expect(errorOf(await scim.call('POST', 'Users', { ...dana, userName: 'DANA@acme.example' }))).toEqual([
      409,
      'uniqueness',
    ]);
    const erin = await scim.make('Users', { userName: 'erin@acme.example' });
    expect(errorOf(await scim.call('PUT', `Users/${erin.id}`, { userName: 'Dana@Acme.example' }))).toEqual([
      409,
      'uniqueness',
    ]);
    const recased = await scim.call('PUT', `Users/${id}`, { userName: 'DANA@acme.example' });
    expect(bodyOf(recased)).toMatchObject({ userName: 'DANA@acme.example' });
  });

  it('are refused without a name, and by the name of the field that cannot be read', async () => {
    const detailOf = async (json: unknown) => {
      const outcome = await scim.call('POST', 'Users', json);
      return [...errorOf(outcome), (bodyOf(outcome) as { detail: string }).detail.split(':')[0]];
    };
    expect(await detailOf({ active: true })).toEqual([400, 'invalidValue', 'userName']);
    expect(await detailOf({ userName: 7 })).toEqual([400, 'invalidValue', 'userName']);
    expect(await detailOf({ userName: 'dana\ud800' })).toEqual([400, 'invalidValue', 'userName']);
    expect(await detailOf({ userName: 'x'.repeat(257) })).toEqual([400, 'invalidValue', 'userName']);
    expect(await detailOf({ ...dana, active: 'no' })).toEqual([400, 'invalidValue', 'active']);
    expect(await detailOf({ ...dana, emails: Array.from({ length: 51 }, () => 'a@b.example') })).toEqual([
      400,
      'invalidValue',
      'emails',
    ]);
    expect(await detailOf({ userName: 'dana', UserName: 'erin' })).toEqual([400, 'invalidSyntax', 'body']);
    expect(await detailOf([])).toEqual([400, 'invalidSyntax', 'body']);
  });

  it('lose no change to an email that is none', async () => {
    const made = await scim.make('Users', { ...dana, emails: [7, null, ...dana.emails] });
    expect(made).toMatchObject({ emails: dana.emails });
    expect((await scim.call('PUT', `Users/${made.id}`, { active: false, emails: 7 })).answer.status).toBe(
      200,
    );
  });

  it('keep what a PUT does not name, and lose what it empties', async () => {
    const { id } = await scim.make('Users', dana);
    const renamed = bodyOf(await scim.call('PUT', `Users/${id}`, { userName: 'dana.b@acme.example' }));
    expect(renamed).toMatchObject({ externalId: dana.externalId, emails: [{}], active: true });
    const emptied = bodyOf(await scim.call('PUT', `Users/${id}`, { externalId: null, emails: [] }));
    expect(emptied).toMatchObject({ userName: 'dana.b@acme.example', emails: [] });
    expect(emptied).not.toHaveProperty('externalId');
  });

  it('scim-delete-user: are gone once deleted; a repeat is 404', async () => {
    const { id } = await scim.make('Users', dana);
    expect((await scim.call('DELETE', `Users/${id}`)).answer).toMatchObject({ status: 204 });
    expect(scim.changes()).toEqual([`user-deleted ${id}`]);
    for (const method of ['DELETE', 'GET', 'PUT', 'PATCH']) {
      expect(errorOf(await scim.call(method, `Users/${id}`, dana))).toEqual([404, undefined]);
    }
    expect(scim.changes()).toEqual([]);
  });
});
