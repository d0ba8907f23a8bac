import { CreateSecretCommand, type Tag } from '@aws-sdk/client-secrets-manager';
import type { LocalClients } from '../../infra/local/local-clients.ts';
import { tokenIssuerSettings } from '../../infra/local/token-issuer.ts';
import { addPool, issuerOfPool } from '../contract/cognito-worlds.ts';
import { type Center, centerOf } from '../contract/identity-center-world.ts';
import { accountTrust, addRole } from '../contract/role-worlds.ts';
import { inMemory, type StandIn } from '../contract/stand-ins.ts';
import { clientSecret } from '../support/auth0-server.ts';
import { client } from '../support/authorization-server.ts';
import { apiToken } from '../support/okta-server.ts';
import type { Providers } from './providers.ts';

/** What the settings name, and so is there before Cutoff is. */
export interface Prepared {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly pool: string;
  readonly center: Center;
  /** The name of its sessions comes from the identity provider. */
  readonly federatedRole: string;
  /** Whoever has a key of this account may assume it, under any name. */
  readonly sharedRole: string;
}

/** For the worlds of the contract tests: the local AWS through an administrator's eyes. */
export const seenBy = (clients: LocalClients): StandIn => ({ ...inMemory(), admin: clients });

export const addSecret = async (
  { secretsManager }: LocalClients,
  name: string,
  { value, tags = [] }: { value: string; tags?: Tag[] },
): Promise<string> => {
  const create = new CreateSecretCommand({ Name: name, SecretString: value, Tags: tags });
  return (await secretsManager.send(create)).ARN ?? '';
};

const secretsOf = async (clients: LocalClients) => ({
  okta: await addSecret(clients, 'okta-api', { value: JSON.stringify({ apiToken }) }),
  auth0: await addSecret(clients, 'auth0-api', {
    value: JSON.stringify({ clientId: 'client-1', clientSecret }),
  }),
  oauth: await addSecret(clients, 'oauth-client', { value: JSON.stringify(client) }),
});

/** Settings that name one place of every kind. */
export const prepare = async (
  clients: LocalClients,
  { okta, auth0, oauth, tokens }: Providers,
): Promise<Prepared> => {
  const aws = seenBy(clients);
  const pool = await addPool(aws);
  const federatedRole = await addRole(aws);
  const sharedRole = await addRole(aws, { trust: accountTrust });
  // moto takes any directory for one; the one that its instance names has no id that AWS would give.
  const center = { ...(await centerOf(aws)), IdentityStoreId: 'd-9067ace1de' };
  const secrets = await secretsOf(clients);
  const byEmail = { subjectClaim: 'email', subjectFormat: 'email' } as const;
  const settings = {
    issuers: [tokenIssuerSettings(tokens), issuerOfPool(pool, byEmail)],
    identityCenter: { identityStoreId: center.IdentityStoreId },
    credentials: {
      cognitoUserPools: [pool],
      roleSessions: [{ role: federatedRole }],
      oauthServers: [{ issuer: oauth.issuer, clientSecretArn: secrets.oauth, ...oauth.endpoints }],
      okta: { orgUrl: okta.url, secretArn: secrets.okta },
      auth0: { domainUrl: auth0.url, secretArn: secrets.auth0 },
      identityCenterInstanceArn: center.InstanceArn,
      storedSecrets: true,
    },
    removal: true,
    holdDays: 1,
  };
  return { settings, pool, center, federatedRole, sharedRole };
};
