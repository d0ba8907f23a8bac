import { beforeEach, describe, expect, it } from 'vitest';
import { bodyOf } from './requests.ts';
import { dana, patchOf, type ScimService, scimService } from './scim-service.ts';

let scim: ScimService;
beforeEach(() => {
  scim = scimService();
});

const urn = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('scim-case-and-strings: every spelling of the same deactivation', () => {
  it.each([
    [{ op: 'replace', path: 'active', value: false }],
    [{ op: 'Replace', path: 'active', value: 'False' }],
    [{ op: 'REPLACE', path: 'Active', value: 'false' }],
    [{ op: 'Add', path: 'active', value: 'FALSE' }],
    [{ op: 'replace', value: { active: false } }],
    [{ op: 'Replace', value: { Active: 'False', 'name.givenName': 'Dana' } }],
    [{ Op: 'replace', Path: `${urn}:active`, Value: false }],
    [{ op: 'replace', value: { [`${urn}:active`]: 'false' } }],
    [{ op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] }],
    [
      { op: 'replace', path: 'active', value: true },
      { op: 'replace', path: 'active', value: false },
    ],
  ])('%j', async (...operations) => {
    const { id } = await scim.make('Users', dana);
    const { answer } = await scim.call('PATCH', `Users/${id}`, patchOf(...operations));
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ id, active: false });
    expect(scim.changes()).toEqual([`user-deactivated ${id}`]);
    await scim.call('PATCH', `Users/${id}`, patchOf({ op: 'Replace', path: 'active', value: 'True' }));
    expect(scim.changes()).toEqual([`user-reactivated ${id}`]);
  });

  it('by PUT, and by POST of somebody inactive', async () => {
    const { id } = await scim.make('Users', dana);
    await scim.call('PUT', `Users/${id}`, { ...dana, active: 'False' });
    expect(scim.changes()).toEqual([`user-deactivated ${id}`]);
    await scim.call('PUT', `Users/${id}`, { ...dana, active: true });
    expect(scim.changes()).toEqual([`user-reactivated ${id}`]);
    const erin = await scim.make('Users', { userName: 'erin@acme.example', active: false });
    expect(scim.changes()).toEqual([`user-deactivated ${erin.id}`]);
  });

  it('what is not a deactivation is none', async () => {
    const { id } = await scim.make('Users', dana);
    const extension = 'urn:ietf:params:scim:schemas:extension:acme:2.0:User';
    const harmless = [
      { op: 'replace', path: 'displayName', value: 'Dana B' },
      { op: 'replace', path: 'addresses[type eq "work"].active', value: false },
      { op: 'replace', path: `${extension}:active`, value: false },
      { op: 'replace', value: { [extension]: { active: false }, 'name.active': false, actives: false } },
      { op: 'replace', path: 'active', value: true },
    ];
    for (const operation of harmless) {
      expect((await scim.call('PATCH', `Users/${id}`, patchOf(operation))).answer.status).toBe(200);
    }
    expect(scim.changes()).toEqual([]);
    expect(await scim.directory.users.get(id)).toMatchObject({ version: 1 });
  });

  it('what cannot be read changes nothing', async () => {
    const { id } = await scim.make('Users', dana);
    const cases = [
      [{ op: 'move', path: 'active', value: false }, 'invalidSyntax'],
      [{ path: 'active', value: false }, 'invalidSyntax'],
      [{ op: 'remove' }, 'noTarget'],
      [{ op: 'remove', path: 'active' }, 'mutability'],
      [{ op: 'remove', path: 'userName' }, 'mutability'],
      [{ op: 'replace', path: 'active', value: 'off' }, 'invalidValue'],
      [{ op: 'replace', path: 'active', value: 0 }, 'invalidValue'],
      [{ op: 'replace', path: 'active' }, 'invalidValue'],
      [{ op: 'replace', path: 'active..x', value: false }, 'invalidPath'],
      [{ op: 'replace', path: 'active[value eq "x"]', value: false }, 'invalidPath'],
      [{ op: 'replace', path: 'emails[type sw "w"].value', value: 'x' }, 'invalidFilter'],
      [{ op: 'replace', path: 'emails.value', value: 'x' }, 'invalidPath'],
      [{ op: 'replace', path: 7, value: false }, 'invalidPath'],
      [{ op: 'replace', value: false }, 'invalidSyntax'],
      [{ op: 'replace', value: { active: true, ACTIVE: false } }, 'invalidSyntax'],
    ] as const;
    for (const [operation, scimType] of cases) {
      const outcome = await scim.call(
        'PATCH',
        `Users/${id}`,
        patchOf({ op: 'replace', path: 'active', value: false }, operation),
      );
      expect([outcome.answer.status, bodyOf(outcome)]).toEqual([400, expect.objectContaining({ scimType })]);
    }
    for (const body of [
      {},
      { Operations: [] },
      { Operations: 'x' },
      { Operations: [null] },
      { Operations: Array(2001).fill({}) },
    ]) {
      expect((await scim.call('PATCH', `Users/${id}`, body)).answer.status).toBe(400);
    }
    expect(scim.changes()).toEqual([]);
    expect(await scim.directory.users.get(id)).toMatchObject({ active: true, version: 1 });
  });

  it('no patch reaches beyond its user', async () => {
    const { id } = await scim.make('Users', dana);
    const hostile = JSON.parse(
      '[{"op":"replace","value":{"__proto__":{"active":false},"__proto__.active":false}},{"op":"add","path":"__proto__.polluted","value":"yes"},{"op":"add","path":"constructor.prototype.polluted","value":"yes"}]',
    );
    await scim.call('PATCH', `Users/${id}`, patchOf(...hostile));
    expect([({} as { polluted?: string }).polluted, scim.changes()]).toEqual([undefined, []]);
  });
});

