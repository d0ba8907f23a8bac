import { GetUsageCommand, GetUsagePlansCommand, paginateGetApiKeys } from '@aws-sdk/client-api-gateway';
import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import { daysAfter, daysSince } from '../../functions/domain/days.ts';
import type { StaleClients } from './stale-clients.ts';

export interface Naive {
  readonly unusedDays: number;
  readonly now: () => Date;
}

const isStale = async (
  { AccessKeyId, CreateDate }: AccessKeyMetadata,
  iam: StaleClients['iam'],
  { unusedDays, now }: Naive,
): Promise<boolean> => {
  const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
  const since = AccessKeyLastUsed?.LastUsedDate ?? CreateDate;
  return since !== undefined && daysSince(since.toISOString(), now()) >= unusedDays;
};

/** User by user, key by key; their tags say whose they are. */
const staleAccessKeys = async (iam: StaleClients['iam'], naive: Naive): Promise<string[]> => {
  const stale: string[] = [];
  for await (const { Users = [] } of paginateListUsers({ client: iam, pageSize: 1000 }, {})) {
    for (const { UserName } of Users) {
      await iam.send(new ListUserTagsCommand({ UserName }));
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
      for (const key of AccessKeyMetadata) {
        if (await isStale(key, iam, naive)) stale.push(key.AccessKeyId ?? '');
      }
    }
  }
  return stale;
};

const dateOf = (time: string): string => time.slice(0, 10);

/** Key by key; which plan a key is on is not even asked, since there is one only. */
const staleApiKeys = async (client: StaleClients['apiGateway'], naive: Naive): Promise<string[]> => {
  const today = naive.now().toISOString();
  const window = { startDate: dateOf(daysAfter(today, 1 - naive.unusedDays)), endDate: dateOf(today) };
  const { items: plans = [] } = await client.send(new GetUsagePlansCommand({}));
  const stale: string[] = [];
  for await (const { items = [] } of paginateGetApiKeys({ client, pageSize: 500 }, {})) {
    for (const { id: keyId = '' } of items) {
      const usage = await client.send(new GetUsageCommand({ ...window, usagePlanId: plans[0]?.id, keyId }));
      const isUsed = usage.items?.[keyId]?.some(([used = 0]) => used > 0);
      if (!isUsed) stale.push(keyId);
    }
  }
  return stale;
};

/** Ids of access keys and API keys that nobody used for so many days. */
type Loop = (clients: StaleClients, naive: Naive) => Promise<string[]>;

/** The obvious loop. */
export const naiveSweep: Loop = async ({ iam, apiGateway }, naive) => [
  ...(await staleAccessKeys(iam, naive)),
  ...(await staleApiKeys(apiGateway, naive)),
];

/** Both services at the same time: each is asked as fast as its quota allows then, and more at once would gain nothing. */
export const hastySweep: Loop = async ({ iam, apiGateway }, naive) =>
  (await Promise.all([staleAccessKeys(iam, naive), staleApiKeys(apiGateway, naive)])).flat();
