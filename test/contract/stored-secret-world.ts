import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  type Tag,
} from '@aws-sdk/client-secrets-manager';
import type { CredentialRevoker } from '../../functions/credentials/credential-revoker.ts';
import { StoredSecretRevoker } from '../../functions/credentials/stored-secret.ts';
import type { StoredSecret } from '../../functions/domain/credential.ts';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import { home, type StandIn } from './stand-ins.ts';
import { ada } from './worlds.ts';

export const owner = { Key: 'owner', Value: ada.email };
export const holdsKey = { Key: 'cutoff:holds', Value: 'api-key' };
export const value = 'sk-live-never-to-be-seen';

/** As a person wrote it, white space and all. */
export const otherPolicy = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: {
      Sid: 'NoReader',
      Effect: 'Deny',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
    },
  },
  null,
  2,
);

export const revokerOn = ({ clients }: StandIn, storedSecrets = true): CredentialRevoker<StoredSecret> =>
  new StoredSecretRevoker({ clients, home, settings: credentialsSchema.parse({ storedSecrets }) });

export const addSecret = async (
  { admin }: StandIn,
  Tags: Tag[] = [owner, holdsKey],
): Promise<StoredSecret> => {
  const create = new CreateSecretCommand({ Name: `partner-${randomUUID()}`, SecretString: value, Tags });
  const { ARN } = await admin.secretsManager.send(create);
  return { kind: 'stored-secret', ...home, id: ARN ?? '' };
};

export const putPolicy = async (
  { admin }: StandIn,
  { id }: StoredSecret,
  ResourcePolicy: string,
): Promise<void> => {
  await admin.secretsManager.send(new PutResourcePolicyCommand({ SecretId: id, ResourcePolicy }));
};

export const policyOf = async ({ admin }: StandIn, { id }: StoredSecret): Promise<string | undefined> =>
  (await admin.secretsManager.send(new GetResourcePolicyCommand({ SecretId: id }))).ResourcePolicy;

export const described = ({ admin }: StandIn, { id }: StoredSecret): Promise<DescribeSecretResponse> =>
  admin.secretsManager.send(new DescribeSecretCommand({ SecretId: id }));