describe('who is named', () => {
  it('with everything that is known of them', async () => {
    const { id } = await scim.make('Users', dana);
    await scim.call('DELETE', `Users/${id}`);
    expect(scim.bus).toEqual([
      {
        source: 'cutoff.scim',
        detailType: 'ScimChange',
        detail: {
          eventId: expect.stringMatching(/^[0-9a-f]{64}$/),
          change: 'user-deleted',
          user: { id, userName: dana.userName, externalId: dana.externalId, emails: ['dana@acme.example'] },
          receivedAt: '2026-03-02T09:00:00.000Z',
        },
      },
    ]);
  });

  it('as before, where the same request renames them: Entra does so when it deletes', async () => {
    const { id } = await scim.make('Users', dana);
    const rename = { op: 'Replace', path: 'userName', value: '0a1bdana@acme.example' };
    await scim.call(
      'PATCH',
      `Users/${id}`,
      patchOf(rename, { op: 'Replace', path: 'active', value: 'False' }),
    );
    expect(scim.bus).toMatchObject([{ detail: { user: { userName: 'dana@acme.example' } } }]);
  });

  it('by emails as patches left them', async () => {
    const { id } = await scim.make('Users', dana);
    const steps: [object, string[]][] = [
      [
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'dana.b@acme.example' },
        ['dana.b@acme.example'],
      ],
      [
        { op: 'Add', path: 'emails[type eq "Other"].value', value: 'd@acme.example' },
        ['dana.b@acme.example', 'd@acme.example'],
      ],
      [
        { op: 'add', path: 'emails', value: [{ value: 'D@acme.example' }, { value: 'e@acme.example' }] },
        ['dana.b@acme.example', 'd@acme.example', 'e@acme.example'],
      ],
      [
        {
          op: 'replace',
          path: 'emails[type eq "work" and primary eq true]',
          value: { value: 'w@acme.example' },
        },
        ['w@acme.example', 'd@acme.example', 'e@acme.example'],
      ],
      [
        { op: 'replace', path: 'emails[type eq "work"].display', value: 'x' },
        ['w@acme.example', 'd@acme.example', 'e@acme.example'],
      ],
      [{ op: 'remove', path: 'emails[type eq "other"]' }, ['w@acme.example', 'e@acme.example']],
      [{ op: 'Remove', path: 'emails', value: [{ value: 'E@acme.example' }] }, ['w@acme.example']],
      [{ op: 'replace', value: { 'emails[type eq "work"].value': 'v@acme.example' } }, ['v@acme.example']],
      [
        {
          op: 'replace',
          path: 'emails',
          value: [{ value: 'n@acme.example', type: null, primary: 'x' }, { value: null }],
        },
        ['n@acme.example'],
      ],
      [{ op: 'remove', path: 'emails', value: [] }, ['n@acme.example']],
      [{ op: 'remove', path: 'emails' }, []],
    ];
    for (const [operation, emails] of steps) {
      const { emails: left } = bodyOf(await scim.call('PATCH', `Users/${id}`, patchOf(operation))) as {
        emails: { value: string }[];
      };
      expect(left.map(({ value }) => value)).toEqual(emails);
    }
  });
});
