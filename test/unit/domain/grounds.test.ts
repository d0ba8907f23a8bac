import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groundsOf, isCounted, lossesBy, stands } from '../../../functions/domain/grounds.ts';
import { changeOf } from '../../support/world.ts';

const rules = {
  ownerTags: ['cutoff:owner'],
  workloadTags: [],
  exactUserNames: false,
  sharedOwnerTags: ['cutoff:owners'],
  entitlementTags: ['cutoff:entitlements'],
};
const facts = (tags: Record<string, string>) => ({ arn: '', name: 'x', tags });

describe('what a credential exists for', () => {
  it('is read from its tags, in whatever spacing', () => {
    const tags = {
      'cutoff:owners': ' dana@acme.example  erin@acme.example ',
      'cutoff:entitlements': 'g1  g2 g1',
    };
    const grounds = groundsOf(facts(tags), rules, new Set());
    expect(grounds).toEqual({
      owners: ['email:dana@acme.example', 'email:erin@acme.example'],
      entitlements: ['g1', 'g2'],
    });
    expect(isCounted(grounds)).toBe(true);
    expect(isCounted(groundsOf(facts({ 'cutoff:owner': 'dana@acme.example' }), rules, new Set()))).toBe(
      false,
    );
  });

  const lost = (byOwner: Record<string, string[]>) => (owner: string) => new Set(byOwner[owner] ?? []);

  it.each([
    ['nobody lost anything', ['a', 'b'], [], {}, true],
    ['one of two owners left', ['a', 'b'], [], { a: ['*'] }, true],
    ['both owners left', ['a', 'b'], [], { a: ['*'], b: ['*'] }, false],
    ['one of two reasons is gone', ['a'], ['g1', 'g2'], { a: ['g1'] }, true],
    ['both reasons are gone', ['a'], ['g1', 'g2'], { a: ['g1', 'g2'] }, false],
    ['the owner left, whatever the reasons', ['a'], ['g1', 'g2'], { a: ['*'] }, false],
    ['one lost the reason, the other left', ['a', 'b'], ['g1'], { a: ['g1'], b: ['*'] }, false],
    ['a reason that it never stated is gone', ['a'], ['g1'], { a: ['g9', '-'] }, true],
    ['it states none, and what was lost ends all access', ['a'], [], { a: ['g9', '-'] }, false],
    ['it states none, and what was lost ends nothing', ['a'], [], { a: ['g9'] }, true],
    ['nobody owns it', [], [], {}, false],
  ] as const)('%s', (_, owners, entitlements, losses, expected) => {
    expect(stands({ owners, entitlements }, lost(losses as unknown as Record<string, string[]>))).toBe(
      expected,
    );
  });

  it('never stands on more after a further loss', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
    const things = fc.uniqueArray(fc.constantFrom('g1', 'g2', 'g3'));
    const losses = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.array(fc.constantFrom('*', '-', 'g1', 'g2', 'g3')),
    );
    fc.assert(
      fc.property(names, things, losses, losses, (owners, entitlements, some, more) => {
        const grounds = { owners, entitlements };
        const both = (owner: string) => new Set([...(some[owner] ?? []), ...(more[owner] ?? [])]);
        if (stands(grounds, both)) expect(stands(grounds, lost(some))).toBe(true);
      }),
    );
  });
});

describe('what a change takes', () => {
  const entitlement = { kind: 'group', id: 'g1' } as const;
  it.each([
    ['everything from who leaves', changeOf('d@a.example', 'deactivated'), ['*']],
    ['nothing where a session ends', changeOf('d@a.example', 'session-revoked'), []],
    [
      'one thing where the settings do not say more',
      changeOf('d@a.example', 'entitlement-removed', { entitlement }),
      ['g1'],
    ],
    [
      'what depends on nothing in particular too, where the settings say so',
      changeOf('d@a.example', 'entitlement-removed', { entitlement: { ...entitlement, ends: 'access' } }),
      ['g1', '-'],
    ],
    [
      'nothing of a person where one credential is named',
      changeOf('d@a.example', 'deleted', {
        credential: { kind: 'iam-user', account: '1', region: 'global', id: 'dana' },
      }),
      [],
    ],
  ] as const)('%s', (_, change, expected) => {
    expect(lossesBy(change)).toEqual(expected);
  });
});
