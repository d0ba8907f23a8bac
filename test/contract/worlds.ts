import { randomUUID } from 'node:crypto';
import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import type { Order } from '../../functions/credentials/credential-revoker.ts';
import type { ApiGatewayKey, IamAccessKey, IamUser } from '../../functions/domain/credential.ts';
import { home, type StandIn } from './stand-ins.ts';

export const now = () => new Date('2026-03-01T12:00:00.000Z');

export const order: Order = {
  revocationId: 'rev-1',
  action: 'disable',
  cutoff: '2026-03-01T12:00:00.000Z',
};

export const ada = { format: 'email', email: 'ada@example.com' } as const;

/** Names are never used twice: the local endpoint is shared by all tests of a file. */
const unique = () => randomUUID().slice(0, 8);

/** A user of Ada's, under a path, so that nobody takes the name for the ARN's end. */
export const addUser = async ({ admin }: StandIn): Promise<IamUser> => {
  const id = `ada-${unique()}`;
  const Tags = [{ Key: 'owner', Value: ada.email }];
  await admin.iam.send(new CreateUserCommand({ UserName: id, Path: '/people/', Tags }));
  return { kind: 'iam-user', account: home.account, region: 'global', id };
};

export const addAccessKey = async ({ admin }: StandIn, user: IamUser): Promise<IamAccessKey> => {
  const { AccessKey } = await admin.iam.send(new CreateAccessKeyCommand({ UserName: user.id }));
  const { account, region } = user;
  return { kind: 'iam-access-key', account, region, id: AccessKey?.AccessKeyId ?? '', user: user.id };
};

export const addUsagePlan = async ({ admin }: StandIn, key: ApiGatewayKey): Promise<string> => {
  const { id: usagePlanId } = await admin.apiGateway.send(new CreateUsagePlanCommand({ name: 'gold' }));
  const input = { usagePlanId, keyId: key.id, keyType: 'API_KEY' };
  await admin.apiGateway.send(new CreateUsagePlanKeyCommand(input));
  return usagePlanId ?? '';
};

export const addApiKey = async ({ admin }: StandIn): Promise<ApiGatewayKey> => {
  const input = { name: `ada-${unique()}`, enabled: true, tags: { owner: ada.email } };
  const { id } = await admin.apiGateway.send(new CreateApiKeyCommand(input));
  return { kind: 'api-gateway-key', ...home, id: id ?? '' };
};
