import { describe, expect, it } from 'vitest';
import { sweepSchema, sweptKinds } from '../../functions/domain/sweep-settings.ts';
import { contradictionsInSweep, type SweepChoices } from '../../infra/sweep-contradictions.ts';
import { type PolicyInput, policyOf } from '../support/sweep-examples.ts';

const everywhere = { cognitoUserPools: ['eu-west-1_a'], storedSecrets: true };
const choices = { credentials: everywhere, holdDays: 30, removal: true };

const found = (policy: Partial<PolicyInput>, overrides: Partial<SweepChoices> = {}) =>
  contradictionsInSweep({ ...choices, sweep: { policies: [policyOf(policy)] }, ...overrides }).map(
    ({ path, message }) => `${path.slice(3).join('.')}: ${message}`,
  );
const fields = (...all: Parameters<typeof found>) => found(...all).map((text) => text.split(':')[0]);

it('the policies of those who name none are fine, whatever else is configured', () => {
  const nothing = { cognitoUserPools: [], storedSecrets: false };
  for (const credentials of [nothing, everywhere]) {
    const sweep = sweepSchema.parse({});
    expect(contradictionsInSweep({ sweep, credentials, holdDays: 400, removal: false })).toEqual([]);
  }
});

it('a policy without accounts, paths or tags is about all of them', () => {
  expect(found({ kinds: ['iam-access-key'] })).toEqual([]);
  expect(found({ kinds: ['iam-access-key'], where: { accounts: ['123456789012'] } })).toEqual([]);
});

describe('what nobody tells of a kind', () => {
  const always = { when: { createdDays: 90 } };

  it('is not asked for in where', () => {
    const where = { paths: ['/partners/'] };
    expect(found({ ...always, kinds: ['iam-user', 'iam-access-key'], where })).toEqual([]);
    expect(found({ ...always, kinds: ['iam-user', 'api-gateway-key', 'stored-secret'], where })).toEqual([
      'where.paths: never fits api-gateway-key or stored-secret, of which nobody tells it',
    ]);
    expect(fields({ ...always, kinds: ['cognito-app-client'], where })).toEqual(['where.paths']);
    const tags = { tags: { team: '*' } };
    expect(fields({ ...always, kinds: [...sweptKinds], where: tags })).toEqual(['where.tags']);
    expect(found({ ...always, kinds: ['api-gateway-key', 'iam-access-key'], where: tags })).toEqual([]);
  });

  it('is not asked for in when', () => {
    const clients: Partial<PolicyInput> = { kinds: ['iam-access-key', 'cognito-app-client'] };
    expect(fields({ ...clients, when: { unusedDays: 90 } })).toEqual(['when.unusedDays']);
    expect(fields({ ...clients, when: { neverUsed: true, createdDays: 90 } })).toEqual(['when.neverUsed']);
    expect(fields({ ...clients, when: { rotatedDays: 90 } })).toEqual(['when.rotatedDays']);
    expect(found({ ...clients, when: { expiringDays: 14 } })).toEqual([]);
    expect(found({ ...clients, when: { orphaned: true } })).toEqual([]);
    expect(fields({ kinds: ['iam-user'], when: { expired: true } })).toEqual(['when.expired']);
    expect(fields({ kinds: ['stored-secret'], when: { expiringDays: 1 } })).toEqual(['when.expiringDays']);
  });

  it('whether it is used does not keep a policy of age from acting, or the policy says so', () => {
    const kinds: PolicyInput['kinds'] = ['iam-access-key', 'cognito-app-client'];
    const steps = { notify: [0], disable: 14 };
    expect(found({ ...always, kinds, steps })).toEqual([
      'evenIfUsed: must be true for cognito-app-client: nobody tells whether one is used, so none would be disabled for its age',
    ]);
    expect(found({ ...always, kinds, steps, evenIfUsed: true })).toEqual([]);
    expect(found({ ...always, kinds })).toEqual([]);
    expect(found({ ...always, kinds: ['iam-access-key'], steps })).toEqual([]);
    expect(found({ when: { orphaned: true, createdDays: 90 }, kinds, steps })).toEqual([]);
  });
});

describe('kinds that nobody looks for', () => {
  const kinds: PolicyInput['kinds'] = ['cognito-app-client', 'stored-secret'];
  const when = { orphaned: true } as const;
  const where = (credentials: SweepChoices['credentials']) => fields({ kinds, when }, { credentials });

  it('are no policy', () => {
    expect(where({ cognitoUserPools: [], storedSecrets: false })).toEqual(['kinds']);
    expect(where({ cognitoUserPools: ['eu-west-1_a'], storedSecrets: false })).toEqual([]);
    expect(where({ cognitoUserPools: [], storedSecrets: true })).toEqual([]);
    const credentials = { cognitoUserPools: [], storedSecrets: false };
    expect(fields({ kinds: [...kinds, 'iam-user'], when }, { credentials })).toEqual([]);
  });
});

describe('a deletion', () => {
  const policy = { kinds: ['iam-user'] as PolicyInput['kinds'], steps: { disable: 14, delete: 30 } };

  it('needs the right to delete, and a time to hold', () => {
    expect(found(policy)).toEqual([]);
    expect(found(policy, { removal: false })).toEqual([
      'steps.delete: needs removal, without which nothing may be deleted',
    ]);
    expect(found(policy, { holdDays: 31 })).toEqual([
      'steps.delete: must not be less than holdDays, which is 31',
    ]);
    expect(found({ ...policy, steps: { disable: 14 } }, { removal: false, holdDays: 400 })).toEqual([]);
  });
});

it('each policy is named by where it stands', () => {
  const policies = [policyOf({ kinds: ['iam-user'] }), policyOf({ kinds: ['cognito-app-client'] })];
  const [contradiction] = contradictionsInSweep({ ...choices, sweep: { policies } });
  expect(contradiction?.path).toEqual(['sweep', 'policies', 1, 'when', 'unusedDays']);
});
