import type { AuthorizerSettings } from '../functions/domain/enforcement-settings.ts';
import { InvalidInput } from '../functions/domain/errors.ts';
import {
  type Issuer,
  issuerSchema,
  type SourceSettings,
  sourceSchema,
} from '../functions/domain/settings.ts';
import type { StageConfig } from './stage-config.ts';

const asByDefault = sourceSchema.parse({});

/** `bus` is the rule's business. Defaults are left out: a function's environment holds 4 KB ("Lambda quotas"). */
const choicesIn = ({ mode, capPerHour, minSeverity, restore }: SourceSettings) => ({
  ...(mode !== asByDefault.mode && { mode }),
  ...(capPerHour !== asByDefault.capPerHour && { capPerHour }),
  ...(minSeverity > 0 && { minSeverity }),
  ...(restore === 'automatic' && { restore }),
});

/** Those that are treated alike stand together: most are. */
const sourcesFor = ({ sources }: Pick<StageConfig, 'sources'>) => {
  const groups = Object.groupBy(Object.keys(sources), (name) => {
    const settings = sources[name];
    return JSON.stringify(settings ? choicesIn(settings) : {});
  });
  return Object.entries(groups).map(([choices, names]) => [JSON.parse(choices), names]);
};

/** What is empty, or as it is by default, is left out. */
const credentialsFor = ({ credentials }: Pick<StageConfig, 'credentials'>) =>
  Object.fromEntries(
    Object.entries(credentials).filter(([name, value]) =>
      name === 'assumedRoles' ? value === false : Array.isArray(value) ? value.length > 0 : value,
    ),
  );

/** What `authorize/env.ts` fills in as well. `undefined` where there is no default. */
const usualOfIssuer = (name: string): unknown =>
  issuerSchema.shape[name as keyof Issuer].safeParse(undefined).data;

const issuersFor = ({ issuers }: Pick<StageConfig, 'issuers'>, own: Issuer | undefined) =>
  [...issuers, ...(own ? [own] : [])].map((issuer) =>
    Object.fromEntries(Object.entries(issuer).filter(([name, value]) => value !== usualOfIssuer(name))),
  );

/** What is as by default is left out. */
const driftFor = ({ drift }: Pick<StageConfig, 'drift'>) =>
  Object.fromEntries(Object.entries(drift).filter(([, treatment]) => treatment !== 'notify'));

/** For those who revoke and verify. */
const enforcementFor = ({ enforcement }: Pick<StageConfig, 'enforcement'>) => {
  const { apiKeyHeader, memorySeconds, caches, probes } = enforcement;
  return {
    ...(apiKeyHeader && { apiKeyHeader }),
    ...(memorySeconds > 0 && { memorySeconds }),
    ...(caches.length > 0 && { caches }),
    ...(Object.keys(probes).length > 0 && { probes }),
  };
};

/** For the authorizer, which knows no defaults. */
const authorizerFor = ({ enforcement }: Pick<StageConfig, 'enforcement'>): AuthorizerSettings => {
  const { apiKeyHeader, httpApiResponses, memorySeconds, bestEffort } = enforcement;
  return { apiKeyHeader, httpApiResponses, memorySeconds, bestEffort };
};

/** The variables that grow with the settings. */
export const settingsFor = (config: StageConfig, own: Issuer | undefined) => ({
  ISSUERS: JSON.stringify(issuersFor(config, own)),
  CREDENTIALS: JSON.stringify(credentialsFor(config)),
  ENFORCEMENT: JSON.stringify(enforcementFor(config)),
  AUTHORIZER: JSON.stringify(authorizerFor(config)),
  OWNERSHIP: JSON.stringify(config.ownership),
  PROTECTION: JSON.stringify(config.protection),
  SOURCES: JSON.stringify(sourcesFor(config)),
  ENTITLEMENTS: JSON.stringify(config.entitlements),
  IDENTITY_CENTER: JSON.stringify(config.identityCenter ?? null),
  MICROSOFT_GRAPH: JSON.stringify(config.microsoftGraph ?? null),
  VERIFICATION: JSON.stringify(config.verification),
  DRIFT: JSON.stringify(driftFor(config)),
});

/** Bytes that are left of the 4,096 beside names of tables, queues and roles, which are known at deployment only. */
const settingsQuota = 2300;

/** Better here than from Lambda, half-way through a deployment. */
export const checkSize = (settings: Readonly<Record<string, string>>): void => {
  const bytes = Buffer.byteLength(Object.values(settings).join(''));
  if (bytes <= settingsQuota) return;
  const [largest] = Object.entries(settings).sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const says = `take ${bytes} bytes, and a Lambda function's environment has room for ${settingsQuota}; most of it is ${largest}`;
  throw new InvalidInput('cutoff', `the settings ${says}`);
};
