import { describe, expect, it } from 'vitest';
import { enforcementSchema } from '../../../functions/domain/enforcement-settings.ts';
import { authorizerSeconds, exposureOf } from '../../../functions/enforcement/exposure.ts';
import { timeouts } from '../../../infra/timeouts.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const stage = { api: 'shop1', stage: 'prod', seconds: 300 };
const of = (settings: unknown) => exposureOf(enforcementSchema.parse(settings));

describe('the worst case', () => {
  it('is none where nothing is remembered', () => {
    expect(of({})).toBeUndefined();
  });

  it('is as long as the authorizer remembers', () => {
    expect(of({ memorySeconds: 5 })).toEqual({
      worstCaseSeconds: 5,
      worstCase: "5 of the authorizer's memory",
    });
  });

  it('is one run of the authorizer, and then the longest of the caches', () => {
    expect(of({ caches: [stage, { ...stage, stage: 'test', seconds: 60 }] })).toEqual({
      worstCaseSeconds: 310,
      worstCase: '10 of a run that began before the row + 300 of a cache, less where a look empties it',
    });
  });

  it('is all of it, where an answer from memory gets into a cache', () => {
    const worst = of({ caches: [stage], memorySeconds: 5 });
    expect(worst?.worstCaseSeconds).toBe(315);
    expect(worst?.worstCase).toMatch(/^5 of .* \+ 10 of .* \+ 300 of /);
  });

  it('counts as long as the authorizer may run', () => {
    expect(authorizerSeconds).toBe(timeouts.authorize.toSeconds());
  });
});

const dana = 'dana@acme.example';
const exposure = { worstCaseSeconds: 310, worstCase: 'made of this' };

describe('the audit of a deny', () => {
  it('says how late it may be obeyed, of credentials that the denylist refuses', async () => {
    const world = makeWorld({ exposure });
    world.account.addUser('dana', { 'cutoff:owner': dana });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const denied = world.recorded('denied').map(({ credential, data }) => [credential?.split(':')[0], data]);
    expect(Object.fromEntries(denied)).toEqual({
      'bearer-token': { action: 'block', ...exposure },
      'iam-user': { action: 'deny-all' },
    });
  });

  it('says nothing of the kind where nothing is remembered', async () => {
    const world = makeWorld();
    await world.submit(changeOf(dana, 'deactivated'));
    expect(world.recorded('denied').map(({ data }) => data)).toEqual([{ action: 'block' }]);
  });
});
