import { describe, expect, it } from 'vitest';
import { issueSchema } from '../../../functions/domain/issue-settings.ts';

const apiKeys = { usagePlans: ['gold'] };
const accessKeys = { paths: ['/partners/'] };
const oauthClients = { pools: ['eu-west-1_a'], scopes: ['orders/read'] };

const refused = (settings: object) => issueSchema.safeParse(settings).error?.issues[0]?.path.join('.');

describe('what is issued', () => {
  it('lives for a rule that is shorter than the most', () => {
    expect(issueSchema.parse({ apiKeys, accessKeys, oauthClients, tokens: { audience: 'shop' } })).toEqual({
      apiKeys: { ...apiKeys, entitlements: [], days: 90, mostDays: 365 },
      accessKeys: { ...accessKeys, days: 30, mostDays: 90, mostPerUser: 1 },
      oauthClients: { ...oauthClients, days: 180, mostDays: 365 },
      tokens: expect.objectContaining({ audience: 'shop', minutes: 15 }),
      overlapHours: 24,
      mostOverlapHours: 168,
    });
  });

  it('is nothing that is not named', () => {
    expect(issueSchema.parse({})).toEqual({ overlapHours: 24, mostOverlapHours: 168 });
  });

  it('lives no longer by rule than at most, where only the most is named', () => {
    const settings = issueSchema.parse({
      apiKeys: { ...apiKeys, mostDays: 30 },
      accessKeys: { ...accessKeys, mostDays: 7 },
      oauthClients: { ...oauthClients, mostDays: 60 },
      mostOverlapHours: 12,
    });
    expect(settings.apiKeys?.days).toBe(30);
    expect(settings.accessKeys?.days).toBe(7);
    expect(settings.oauthClients?.days).toBe(60);
    expect(settings.overlapHours).toBe(12);
  });

  it('reads what it wrote: functions get it as JSON', () => {
    const settings = issueSchema.parse({ apiKeys, accessKeys: { ...accessKeys, days: 3 } });
    expect(issueSchema.parse(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  it.each([
    ['apiKeys.days', { apiKeys: { ...apiKeys, days: 31, mostDays: 30 } }],
    ['apiKeys.mostDays', { apiKeys: { ...apiKeys, mostDays: 366 } }],
    ['apiKeys.usagePlans', { apiKeys: { usagePlans: [] } }],
    ['apiKeys.entitlements.0', { apiKeys: { ...apiKeys, entitlements: ['two words'] } }],
    ['accessKeys.days', { accessKeys: { ...accessKeys, days: 91 } }],
    ['accessKeys.mostDays', { accessKeys: { ...accessKeys, mostDays: 91 } }],
    ['accessKeys.paths.0', { accessKeys: { paths: ['partners/'] } }],
    ['accessKeys.paths', { accessKeys: { paths: [] } }],
    ['accessKeys.mostPerUser', { accessKeys: { ...accessKeys, mostPerUser: 3 } }],
    ['oauthClients.days', { oauthClients: { ...oauthClients, days: 0 } }],
    ['oauthClients.scopes', { oauthClients: { ...oauthClients, scopes: [] } }],
    ['tokens.minutes', { tokens: { audience: 'shop', minutes: 61 } }],
    ['tokens.key', { tokens: { audience: 'shop', key: 0 } }],
    ['tokens.formerKeys.0', { tokens: { audience: 'shop', formerKeys: ['arn:aws:kms:eu-west-1:1:key/k'] } }],
    ['tokens.issuer', { tokens: { audience: 'shop', issuer: 'https://id.acme.example/' } }],
    ['tokens.issuer', { tokens: { audience: 'shop', issuer: 'http://id.acme.example' } }],
    ['overlapHours', { overlapHours: 24, mostOverlapHours: 12 }],
    ['', { apiKeyz: apiKeys }],
    ['apiKeys', { apiKeys: { ...apiKeys, forever: true } }],
  ])('is refused for its %s', (path, settings) => {
    expect(refused(settings)).toBe(path);
  });
});
