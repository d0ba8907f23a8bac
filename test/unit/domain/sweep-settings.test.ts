import { describe, expect, it } from 'vitest';
import { driftSchema, sweepSchema } from '../../../functions/domain/sweep-settings.ts';

const policy = { name: 'unused', kinds: ['iam-access-key'], when: { unusedDays: 90 } };
const exemption = { id: 'AKIAIOSFODNN7EXAMPLE', reason: 'moves to a role in May', until: '2026-06-01' };

const refused = (settings: object) => {
  const issue = sweepSchema.safeParse(settings).error?.issues[0];
  return issue && [issue.path.join('.'), issue.message].join(': ');
};
const refusedPolicy = (overrides: object) => refused({ policies: [{ ...policy, ...overrides }] });

describe('policies', () => {
  it('are some that suit most, where none are named, and all of them are valid', () => {
    const { policies, exemptions, longestKeepDays } = sweepSchema.parse({});
    expect(policies.map(({ name }) => name)).toEqual(['unused', 'orphaned', 'expiring']);
    expect(policies.every(({ evenIfUsed, steps }) => !evenIfUsed && steps.delete === undefined)).toBe(true);
    expect(exemptions).toEqual([]);
    expect(longestKeepDays).toBe(90);
  });

  it('may be none at all', () => {
    expect(sweepSchema.parse({ policies: [] }).policies).toEqual([]);
  });

  it('tell the owner at once and disable nothing, unless they say so', () => {
    const [parsed] = sweepSchema.parse({ policies: [policy] }).policies;
    expect(parsed).toEqual({ ...policy, where: {}, evenIfUsed: false, steps: { notify: [0] } });
  });

  it('tell of notices in order and each once, however they are written down', () => {
    const steps = { notify: [13, 0, 7, 7], disable: 14 };
    expect(sweepSchema.parse({ policies: [{ ...policy, steps }] }).policies[0]?.steps.notify).toEqual([
      0, 7, 13,
    ]);
    const last = { notify: [14], disable: 14 };
    expect(sweepSchema.parse({ policies: [{ ...policy, steps: last }] }).policies[0]?.steps).toEqual(last);
    const silent = { notify: [], disable: 0 };
    expect(sweepSchema.parse({ policies: [{ ...policy, steps: silent }] }).policies[0]?.steps).toEqual(
      silent,
    );
  });

  it('read what they wrote: the sweep gets them as JSON', () => {
    const settings = sweepSchema.parse({
      policies: [{ ...policy, where: { tags: { team: '*' } }, steps: { notify: [7, 0], disable: 14 } }],
      exemptions: [{ ...exemption, owner: { format: 'email', email: 'Dana@acme.example' } }],
    });
    expect(sweepSchema.parse(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  it.each([
    [/^policies.0: Unrecognized key: "unusedFor"/, { unusedFor: 90 }],
    [/^policies.0.when: Unrecognized key: "age"/, { when: { age: 90 } }],
    [/^policies.0.when.unusedDays: /, { when: { unusedDays: -1 } }],
    [/^policies.0.when.unusedDays: /, { when: { unusedDays: 0 } }],
    [/^policies.0.when.createdDays: /, { when: { createdDays: 1.5 } }],
    [/^policies.0.when: must name at least one condition/, { when: {} }],
    [/^policies.0.when: must name at least one condition/, { when: { unusedDays: undefined } }],
    [/^policies.0.when.neverUsed: /, { when: { neverUsed: false } }],
    [/^policies.0.kinds: /, { kinds: [] }],
    [/^policies.0.kinds.0: /, { kinds: ['cognito-user'] }],
    [/^policies.0.name: must be of small letters/, { name: 'Unused keys' }],
    [/^policies.0.where.accounts.0: must be the id of an account/, { where: { accounts: ['acme'] } }],
    [/^policies.0.where.accounts: /, { where: { accounts: [] } }],
    [/^policies.0.where.paths.0: must begin and end/, { where: { paths: ['/partners'] } }],
    [/^policies.0.where: Unrecognized key: "regions"/, { where: { regions: ['eu-west-1'] } }],
    [/^policies.0.steps.notify.1: /, { steps: { notify: [0, -7] } }],
    [/^policies.0.steps.disable: /, { steps: { disable: -1 } }],
    [/^policies.0.steps.delete: needs disable/, { steps: { delete: 30 } }],
    [/^policies.0.steps.delete: /, { steps: { disable: 7, delete: 0 } }],
    [/^policies.0.steps.notify: must not come after disable/, { steps: { notify: [0, 15], disable: 14 } }],
    [/^policies.0.steps: Unrecognized key: "hold"/, { steps: { disable: 7, hold: 30 } }],
  ])('are refused as %s', (problem, overrides) => {
    expect(refusedPolicy(overrides)).toMatch(problem);
  });

  it('have a name each, since that is part of the ids of revocations', () => {
    expect(refused({ policies: [policy, { ...policy, name: 'other' }, policy] })).toBe(
      'policies.2.name: is named twice',
    );
  });
});

describe('an exemption', () => {
  const refusedFor = (overrides: object) =>
    refused({ policies: [policy], exemptions: [{ ...exemption, ...overrides }] });

  it('names something, a reason and an end', () => {
    expect(refusedFor({})).toBeUndefined();
    expect(refusedFor({ until: undefined })).toMatch(/^exemptions.0.until: /);
    expect(refusedFor({ until: 'never' })).toMatch(/^exemptions.0.until: /);
    expect(refusedFor({ until: '2026-02-30' })).toMatch(/^exemptions.0.until: /);
    expect(refusedFor({ reason: ' ' })).toMatch(/^exemptions.0.reason: /);
    expect(refusedFor({ id: undefined })).toMatch(/^exemptions.0.id: must be there/);
    expect(refusedFor({ id: undefined, policies: ['unused'] })).toMatch(/^exemptions.0.id: must be there/);
    expect(refusedFor({ user: 'dana' })).toMatch(/^exemptions.0: Unrecognized key/);
  });

  it('is from policies that are there, or from all of them', () => {
    expect(refusedFor({ policies: ['unused'] })).toBeUndefined();
    expect(refusedFor({ policies: ['unused', 'unusd'] })).toBe(
      'exemptions.0.policies.1: is the name of no policy',
    );
    expect(refusedFor({ policies: [] })).toMatch(/^exemptions.0.policies: /);
  });
});

describe('drift', () => {
  it('is told of, unless the settings say what else', () => {
    const told = { 'iam-access-key': 'notify', 'api-gateway-key': 'notify', 'cognito-app-client': 'notify' };
    expect(driftSchema.parse({})).toEqual(told);
    expect(driftSchema.parse({ 'iam-access-key': 'revoke' })).toEqual({
      ...told,
      'iam-access-key': 'revoke',
    });
    expect(driftSchema.safeParse({ 'iam-access-key': 'delete' }).success).toBe(false);
    expect(driftSchema.safeParse({ 'iam-user': 'notify' }).success).toBe(false);
  });
});
