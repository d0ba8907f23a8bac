import { describe, expect, it } from 'vitest';
import { readEnv } from '../../functions/authorize/env.ts';
import { envSchema as ingestEnv } from '../../functions/ingest/env.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { render, synthesise } from './synth.ts';

const usual = {
  issuer: 'https://login.example.com',
  audience: 'api',
  jwksUri: 'https://login.example.com/keys',
};
const pool = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AcmePool1';
const unusual = {
  issuer: pool,
  audience: ['client-1', 'client-2'],
  jwksUri: `${pool}/.well-known/jwks.json`,
  tokenUse: 'access',
  algorithms: ['RS256'],
  subjectClaim: 'sub',
  subjectFormat: 'opaque',
  longestTokenSeconds: 3600,
};
const stack = synthesise({ issuers: [usual, unusual] });
const variablesOf = (name: string): Record<string, string> => {
  const { Properties } = stack.one('AWS::Lambda::Function', `Functions${name}Function`);
  const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
  return Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, render(value)]));
};

describe('the issuers of the settings', () => {
  it('take no room for what is so by default', () => {
    expect(JSON.parse(variablesOf('Authorize').ISSUERS ?? '')).toEqual([usual, unusual]);
  });

  it('are the same to the authorizer, to the other functions and to the synthesis', () => {
    const { issuers } = parseStageConfig({ issuers: [usual, unusual] });
    expect(readEnv(variablesOf('Authorize')).ISSUERS).toEqual(issuers);
    expect(ingestEnv.shape.ISSUERS.parse(variablesOf('Ingest').ISSUERS)).toEqual(issuers);
  });
});
