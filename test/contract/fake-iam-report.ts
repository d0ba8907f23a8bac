import type { FakeIam } from './fake-iam.ts';

/** All of them, in their order ("Generate credential reports for your AWS account", IAM User Guide). */
const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((n) =>
    ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
      (field) => `access_key_${n}_${field}`,
    ),
  ),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
];

type Cells = Readonly<Record<string, string>>;

const row = (cells: Cells): string =>
  columns.map((name) => cells[name] ?? (name.endsWith('_active') ? 'false' : 'N/A')).join(',');

const timeOf = (time: Date | undefined): string => time?.toISOString().replace(/\.\d+Z$/, '+00:00') ?? 'N/A';

const root: Cells = {
  user: '<root_account>',
  arn: 'arn:aws:iam::123456789012:root',
  user_creation_time: '2014-01-01T00:00:00+00:00',
  password_enabled: 'not_supported',
  password_last_used: 'no_information',
  password_last_changed: 'not_supported',
  password_next_rotation: 'not_supported',
};

/** Inactive keys have their dates too, as in reports and not in the guide. */
const keysOf = (iam: FakeIam, name: string): Cells[] =>
  [...iam.user(name).keys].map(([id, status], at) => ({
    [`access_key_${at + 1}_active`]: String(status === 'Active'),
    [`access_key_${at + 1}_last_rotated`]: timeOf(iam.madeAt.get(id)),
    [`access_key_${at + 1}_last_used_date`]: timeOf(iam.usedAt.get(id)),
  }));

const userRow = (iam: FakeIam, name: string): string => {
  const { Arn, CreateDate, PasswordLastUsed, passwords } = iam.user(name);
  const used = PasswordLastUsed ? timeOf(PasswordLastUsed) : 'no_information';
  return row({
    user: name,
    arn: Arn,
    user_creation_time: timeOf(CreateDate),
    password_enabled: String(passwords.size > 0),
    ...(passwords.size > 0 && { password_last_used: used }),
    ...Object.assign({}, ...keysOf(iam, name)),
  });
};

/** As IAM makes one: the root user first, no line feed at the end. */
export const credentialReport = (iam: FakeIam): string =>
  [columns.join(','), row(root), ...[...iam.users.keys()].map((name) => userRow(iam, name))].join('\n');
