import { readKey } from '../credentials/api-gateway-key-calls.ts';
import type { Revokers } from '../credentials/credential-revoker.ts';
import { accessKeyCalls } from '../credentials/iam-access-key.ts';
import { listParts } from '../credentials/iam-user-part.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import type { ApiGatewayKey, Credential, IamAccessKey } from '../domain/credential.ts';
import type { LastUse } from '../domain/sweep-facts.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { keyNow } from './access-key.ts';

/** One credential as its own service tells of it right now. */
export interface LiveState {
  /** False where somebody turned it off. */
  readonly isActive: boolean;
  /** Of an access key; `unknown` of anything else. */
  readonly lastUse: LastUse;
}

/** `undefined` where it is gone. Throws `CutoffError`s. */
export type ReadState = (credential: Credential) => Promise<LiveState | undefined>;

export interface LiveStateDeps {
  readonly clients: Pick<AwsClients, 'iam' | 'apiGateway'>;
  readonly home: Place;
  readonly revokers: Revokers;
}

const ofAccessKey = async (key: IamAccessKey, deps: LiveStateDeps): Promise<LiveState | undefined> => {
  const parts = await listParts(accessKeyCalls, deps.clients.iam(key), key.user);
  const status = parts.find(({ id }) => id === key.id)?.status;
  if (!status) return undefined;
  const { lastUse } = (await keyNow(deps)(key.id)) ?? { lastUse: 'unknown' };
  return { isActive: status !== 'Inactive', lastUse };
};

const ofApiKey = async (key: ApiGatewayKey, { clients }: LiveStateDeps): Promise<LiveState | undefined> => {
  const read = await readKey(clients.apiGateway(key), key.id);
  return read && { isActive: read.enabled !== false, lastUse: 'unknown' };
};

/** Whether it is there. Of what the settings name nothing of, nothing may be read: whoever acts on it holds it. */
const ofOthers = async (
  credential: Credential,
  { revokers }: LiveStateDeps,
): Promise<LiveState | undefined> => {
  const revoker = revokerFor(revokers, credential.kind);
  const isThere = !revoker.isConfigured || (await revoker.describe(credential)) !== undefined;
  return isThere ? { isActive: true, lastUse: 'unknown' } : undefined;
};

export const liveState =
  (deps: LiveStateDeps): ReadState =>
  (credential) => {
    if (credential.kind === 'iam-access-key') return ofAccessKey(credential, deps);
    return credential.kind === 'api-gateway-key' ? ofApiKey(credential, deps) : ofOthers(credential, deps);
  };
