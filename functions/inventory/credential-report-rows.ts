import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { CutoffError, InvalidInput } from '../domain/errors.ts';

/** One of a user's first two access keys; the report tells no id. */
export interface ReportedKey {
  readonly isActive: boolean;
  /** ISO 8601, "created or last changed". Assumption: nothing of a key but its status changes, and that does not count. */
  readonly createdAt?: string;
  /** ISO 8601. Absent: never used, or not since April 22, 2015. */
  readonly lastUsedAt?: string;
}

/** One user, as the report had it. Times are ISO 8601. */
export interface ReportedUser {
  readonly name: string;
  readonly createdAt: string;
  readonly hasPassword: boolean;
  /** Absent: never used, or not since October 20, 2014, or there is none. */
  readonly passwordLastUsedAt?: string;
  /** Only those that are there. */
  readonly keys: readonly ReportedKey[];
}

/** Not a user: IAM lists the root user first, in a row of its own. */
const root = '<root_account>';

/**
 * What stands where there is no time. `N/A`: there is no such credential, or no use of the key is known; `no_information`: no use
 * of the password is known; `not_supported`: of the root user, who has no such thing.
 */
const timeless = ['N/A', 'no_information', 'not_supported'];

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const time = z.union([z.enum(timeless).transform(() => undefined), instant]);
/** Written `TRUE` in the guide, and `true` in reports. */
const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', 'not_supported']))
  .transform((text) => text === 'true');

/**
 * The columns that are read here ("Generate credential reports for your AWS account", IAM User Guide). Others, new ones
 * among them, change nothing.
 */
const rowSchema = z.object({
  user: z.string().min(1),
  user_creation_time: instant,
  password_enabled: flag,
  password_last_used: time,
  access_key_1_active: flag,
  access_key_1_last_rotated: time,
  access_key_1_last_used_date: time,
  access_key_2_active: flag,
  access_key_2_last_rotated: time,
  access_key_2_last_used_date: time,
});
type Row = z.output<typeof rowSchema>;

/** The guide has no date for a key that is inactive; reports have. */
const keysOf = (row: Row): ReportedKey[] =>
  ([1, 2] as const).flatMap((n) => {
    const isActive = row[`access_key_${n}_active`];
    const createdAt = row[`access_key_${n}_last_rotated`];
    const lastUsedAt = row[`access_key_${n}_last_used_date`];
    if (!isActive && !createdAt && !lastUsedAt) return [];
    return { isActive, ...(createdAt && { createdAt }), ...(lastUsedAt && { lastUsedAt }) };
  });

const userOf = (row: Row): ReportedUser => ({
  name: row.user,
  createdAt: row.user_creation_time,
  hasPassword: row.password_enabled,
  ...(row.password_last_used && { passwordLastUsedAt: row.password_last_used }),
  keys: keysOf(row),
});

/** IAM was not done with it; the next one may be whole. */
const half = (what: string): CutoffError =>
  new CutoffError(`the credential report is not whole: ${what}`, { code: 'unavailable', retryable: true });

const cellsIn = (csv: string): string[][] => {
  try {
    return parse(csv, { bom: true, skip_empty_lines: true, relax_column_count: true });
  } catch {
    // A quotation mark that is opened and not closed is all that can stop it.
    throw half('it ends within a cell');
  }
};

/** Rows are counted from 1, the names of the columns not among them. */
const rowOf = (columns: readonly string[], cells: readonly string[], number: number): Row => {
  if (cells.length !== columns.length) {
    throw half(`row ${number} has ${cells.length} of ${columns.length} columns`);
  }
  const { data, error } = rowSchema.safeParse(
    Object.fromEntries(columns.map((name, at) => [name, cells[at]])),
  );
  if (data) return data;
  throw half(`row ${number} has no value for ${String(error.issues[0]?.path[0])}`);
};

/**
 * The users of a credential report. Throws `InvalidInput` for a column that is missing, and a retryable `CutoffError`, which
 * names the row, for a report that was cut off. Neither quotes what stands there.
 */
export const usersIn = (csv: string): ReportedUser[] => {
  const [columns = [], ...rows] = cellsIn(csv);
  // The root user has a row even in an empty account.
  if (rows.length === 0) throw half('it has no rows');
  const missing = Object.keys(rowSchema.shape).find((name) => !columns.includes(name));
  if (missing) throw new InvalidInput(`credential report.${missing}`, 'is not among the columns');
  return rows
    .map((cells, at) => rowOf(columns, cells, at + 1))
    .filter(({ user }) => user !== root)
    .map(userOf);
};
