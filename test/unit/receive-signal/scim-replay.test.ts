import { beforeEach, describe, expect, it } from 'vitest';
import { dana, patchOf, type ScimService, scimService } from './scim-service.ts';

let scim: ScimService;
beforeEach(() => {
  scim = scimService();
});

describe('a request that comes twice', () => {
  const eventIds = () => scim.bus.splice(0).map(({ detail }) => detail.eventId);
  /** The bus has the signals, and then the function dies. */
  const crashing = async (method: string, path: string, json?: unknown) => {
    const { users, groups } = scim.directory;
    const originals = [users.save, users.remove, groups.save, groups.remove] as const;
    const die = () => Promise.reject(new Error('crash'));
    Object.assign(users, { save: die, remove: die });
    Object.assign(groups, { save: die, remove: die });
    await expect(scim.call(method, path, json)).rejects.toThrow('crash');
    Object.assign(users, { save: originals[0], remove: originals[1] });
    Object.assign(groups, { save: originals[2], remove: originals[3] });
  };
  const off = patchOf({ op: 'replace', value: { active: false } });
  const on = patchOf({ op: 'replace', value: { active: true } });

  it('after a crash is the same event; after success it is none', async () => {
    const { id } = await scim.make('Users', dana);
    await crashing('PATCH', `Users/${id}`, off);
    await scim.call('PATCH', `Users/${id}`, off);
    await scim.call('PATCH', `Users/${id}`, off);
    const ids = eventIds();
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });

  it('another deactivation later is another event', async () => {
    const { id } = await scim.make('Users', dana);
    for (const patch of [off, on, off, on]) await scim.call('PATCH', `Users/${id}`, patch);
    await scim.call('DELETE', `Users/${id}`);
    expect(new Set(eventIds()).size).toBe(5);
  });

  it('holds for whoever is provisioned inactive, also once more after a deletion', async () => {
    const inactive = { ...dana, active: false };
    await crashing('POST', 'Users', inactive);
    const { id } = await scim.make('Users', inactive);
    const first = eventIds();
    expect([first.length, new Set(first).size]).toEqual([2, 1]);
    await scim.call('DELETE', `Users/${id}`);
    await scim.make('Users', inactive);
    expect(new Set([...first, ...eventIds()]).size).toBe(3);
  });

  it('holds for a name that was taken over in between', async () => {
    const inactive = { ...dana, active: false };
    for (let round = 0; round < 3; round += 1) {
      const { id } = await scim.make('Users', inactive);
      await scim.call('DELETE', `Users/${id}`);
    }
    const { id } = await scim.make('Users', { userName: 'noor@acme.example' });
    await scim.call('PUT', `Users/${id}`, { userName: dana.userName });
    await scim.call('DELETE', `Users/${id}`);
    await scim.make('Users', inactive);
    const ids = eventIds();
    expect([ids.length, new Set(ids).size]).toEqual([8, 8]);
  });

  it('holds for members, each with an event of their own', async () => {
    const users = await Promise.all(['a', 'b'].map((userName) => scim.make('Users', { userName })));
    const members = users.map(({ id }) => ({ value: id }));
    const { id } = await scim.make('Groups', { displayName: 'Deployers', members });
    const path = `Groups/${id}`;
    const removal = patchOf({ op: 'remove', path: 'members' });
    await crashing('PATCH', path, removal);
    await scim.call('PATCH', path, removal);
    const first = eventIds();
    expect([first.length, new Set(first).size]).toEqual([4, 2]);
    await scim.call('PATCH', path, patchOf({ op: 'add', path: 'members', value: members }));
    await crashing('DELETE', path);
    await scim.call('DELETE', path);
    expect(new Set([...first, ...eventIds()]).size).toBe(4);
  });
});
