import { describe, expect, it } from 'vitest';
import type { EventSource } from '../../functions/sources/event-source.ts';
import { type Choices, contradictionsIn } from '../../infra/contradictions.ts';
import { policyOf } from '../support/sweep-examples.ts';
import { madeUpSource } from './made-up-source.ts';

const choices: Choices = {
  issuers: [],
  blockedDays: 30,
  sources: {},
  trailExists: false,
  apiKeyRegions: [],
  enforcement: { caches: [], memorySeconds: 0 },
  verification: { consistencyWindowSeconds: 60 },
  sweep: { policies: [] },
  credentials: { cognitoUserPools: [], storedSecrets: false },
  holdDays: 30,
  removal: false,
};
const trail = madeUpSource({ name: 'iam' });
const signIn = madeUpSource({
  name: 'sign-in',
  pattern: { source: ['aws.signin'], 'detail-type': ['AWS Console Sign In via CloudTrail'] },
});
const finding = madeUpSource({
  name: 'guardduty',
  pattern: { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] },
});
const open = madeUpSource({ name: 'health', pattern: { source: ['aws.health'] } });

const modes = (mode: 'observe' | 'enforce', ...sources: EventSource[]) =>
  Object.fromEntries(sources.map(({ name }) => [name, { mode }]));

describe('a source that lives by a trail', () => {
  const all = [trail, signIn, finding, open];
  const found = (overrides: Partial<Choices>) => contradictionsIn({ ...choices, ...overrides }, all);

  it('may not enforce until somebody says that there is a trail', () => {
    const [contradiction, ...others] = found({ sources: modes('enforce', ...all) });
    expect(others).toEqual([]);
    expect(contradiction?.path).toEqual(['trailExists']);
    expect(contradiction?.message).toMatch(
      /^must be true before iam, sign-in may enforce: .*CloudTrail trail/,
    );
    expect(found({ sources: modes('enforce', ...all), trailExists: true })).toEqual([]);
  });

  it('may observe without one, and others may do what they like', () => {
    expect(found({ sources: modes('observe', ...all) })).toEqual([]);
    expect(found({ sources: { ...modes('observe', ...all), ...modes('enforce', finding, open) } })).toEqual(
      [],
    );
  });
});

describe('API keys', () => {
  const found = (overrides: Partial<Choices>) => contradictionsIn({ ...choices, ...overrides }, []);

  it('of other regions than the home region are refused by name', () => {
    const apiKeyRegions = ['eu-west-1', 'us-west-2'];
    expect(found({ apiKeyRegions, homeRegion: 'eu-west-1' })).toEqual([
      {
        path: ['apiKeyRegions', 1],
        message: 'API keys in us-west-2 are not served: only those of homeRegion are, which is eu-west-1',
      },
    ]);
  });

  it('of no region can be promised where nobody says which one is home', () => {
    expect(found({ apiKeyRegions: ['eu-west-1'] }).map(({ path }) => path)).toEqual([['apiKeyRegions', 0]]);
    expect(found({})).toEqual([]);
  });
});

describe('an issuer', () => {
  const issuer = { issuer: 'https://id.acme.example', longestTokenSeconds: 3600 };

  it('that is named twice is refused where it stands for the second time', () => {
    const issuers = [issuer, { ...issuer, issuer: 'https://other.acme.example' }, issuer];
    expect(contradictionsIn({ ...choices, issuers }, [])).toEqual([
      { path: ['issuers', 2, 'issuer'], message: 'https://id.acme.example is named twice' },
    ]);
  });

  it('of tokens of our own is one without being named', () => {
    const tokens = { audience: 'shop', minutes: 15, key: 1, formerKeys: [] };
    const found = (own: string | undefined) =>
      contradictionsIn({ ...choices, issuers: [issuer], issue: { tokens: { ...tokens, issuer: own } } }, []);
    expect(found(issuer.issuer)).toEqual([
      { path: ['issuers', 0, 'issuer'], message: 'https://id.acme.example is named twice' },
    ]);
    expect(found('https://tokens.acme.example')).toEqual([]);
    expect(found(undefined)).toEqual([]);
  });
});

describe('a pool whose clients are issued', () => {
  it('is one whose clients can be revoked', () => {
    const oauthClients = {
      days: 1,
      mostDays: 1,
      scopes: ['shop/read'],
      pools: ['eu-west-1_a', 'eu-west-1_b'],
    };
    const credentials = { ...choices.credentials, cognitoUserPools: ['eu-west-1_a'] };
    expect(contradictionsIn({ ...choices, credentials, issue: { oauthClients } }, [])).toEqual([
      {
        path: ['issue', 'oauthClients', 'pools', 1],
        message: 'eu-west-1_b must be named in credentials.cognitoUserPools too',
      },
    ]);
    expect(contradictionsIn({ ...choices, issue: {} }, [])).toEqual([]);
  });
});

it('what policies of sweeps say is looked at, too', () => {
  const policies = [policyOf({ kinds: ['iam-user'], steps: { disable: 7, delete: 30 } })];
  const [found, ...others] = contradictionsIn({ ...choices, sweep: { policies } }, []);
  expect(others).toEqual([]);
  expect(found?.path).toEqual(['sweep', 'policies', 0, 'steps', 'delete']);
});

describe('a consistency window', () => {
  const least = (caches: Choices['enforcement']['caches'], memorySeconds: number) =>
    [0, 1, 9, 10, 15, 25, 60].find(
      (consistencyWindowSeconds) =>
        contradictionsIn(
          {
            ...choices,
            enforcement: { caches, memorySeconds },
            verification: { consistencyWindowSeconds },
          },
          [],
        ).length === 0,
    );

  it('outlasts a run of the authorizer where API Gateway caches, and its memory in any case', () => {
    expect(least([], 0)).toBe(0);
    expect(least([], 15)).toBe(15);
    expect(least([{ type: 'rest' }], 0)).toBe(10);
    expect(least([{ type: 'http' }], 15)).toBe(25);
  });
});

describe('best effort', () => {
  const found = (type: 'rest' | 'http', bestEffort?: object) =>
    contradictionsIn(
      { ...choices, enforcement: { caches: [{ type }], memorySeconds: 0, bestEffort } },
      [],
    ).map(({ path }) => path);

  it('does not go with a REST API that keeps answers: they would hold for all of its routes', () => {
    expect(found('rest', { routes: ['GET /catalog/*'] })).toEqual([['enforcement', 'bestEffort']]);
    expect(found('http', { routes: ['GET /catalog/*'] })).toEqual([]);
    expect(found('rest')).toEqual([]);
  });
});
