import fc from 'fast-check';
import type { z } from 'zod';
import { daysAfter } from '../../functions/domain/days.ts';
import type { LastUse, SweepFacts, Swept } from '../../functions/domain/sweep-facts.ts';
import type { RoughFacts } from '../../functions/domain/sweep-policy.ts';
import {
  type SweepPolicy,
  type SweepSettings,
  sweepPolicySchema,
  sweepSchema,
  sweptKinds,
} from '../../functions/domain/sweep-settings.ts';

export const sweepNow = new Date('2026-06-01T08:00:00.000Z');

/** So many days before `sweepNow`, ISO 8601. */
export const daysAgo = (days: number): string => daysAfter(sweepNow.toISOString(), -days);

export const inDays = (days: number): Date => new Date(daysAgo(-days));

const place = { account: '123456789012', region: 'global' };

export const danasKey: Swept = {
  kind: 'iam-access-key',
  ...place,
  id: 'AKIAIOSFODNN7EXAMPLE',
  user: 'dana',
};
export const dana: Swept = { kind: 'iam-user', ...place, id: 'dana' };
export const apiKey: Swept = {
  kind: 'api-gateway-key',
  account: place.account,
  region: 'eu-west-1',
  id: 'a1b2c3',
};

/** An access key of a year that was used last 100 days ago. */
export const sweepFacts = (facts: Partial<SweepFacts> = {}): SweepFacts => ({
  credential: danasKey,
  arn: 'arn:aws:iam::123456789012:user/partners/dana',
  name: 'dana',
  tags: {},
  path: '/partners/',
  owners: ['email:dana@acme.example'],
  isActive: true,
  isProtected: false,
  createdAt: daysAgo(365),
  rotatedAt: daysAgo(365),
  lastUse: { at: daysAgo(100) },
  ...facts,
});

export type PolicyInput = z.input<typeof sweepPolicySchema>;

export const policyOf = (policy: Partial<PolicyInput> = {}): SweepPolicy =>
  sweepPolicySchema.parse({ name: 'unused', kinds: [...sweptKinds], when: { unusedDays: 90 }, ...policy });

export const settingsOf = (
  policies: readonly SweepPolicy[],
  exemptions: z.input<typeof sweepSchema>['exemptions'] = [],
): SweepSettings => sweepSchema.parse({ policies, exemptions });

/** As lists would tell the same. */
export const roughly = ({ credential, ...facts }: SweepFacts): RoughFacts => ({
  ...facts,
  kind: credential.kind,
  account: credential.account,
});

/** Days before now; a negative number is the fault of somebody's clock. */
const age = fc.double({ min: -400, max: 800, noNaN: true });
const time = age.map(daysAgo);
const lastUse: fc.Arbitrary<LastUse> = fc.oneof(
  time.map((at) => ({ at })),
  time.map((before) => ({ before })),
  fc.constantFrom<LastUse>('never', 'unknown'),
);
const credential = fc.constantFrom(danasKey, dana, apiKey);

export const anyFacts: fc.Arbitrary<SweepFacts> = fc
  .record(
    {
      credential,
      createdAt: time,
      rotatedAt: time,
      expiresAt: time,
      lastUse,
      orphan: fc.constantFrom('no-owner', 'owner-gone'),
      isActive: fc.boolean(),
      isProtected: fc.boolean(),
      path: fc.constantFrom('/', '/partners/', '/partners/eu/'),
      tags: fc.constantFrom({}, { team: 'blue' }, { Team: 'red' }),
    },
    { requiredKeys: ['credential', 'lastUse', 'isActive', 'isProtected', 'tags'] },
  )
  .map(({ createdAt, rotatedAt, path, ...known }) => ({
    arn: '',
    name: 'x',
    owners: [],
    ...known,
    ...(createdAt && { createdAt }),
    ...(rotatedAt && { rotatedAt }),
    ...(path && { path }),
  })) as fc.Arbitrary<SweepFacts>;

const days = fc.integer({ min: 1, max: 400 });
const yes = fc.constant(true as const);

export const anyWhen: fc.Arbitrary<PolicyInput['when']> = fc
  .record(
    {
      createdDays: days,
      unusedDays: days,
      neverUsed: yes,
      rotatedDays: days,
      ownerGone: yes,
      orphaned: yes,
      expiringDays: days,
      expired: yes,
    },
    { requiredKeys: [] },
  )
  .filter((when) => Object.keys(when).length > 0);

const noticeDays = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 });

/** Notices never come after the end, whatever was drawn. */
export const anySteps: fc.Arbitrary<NonNullable<PolicyInput['steps']>> = fc
  .tuple(noticeDays, fc.option(fc.integer({ min: 0, max: 20 })))
  .map(([notify, disable]) =>
    disable === null ? { notify } : { notify: notify.filter((one) => one <= disable), disable },
  );

export const anyPolicy: fc.Arbitrary<SweepPolicy> = fc
  .record({
    when: anyWhen,
    steps: anySteps,
    where: fc.constantFrom(
      {},
      { paths: ['/partners/'] },
      { tags: { team: '*' } },
      { tags: { team: 'blue' } },
    ),
    evenIfUsed: fc.boolean(),
    kinds: fc.subarray([...sweptKinds], { minLength: 1 }),
  })
  .map((policy) => policyOf(policy as Partial<PolicyInput>));
