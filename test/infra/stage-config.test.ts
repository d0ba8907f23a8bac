import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../functions/domain/errors.ts';
import { sources } from '../../functions/sources/index.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';

const issuer = {
  issuer: 'https://login.example.com',
  audience: 'api',
  jwksUri: 'https://login.example.com/keys',
};

const policy = { name: 'unused', kinds: ['iam-access-key'], when: { unusedDays: 90 } };
const withPolicy = (overrides: object) => ({ sweep: { policies: [{ ...policy, ...overrides }] } });
const exemption = { id: 'AKIAIOSFODNN7EXAMPLE', reason: 'moves to a role' };
const oauthClients = { pools: ['eu-west-1_a'], scopes: ['shop/read'] };

const signer = { issuer: issuer.issuer, audience: 'signals', jwksUri: issuer.jwksUri };

describe('stage config', () => {
  it('has a default for everything: sources are observed, the operator is obeyed', () => {
    const config = parseStageConfig(undefined);
    expect(config).toMatchObject({
      identityBusName: 'cutoff-identity',
      protectedApi: false,
      blockedDays: 30,
      forwardFrom: ['us-east-1'],
      apiKeyRegions: [],
      trailExists: false,
    });
    expect(config.homeRegion).toBeUndefined();
    expect(config.signals).toBeUndefined();
    for (const { name, minSeverity = 0 } of sources) {
      // What was agreed when it was issued needs no trial.
      const mode = name === 'expiry' ? 'enforce' : 'observe';
      const expected = { mode, capPerHour: 25, minSeverity, restore: 'operator' };
      expect(config.sources[name]).toEqual(expected);
    }
    expect(config.sources.operator).toMatchObject({ mode: 'enforce', capPerHour: 100 });
    expect(config.protection.tags).toEqual(['cutoff:protected']);
    expect(config).toEqual(parseStageConfig({}));
  });

  it('takes JSON text, as `-c cutoff=…` gives it', () => {
    expect(parseStageConfig('{"protectedApi":true}').protectedApi).toBe(true);
  });

  it('fills in what an issuer leaves out', () => {
    const [parsed] = parseStageConfig({ issuers: [issuer] }).issuers;
    expect(parsed).toEqual({
      ...issuer,
      subjectClaim: 'email',
      subjectFormat: 'email',
      longestTokenSeconds: 86_400,
    });
  });

  it.each([
    ['cutoff.sources.okta.mode', { sources: { okta: { mode: 'on' } } }],
    ['cutoff.sources.okta.capPerHour', { sources: { okta: { capPerHour: 0 } } }],
    ['cutoff.sources.gitlab', { sources: { gitlab: {} } }],
    ['cutoff.sources.operator.bus', { sources: { operator: { bus: 'x' } } }],
    ['cutoff.alertMail', { alertMail: 'ops@example.com' }],
    ['cutoff.alertEmail', { alertEmail: 'ops' }],
    ['cutoff.identityBusName', { identityBusName: 'default' }],
    ['cutoff.identityBusName', { identityBusName: 'a/b' }],
    ['cutoff.homeRegion', { homeRegion: 'Ireland' }],
    ['cutoff.forwardFrom.1', { forwardFrom: ['us-east-1', 'us-east'] }],
    ['cutoff.apiKeyRegions.1', { homeRegion: 'eu-west-1', apiKeyRegions: ['eu-west-1', 'us-east-1'] }],
    ['cutoff.apiKeyRegions.0', { apiKeyRegions: ['eu-west-1'] }],
    ['cutoff.trailExists', { trailExists: 'yes' }],
    ['cutoff.signals.ssf.0.jwksUri', { signals: { ssf: [{ ...signer, jwksUri: 'http://x.example' }] } }],
    ['cutoff.signals.github.tokenTypes', { signals: { github: {} } }],
    ['cutoff.signals.slack', { signals: { slack: true } }],
    ['cutoff.issuers.0.jwksUri', { issuers: [{ ...issuer, jwksUri: 'http://login.example.com' }] }],
    ['cutoff.ownership.ownerTags', { ownership: { ownerTags: [] } }],
    ['cutoff.protection.arns.0', { protection: { arns: ['break-glass'] } }],
    ['cutoff.verification.firstDelaySeconds', { verification: { firstDelaySeconds: 0 } }],
    ['cutoff.upkeepMinutes', { upkeepMinutes: 1 }],
    ['cutoff.blockedDays', { blockedDays: 1, issuers: [{ ...issuer, longestTokenSeconds: 86_401 }] }],
    ['cutoff.sweep.policies.0.unusedFor', withPolicy({ unusedFor: 90 })],
    ['cutoff.sweep.policies.0.when.age', withPolicy({ when: { age: 90 } })],
    ['cutoff.sweep.policies.0.when.unusedDays', withPolicy({ when: { unusedDays: -90 } })],
    ['cutoff.sweep.policies.0.steps.disable', withPolicy({ steps: { disable: -1 } })],
    ['cutoff.sweep.policies.0.steps.notify.0', withPolicy({ steps: { notify: [-1] } })],
    ['cutoff.sweep.policies.0.steps.delete', withPolicy({ steps: { disable: 7, delete: 30 } })],
    ['cutoff.sweep.policies.0.kinds', withPolicy({ kinds: ['stored-secret'] })],
    ['cutoff.sweep.policies.1.name', { sweep: { policies: [policy, policy] } }],
    ['cutoff.sweep.exemptions.0.until', { sweep: { exemptions: [exemption] } }],
    ['cutoff.sweep.exemptions.0.until', { sweep: { exemptions: [{ ...exemption, until: 'never' }] } }],
    [
      'cutoff.sweep.exemptions.0.forever',
      { sweep: { exemptions: [{ ...exemption, until: '2027-01-01', forever: true }] } },
    ],
    ['cutoff.sweep.longestKeepDays', { sweep: { longestKeepDays: -1 } }],
    ['cutoff.sweepMinutes', { sweepMinutes: 30 }],
    ['cutoff.drift.iam-user', { drift: { 'iam-user': 'notify' } }],
    ['cutoff.issue.apiKeys.usagePlans', { issue: { apiKeys: {} } }],
    ['cutoff.issue.accessKeys.days', { issue: { accessKeys: { paths: ['/ci/'], days: 91 } } }],
    ['cutoff.issue.oauthClients.pools.0', { issue: { oauthClients } }],
    ['cutoff.noticeEmail', { noticeEmail: 'everybody' }],
    ['cutoff', '{"protectedApi":'],
    ['cutoff', []],
  ])('a wrong %s is named', (field, raw) => {
    let error: unknown;
    try {
      parseStageConfig(raw);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as InvalidInput).field).toBe(field);
    expect((error as InvalidInput).message).toMatch(/^cutoff[\w.-]*: \S[^\n]+$/);
  });

  it('has sweeps report by the usual policies, once a day, until it says otherwise', () => {
    const config = parseStageConfig({});
    expect(config.sweep.policies.map(({ name }) => name)).toEqual(['unused', 'orphaned', 'expiring']);
    expect(config.sweepMinutes).toBe(1440);
    expect(config.issue).toBeUndefined();
    const hold = { removal: true, holdDays: 7, ...withPolicy({ steps: { disable: 7, delete: 7 } }) };
    expect(parseStageConfig(hold).sweep.policies[0]?.steps).toEqual({ notify: [0], disable: 7, delete: 7 });
  });

  it('lets blocked rows live exactly as long as the longest token', () => {
    const issuers = [{ ...issuer, longestTokenSeconds: 86_400 }];
    expect(parseStageConfig({ blockedDays: 1, issuers }).blockedDays).toBe(1);
  });
});
