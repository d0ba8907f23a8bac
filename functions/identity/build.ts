import { AccessAnalyzerClient } from '@aws-sdk/client-accessanalyzer';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Revokers } from '../credentials/credential-revoker.ts';
import type { Change } from '../domain/change.ts';
import type { IdentityCenterSettings, MicrosoftGraphSettings } from '../domain/settings.ts';
import { awsClients, patient } from '../shared/aws-clients.ts';
import { secretReader } from '../shared/secret-reader.ts';
import { DynamoLinks } from '../stores/links.ts';
import { DynamoMemberships } from '../stores/memberships.ts';
import type { Registry } from '../stores/registry.ts';
import { DynamoSecretHashes } from '../stores/secret-hashes.ts';
import type { Standing } from '../stores/standing.ts';
import { accessKeyLookUp, keyNow } from './access-key.ts';
import { entraUserLookUp } from './entra-user.ts';
import { expiryLookUp } from './expiry.ts';
import {
  groupLookUp,
  type IdentityCenter,
  identityCenterUserLookUp,
  membershipLookUp,
} from './identity-center.ts';
import { liveState } from './live-state.ts';
import { held, type LookUps } from './look-up.ts';
import { secretLookUp } from './secret.ts';
import { standingLookUp } from './standing.ts';
import { stillStaleLookUp } from './still-stale.ts';
import { unusedKeysLookUp } from './unused-keys.ts';

interface LookUpEnv {
  readonly ACCOUNT_ID: string;
  readonly AWS_REGION: string;
  readonly REGISTRY_TABLE: string;
  readonly OWN_ROLES: readonly string[];
  readonly IDENTITY_CENTER: IdentityCenterSettings | null;
  readonly MICROSOFT_GRAPH: MicrosoftGraphSettings | null;
}

interface Shared {
  readonly client: DynamoDBDocumentClient;
  readonly standing: Standing;
  readonly revokers: Revokers;
  readonly registry: Registry;
  readonly now: () => Date;
}

const graphOf = ({ secretArn, loginUrl, graphUrl }: MicrosoftGraphSettings) => ({
  app: secretReader(new SecretsManagerClient({}))(secretArn),
  loginUrl,
  graphUrl,
});

/** Loud, since somebody's access may go on: an event that names people of a directory needs that directory. */
const notConfigured = async (change: Change) => held(change, 'directory-not-configured');

interface Directory {
  readonly REGISTRY_TABLE: string;
  readonly AWS_REGION: string;
  readonly client: DynamoDBDocumentClient;
}

/** Identity Center as the settings name it, and what is remembered of it. */
export const directoryOf = (
  { identityStoreId: storeId, region }: IdentityCenterSettings,
  { REGISTRY_TABLE, AWS_REGION, client }: Directory,
): IdentityCenter => ({
  client: new IdentitystoreClient({ region: region ?? AWS_REGION, ...patient }),
  storeId,
  links: new DynamoLinks(client, REGISTRY_TABLE),
  memberships: new DynamoMemberships(client, REGISTRY_TABLE),
});

/** Everything that events can make ingest ask. */
export const buildLookUps = (env: LookUpEnv, shared: Shared): LookUps => {
  const { client, standing, revokers, registry, now } = shared;
  const home = { account: env.ACCOUNT_ID, region: env.AWS_REGION };
  const keys = { clients: awsClients(home), home };
  const live = { home, now, readState: liveState({ ...keys, revokers }) };
  const graph = env.MICROSOFT_GRAPH;
  const directory = env.IDENTITY_CENTER && directoryOf(env.IDENTITY_CENTER, { ...env, client });
  return {
    'access-key': accessKeyLookUp(keys),
    'unused-access-keys': unusedKeysLookUp({ ...keys, accessAnalyzer: new AccessAnalyzerClient({}) }),
    'identity-center-user': directory ? identityCenterUserLookUp(directory) : notConfigured,
    'identity-center-membership': directory ? membershipLookUp(directory) : notConfigured,
    'identity-center-group': directory ? groupLookUp(directory) : notConfigured,
    'entra-user': graph ? entraUserLookUp(graphOf(graph)) : notConfigured,
    secret: secretLookUp(new DynamoSecretHashes(client, env.REGISTRY_TABLE)),
    'still-stale': stillStaleLookUp(live),
    expiry: expiryLookUp({ home, now, registry, keyNow: keyNow(keys) }),
    standing: standingLookUp({ standing, revokers, ownRoles: env.OWN_ROLES }),
  };
};
