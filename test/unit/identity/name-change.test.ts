import { describe, expect, it } from 'vitest';
import { applyNameChange } from '../../../functions/identity/name-change.ts';
import { ssf } from '../../../functions/sources/ssf.ts';
import { makeWorld } from '../../support/world.ts';

const email = (name: string) => ({ format: 'email', email: `${name}@acme.example` }) as const;
const id = (text: string) => ({ format: 'opaque', id: text }) as const;
const about = { source: ssf, eventId: 'set-1' };

describe('ssf-identifier-events: a new address', () => {
  it('is the same person’s beside the old one, which tags still say', async () => {
    const world = makeWorld();
    await applyNameChange({ type: 'renamed', from: email('dana'), to: email('jones') }, about, world);
    const person = await world.links.personOf(email('jones'));
    expect(person).toBeDefined();
    expect(await world.links.personOf(email('dana'))).toBe(person);
  });

  it('that is somebody else’s stays theirs, and is held, also where nobody had the old one', async () => {
    const world = makeWorld();
    await world.links.link([email('bob'), id('bob-1')]);
    await applyNameChange({ type: 'renamed', from: email('alice'), to: email('bob') }, about, world);
    expect(await world.links.personOf(email('alice'))).toBeUndefined();
    expect(world.recorded('held').map(({ data }) => data.outcome)).toEqual(['taken']);
  });

  it('that is recycled is nobody’s', async () => {
    const world = makeWorld();
    await world.links.link([email('dana'), id('dana-1')]);
    await applyNameChange({ type: 'recycled', subject: email('dana') }, about, world);
    expect(await world.links.personOf(email('dana'))).toBeUndefined();
    expect(await world.links.personOf(id('dana-1'))).toBeDefined();
  });

  it('of a source that only observes moves nothing', async () => {
    const world = makeWorld({ mode: 'observe' });
    await applyNameChange({ type: 'renamed', from: email('dana'), to: email('jones') }, about, world);
    expect(await world.links.personOf(email('jones'))).toBeUndefined();
    expect(world.recorded('skipped').map(({ data }) => data.outcome)).toEqual(['observed']);
  });
});
