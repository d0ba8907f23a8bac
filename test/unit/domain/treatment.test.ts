import { describe, expect, it } from 'vitest';
import { type Change, changeKinds } from '../../../functions/domain/change.ts';
import { type Credential, credentialKinds } from '../../../functions/domain/credential.ts';
import { planOf } from '../../../functions/domain/plan.ts';
import { sweptKinds } from '../../../functions/domain/sweep-settings.ts';
import { discoveredKindsOf, principalKindsOf, treatmentOf } from '../../../functions/domain/treatment.ts';
import { changeOf } from '../../support/world.ts';

const inIam = { account: '123456789012', region: 'global' } as const;
const key = { kind: 'iam-access-key', ...inIam, id: 'AKIADANA1', user: 'dana' } as const;
const other = { ...key, id: 'AKIADANA2' } as const;
const user = { kind: 'iam-user', ...inIam, id: 'dana' } as const;

const of = (kind: Credential['kind']) => ({ kind, account: '', region: '', id: '' }) as Credential;
const stepsOf = (cause: Parameters<typeof treatmentOf>[0]) =>
  treatmentOf(cause).map(({ kind, action }) => `${action} ${kind}`);

const withSessions = [
  'deny-sessions iam-user',
  'disable iam-access-key',
  'deny-sessions iam-assumed-session',
];

describe.each(['credential-stale', 'credential-expired'] as const)('%s', (change) => {
  it('ends an access key alone, and its sessions only where it may have minted some', () => {
    expect(stepsOf({ change, credential: key })).toEqual(['disable iam-access-key']);
    expect(stepsOf({ change, credential: key, mayHaveSessions: true })).toEqual(withSessions);
  });

  it('looks for assumed sessions only where there may be some', () => {
    expect(discoveredKindsOf({ change, credential: key })).toEqual([]);
    expect(discoveredKindsOf({ change, credential: key, mayHaveSessions: true })).toEqual([
      'iam-assumed-session',
    ]);
  });

  it('ends an IAM user with all that is on it and what was assumed with it', () => {
    const steps = stepsOf({ change, credential: user });
    expect(steps[0]).toBe('deny-all iam-user');
    expect(steps).toContain('disable iam-access-key');
    expect(steps.at(-1)).toBe('deny-sessions iam-assumed-session');
  });

  it.each(['api-gateway-key', 'cognito-app-client', 'stored-secret'] as const)(
    'disables a %s and nothing else',
    (kind) => {
      expect(stepsOf({ change, credential: of(kind) })).toEqual([`disable ${kind}`]);
    },
  );

  it('does something about every kind that can be swept', () => {
    for (const kind of sweptKinds) expect(stepsOf({ change, credential: of(kind) })).not.toEqual([]);
  });

  it('without a credential is nothing: nobody left', () => {
    expect(stepsOf({ change })).toEqual([]);
    expect(principalKindsOf({ change })).toEqual([]);
  });

  it('plans one task on the user, without the other key', () => {
    const about: Change = changeOf('x@acme.example', change, { credential: key, mayHaveSessions: true });
    const assessed = { principal: user, dependents: [key], verdict: { verdict: 'act' } } as const;
    const [task, ...more] = planOf('rev-1', about, [assessed]).tasks;
    expect(more).toEqual([]);
    expect(task?.steps.map(({ credential, action }) => [credential.id, action])).toEqual([
      ['dana', 'deny-sessions'],
      ['AKIADANA1', 'disable'],
    ]);
    expect(JSON.stringify(task)).not.toContain(other.id);
  });
});

it('a leaked key always may have minted sessions', () => {
  expect(stepsOf({ change: 'credential-compromised', credential: key })).toEqual(withSessions);
});

it('whether sessions may live decides about access keys alone', () => {
  for (const change of changeKinds) {
    for (const kind of credentialKinds.filter((one) => one !== 'iam-access-key')) {
      const cause = { change, credential: of(kind) };
      expect(stepsOf({ ...cause, mayHaveSessions: true })).toEqual(stepsOf(cause));
    }
  }
});
