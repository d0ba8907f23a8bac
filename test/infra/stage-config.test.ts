import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../functions/domain/errors.ts';
import { sources } from '../../functions/sources/index.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';

const issuer = {
  issuer: 'https://login.example.com',
  audience: 'api',
  jwksUri: 'https://login.example.com/keys',
};

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
      const expected = { mode: 'observe', capPerHour: 25, minSeverity, restore: 'operator' };
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
    expect((error as InvalidInput).message).toMatch(/^cutoff[\w.]*: \S[^\n]+$/);
  });

  it('lets blocked rows live exactly as long as the longest token', () => {
    const issuers = [{ ...issuer, longestTokenSeconds: 86_400 }];
    expect(parseStageConfig({ blockedDays: 1, issuers }).blockedDays).toBe(1);
  });
});
