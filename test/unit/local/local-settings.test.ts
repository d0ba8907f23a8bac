import { expect, it } from 'vitest';
import { localSettings } from '../../../infra/local/local-settings.ts';
import { parseStageConfig } from '../../../infra/stage-config.ts';

const issuer = {
  issuer: 'http://127.0.0.1:5003',
  jwksUri: 'http://127.0.0.1:5003/keys',
  audience: 'cutoff-local',
} as const;
const publicKeysUrl = 'http://127.0.0.1:5005/public_keys';

it('are settings as a deployment takes them, with every source at work and every channel open', () => {
  const config = parseStageConfig(localSettings(issuer, { publicKeysUrl }));
  expect(new Set(Object.values(config.sources).map(({ mode }) => mode))).toEqual(new Set(['enforce']));
  expect(config.signals).toEqual({
    ssf: [{ ...issuer, verificationState: 'local' }],
    globalTokenRevocation: [issuer],
    github: { publicKeysUrl, tokenTypes: ['acme_token'] },
    oktaHook: true,
    scim: true,
    entra: true,
  });
  expect(config.homeRegion).toBeUndefined();
  expect(config.issue).toBeUndefined();
});

it('say what may be issued, and who issues tokens, once that is known', () => {
  const tokenIssuer = 'http://127.0.0.1:5006';
  const plans = { partners: 'plan7', tokens: 'plan8' };
  const { issue } = parseStageConfig(localSettings(issuer, { publicKeysUrl }, { plans, tokenIssuer }));
  expect(issue?.apiKeys?.usagePlans).toEqual(['plan7', 'plan8']);
  expect(issue?.accessKeys?.paths).toEqual(['/']);
  expect(issue?.tokens).toMatchObject({ issuer: tokenIssuer, audience: 'cutoff-local' });
});
