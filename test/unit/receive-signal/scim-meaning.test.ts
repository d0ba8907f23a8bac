import { describe, expect, it } from 'vitest';
import type { InvalidInput } from '../../../functions/domain/errors.ts';
import { scimRequestOf } from '../../../functions/receive-signal/scim/request-meaning.ts';
import { dana, patchOf } from './scim-service.ts';

const meaningOf = (method: string, path: string, body?: unknown) =>
  scimRequestOf({ method, path: `/scim/v2/${path}`, body });

describe('what a recorded request means without the directory', () => {
  it('of a user', () => {
    const off = [{ change: 'user-deactivated', userId: 'u1' }];
    expect(meaningOf('PATCH', 'Users/u1', patchOf({ op: 'replace', value: { active: false } }))).toEqual(off);
    expect(
      meaningOf('patch', 'Users/u1/?x=1', patchOf({ op: 'Replace', path: 'Active', value: 'False' })),
    ).toEqual(off);
    expect(meaningOf('PUT', 'Users/u1', { ...dana, active: 'false' })).toEqual(off);
    expect(meaningOf('POST', 'Users', { ...dana, active: false })).toEqual([{ change: 'user-deactivated' }]);
    expect(meaningOf('DELETE', 'Users/u1')).toEqual([{ change: 'user-deleted', userId: 'u1' }]);
    const on = patchOf({ op: 'replace', path: 'active', value: 'True' });
    expect(meaningOf('PATCH', 'Users/u1', on)).toEqual([{ change: 'user-reactivated', userId: 'u1' }]);
    const both = patchOf(
      { op: 'replace', path: 'active', value: true },
      { op: 'replace', path: 'active', value: false },
    );
    expect(meaningOf('PATCH', 'Users/u1', both)).toEqual(off);
  });

  it('of a group', () => {
    const lost = (...ids: (string | undefined)[]) =>
      ids.map((userId) => ({ change: 'member-removed', ...(userId && { userId }), groupId: 'g1' }));
    const both = patchOf(
      { op: 'remove', path: 'members[value eq "u1"]' },
      { op: 'Remove', path: 'members', value: [{ value: 'u2' }, { value: 'u3' }] },
      { op: 'add', path: 'members', value: [{ value: 'u2' }, { value: 'u4' }] },
    );
    expect(meaningOf('PATCH', 'Groups/g1', both)).toEqual(lost('u1', 'u3'));
    expect(meaningOf('PATCH', 'Groups/g1', patchOf({ op: 'remove', path: 'members' }))).toEqual(
      lost(undefined),
    );
    const replaced = patchOf({ op: 'replace', path: 'members', value: [{ value: 'u1' }] });
    expect(meaningOf('PATCH', 'Groups/g1', replaced)).toEqual(lost(undefined));
    expect(meaningOf('PUT', 'Groups/g1', { displayName: 'x', members: [] })).toEqual(lost(undefined));
    expect(meaningOf('DELETE', 'Groups/g1')).toEqual(lost(undefined));
  });

  it('may be nothing', () => {
    expect(meaningOf('GET', 'Users/u1')).toEqual([]);
    expect(meaningOf('DELETE', 'Users')).toEqual([]);
    expect(meaningOf('POST', 'Users', dana)).toEqual([]);
    expect(meaningOf('PUT', 'Users/u1', dana)).toEqual([]);
    expect(meaningOf('PUT', 'Groups/g1', { displayName: 'x' })).toEqual([]);
    expect(
      meaningOf('PATCH', 'Groups/g1', patchOf({ op: 'add', path: 'members', value: [{ value: 'u1' }] })),
    ).toEqual([]);
    expect(meaningOf('PATCH', 'Users/u1', patchOf({ op: 'replace', path: 'title', value: 'x' }))).toEqual([]);
    expect(meaningOf('POST', 'hooks/okta', {})).toEqual([]);
  });

  it('names the field that cannot be read', () => {
    const unreadable = [
      ['PATCH', 'Users/u1', undefined, 'body'],
      ['PATCH', 'Users/u1', {}, 'Operations'],
      ['PATCH', 'Users/u1', patchOf({ op: 'replace', path: 'active', value: 'off' }), 'Operations.0'],
      ['PUT', 'Users/u1', { active: 7 }, 'active'],
      ['PATCH', 'Groups/g1', patchOf({ op: 'remove', path: 'members[' }), 'Operations.0.path'],
    ] as const;
    for (const [method, path, body, field] of unreadable) {
      expect(() => meaningOf(method, path, body)).toThrow(expect.objectContaining({ field }) as InvalidInput);
    }
  });
});
