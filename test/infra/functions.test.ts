import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { envSchema as authorizeEnv } from '../../functions/authorize/env.ts';
import { envSchema as expireEnv } from '../../functions/expire/env.ts';
import { envSchema as ingestEnv } from '../../functions/ingest/env.ts';
import { envSchema as issueEnv } from '../../functions/issue/env.ts';
import { envSchema as operatorEnv } from '../../functions/operator/env.ts';
import { envSchema as receiveSignalEnv } from '../../functions/receive-signal/env.ts';
import { envSchema as revokeEnv } from '../../functions/revoke/env.ts';
import { sources } from '../../functions/sources/index.ts';
import { envSchema as sweepEnv } from '../../functions/sweep/env.ts';
import { envSchema as tokenEnv } from '../../functions/token/env.ts';
import { envSchema as upkeepEnv } from '../../functions/upkeep/env.ts';
import { envSchema as verifyEnv } from '../../functions/verify/env.ts';
import { everythingIssued } from './issue-settings.ts';
import { everyChannel } from './signal-settings.ts';
import { render, synthesise } from './synth.ts';

const issuers = [
  {
    issuer: 'https://login.example.com',
    audience: 'api',
    jwksUri: 'https://login.example.com/keys',
    longestTokenSeconds: 3600,
  },
];
const stack = synthesise({
  issuers,
  sources: { okta: { mode: 'enforce', bus: 'partner' } },
  blockedDays: 7,
  signals: everyChannel,
  ...everythingIssued,
});
const functionNamed = (name: string) => stack.one('AWS::Lambda::Function', `Functions${name}Function`);
const variablesOf = (name: string) =>
  (functionNamed(name).Properties.Environment as { Variables: Record<string, unknown> }).Variables;

/** As Lambda hands it over, with intrinsic functions resolved to something. */
const deployed = (name: string): Record<string, string> => ({
  AWS_REGION: 'eu-west-1',
  ...Object.fromEntries(Object.entries(variablesOf(name)).map(([key, value]) => [key, render(value)])),
  ACCOUNT_ID: '123456789012',
});

const schemas: Record<string, z.core.$ZodObject> = {
  Ingest: ingestEnv,
  Revoke: revokeEnv,
  Verify: verifyEnv,
  Operator: operatorEnv,
  Authorize: authorizeEnv,
  Upkeep: upkeepEnv,
  Sweep: sweepEnv,
  Expire: expireEnv,
  Issue: issueEnv,
  Token: tokenEnv,
  ReceiveSignal: receiveSignalEnv,
};

describe('environments', () => {
  it.each(Object.entries(schemas))('%s gets what its handler parses, and no more', (name, schema) => {
    const parsed = z.safeParse(schema, deployed(name));
    expect(parsed.error?.issues).toBeUndefined();
    const given = Object.keys(variablesOf(name)).filter((key) => !key.startsWith('POWERTOOLS_'));
    expect(Object.keys(schema._zod.def.shape)).toEqual(expect.arrayContaining(given));
  });

  it('have room for so many settings, and the synthesis says which are too many', () => {
    const entitlements = (length: number) =>
      Array.from({ length }, (_, index) => ({ id: `00g1a2b3c4d5e6f7g${index}`, ends: 'access' }));
    expect(() => synthesise({ entitlements: entitlements(20) })).not.toThrow();
    expect(() => synthesise({ entitlements: entitlements(60) })).toThrow(
      /the settings take \d+ bytes, .* has room for 2300; most of it is ENTITLEMENTS/,
    );
  });

  it('carry the settings of the deployment', () => {
    const ingest = ingestEnv.parse(deployed('Ingest'));
    // Tokens of our own are revoked as those of others are.
    const own = { issuer: 'https://tokens.acme.example', audience: 'shop', longestTokenSeconds: 900 };
    expect(ingest.ISSUERS).toMatchObject([...issuers, own]);
    expect(ingest.BLOCKED_DAYS).toBe(7);
    const names = [...sources.map(({ name }) => name), 'operator'];
    expect(Object.keys(ingest.SOURCES).toSorted()).toEqual(names.toSorted());
    const restored = { minSeverity: 0, restore: 'operator' };
    expect(ingest.SOURCES.okta).toEqual({ mode: 'enforce', capPerHour: 25, ...restored });
    expect(ingest.SOURCES.operator).toEqual({ mode: 'enforce', capPerHour: 100, ...restored });
    // What is so by default takes no room.
    expect(ingest.SOURCES.auth0).toEqual({ mode: 'observe', capPerHour: 25, ...restored });
    expect(JSON.stringify(variablesOf('Ingest'))).toContain('[{},[\\"auth0\\"');
  });

  it('carry what may be issued to the functions that issue it, and to no others', () => {
    const issue = issueEnv.parse(deployed('Issue')).ISSUE;
    expect(issue).toMatchObject(everythingIssued.issue);
    expect(issue.apiKeys?.days).toBe(90);
    expect(tokenEnv.parse(deployed('Token'))).toMatchObject({ TOKEN_ISSUER: 'https://tokens.acme.example' });
    for (const name of Object.keys(schemas).filter((one) => !['Issue', 'Token'].includes(one))) {
      expect(variablesOf(name), name).not.toHaveProperty('ISSUE');
      expect(variablesOf(name), name).not.toHaveProperty('TOKEN_KEY');
    }
  });

  it('carry the channels to the function that serves them', () => {
    expect(receiveSignalEnv.parse(deployed('ReceiveSignal')).SIGNALS).toMatchObject(everyChannel);
  });

  it('name each function in logs and metrics as its folder is named', () => {
    expect(variablesOf('AuditWatch')).toMatchObject({
      POWERTOOLS_SERVICE_NAME: 'audit-watch',
      POWERTOOLS_METRICS_NAMESPACE: 'Cutoff',
    });
  });
});

describe('functions', () => {
  it('that issue are there only where the settings name what may be issued', () => {
    const names = (config: object) =>
      synthesise(config)
        .of('AWS::Lambda::Function')
        .flatMap(({ id }) => /^Functions(Issue|Token)Function/.exec(id)?.[1] ?? []);
    expect(names({})).toEqual([]);
    expect(names({ issue: { apiKeys: { usagePlans: ['gold'] } } })).toEqual(['Issue']);
    expect(names(everythingIssued).sort()).toEqual(['Issue', 'Token']);
  });

  it.each([...Object.keys(schemas), 'AuditWatch'])(
    '%s runs on Node 24, ARM, and logs to a group of its own',
    (name) => {
      const logGroup = stack.one('AWS::Logs::LogGroup', `Functions${name}Logs`);
      expect(logGroup.Properties.RetentionInDays).toBe(180);
      expect(functionNamed(name).Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogGroup: { Ref: logGroup.id } },
      });
      expect(functionNamed(name).Properties.TracingConfig).toBeUndefined();
    },
  );
});
