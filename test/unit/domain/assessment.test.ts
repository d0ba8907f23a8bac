import { describe, expect, it } from 'vitest';
import { assess, type Claim } from '../../../functions/domain/assessment.ts';

const rules = {
  ownership: { ownerTags: ['owner'], workloadTags: [], exactUserNames: false, sharedOwnerTags: ['owners'] },
  protection: { arns: [], tags: ['protected'], emails: [] },
};
const dana = { format: 'email', email: 'dana@acme.example' } as const;

const judged = (facts: Partial<Claim['facts']>, claim: Partial<Claim> = {}) =>
  assess(
    {
      subjects: [dana],
      facts: { arn: '', name: 'x', tags: { owner: dana.email }, ...facts },
      earlier: undefined,
      survives: false,
      ...claim,
    },
    rules,
  );

describe('whether a principal is cut', () => {
  it('is for a human where the kind itself is in doubt about it, unless it is protected', () => {
    const doubt = 'session-name-not-vouched-for';
    expect(judged({ doubt })).toEqual({ verdict: 'held', reason: doubt });
    const tags = { owner: dana.email, protected: 'true' };
    expect(judged({ doubt, tags })).toMatchObject({ verdict: 'skipped', reason: 'protected-principal' });
  });

  it('goes by any of the names that it has by itself, whichever of them the registry saw first', () => {
    const inherentOwners = ['iss_sub:https://id.example.com#1', 'email:dana@acme.example'];
    const earlier = { owners: inherentOwners.slice(0, 1), isProtected: false, entitlements: [] };
    expect(judged({ tags: {}, inherentOwners }, { earlier })).toEqual({ verdict: 'act' });
    expect(judged({ tags: {}, inherentOwners: inherentOwners.slice(0, 1) })).toEqual({
      verdict: 'unrelated',
    });
  });

  it('is no matter of order among those who share it', () => {
    const earlier = {
      owners: ['email:erin@acme.example', 'email:dana@acme.example'],
      isProtected: false,
      entitlements: [],
    };
    const tags = { owners: 'dana@acme.example erin@acme.example' };
    expect(judged({ tags }, { earlier })).toEqual({ verdict: 'act' });
    expect(judged({ tags }, { earlier, survives: true })).toMatchObject({ reason: 'others-depend-on-it' });
  });
});
