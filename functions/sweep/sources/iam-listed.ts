import type { UserDetail } from '@aws-sdk/client-iam';
import { userFacts } from '../../credentials/iam-user.ts';
import type { IamUser } from '../../domain/credential.ts';
import type { ReportedUser } from '../../inventory/credential-report-rows.ts';
import type { Listed } from '../sweep-source.ts';
import { useOf, useOfUser } from './iam-use.ts';

/** An access key's secret is as old as the key: it cannot be changed. */
export const aged = (createdAt: string | undefined) => (createdAt ? { createdAt, rotatedAt: createdAt } : {});

const inReport = ({ createdAt, hasPassword, passwordLastUsedAt, keys }: ReportedUser) =>
  useOfUser({
    createdAt,
    hasPassword,
    keys: keys.length,
    lastUses: [passwordLastUsedAt, ...keys.map(({ lastUsedAt }) => lastUsedAt)],
  });

/** One user with its active keys. Without a row it was made, or renamed, since the report: what it did is not known yet. */
export const listedOf = (user: UserDetail, row: ReportedUser | undefined, principal: IamUser): Listed[] => {
  const { tags, createdAt } = userFacts(user, principal.id);
  const shared = { account: principal.account, principal, tags, ...(user.Path && { path: user.Path }) };
  const keys = (row?.keys ?? []).filter(({ isActive }) => isActive);
  return [
    {
      ...shared,
      kind: 'iam-user',
      ...(createdAt && { createdAt }),
      lastUse: row ? inReport(row) : 'unknown',
    },
    ...keys.map((key) => ({
      ...shared,
      kind: 'iam-access-key' as const,
      ...aged(key.createdAt),
      lastUse: useOf(key.lastUsedAt, key.createdAt),
    })),
  ];
};
