import { setTimeout as sleep } from 'node:timers/promises';
import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { calling } from '../credentials/aws-errors.ts';
import { CutoffError } from '../domain/errors.ts';
import { type ReportedUser, usersIn } from './credential-report-rows.ts';

/** Seconds between two questions, and how many are asked: a report of a large account takes a while to make. */
const pause = 2;
const tries = 15;

export interface ReportDeps {
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** Before each call. */
  readonly pace?: (calls: number) => Promise<void>;
}

interface Downloaded {
  readonly csv: string;
  readonly generatedAt: Date | undefined;
}

/**
 * The account's credential report, two calls for all users. IAM makes a new one every four hours at most. `undefined` where it is
 * not ready in time.
 */
const download = async (iam: IAMClient, deps: ReportDeps): Promise<Downloaded | undefined> => {
  const { wait = sleep, pace } = deps;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    await pace?.(1);
    const generate = new GenerateCredentialReportCommand({});
    const { State } = await calling('iam:GenerateCredentialReport', () => iam.send(generate));
    if (State === 'COMPLETE') {
      await pace?.(1);
      const get = new GetCredentialReportCommand({});
      const report = await calling('iam:GetCredentialReport', () => iam.send(get));
      const csv = Buffer.from(report.Content ?? []).toString('utf8');
      return { csv, generatedAt: report.GeneratedTime };
    }
    await wait(pause * 1000);
  }
  return undefined;
};

const lastUseOf = ({ name, passwordLastUsedAt, keys }: ReportedUser): [string, string][] => {
  const [newest] = [passwordLastUsedAt, ...keys.map(({ lastUsedAt }) => lastUsedAt)]
    .filter((time) => time !== undefined)
    .sort()
    .reverse();
  return newest ? [[name, newest]] : [];
};

/**
 * When each user was last seen at work, by password or key: ISO 8601 by user name. Users without any are left out.
 * Good for a last use, and never for a decision. `undefined` where the report is not ready in time: the next inventory
 * has it.
 */
export const lastUses = async (
  iam: IAMClient,
  wait?: ReportDeps['wait'],
): Promise<ReadonlyMap<string, string> | undefined> => {
  const report = await download(iam, wait ? { wait } : {});
  return report && new Map(usersIn(report.csv).flatMap(lastUseOf));
};

/** Milliseconds. IAM makes a new one after four hours, and a clock may be off by some. */
const longestAge = 24 * 60 * 60 * 1000;

const useless = (problem: string): CutoffError =>
  new CutoffError(`the credential report ${problem}`, { code: 'unavailable', retryable: true });

const checkAge = (generatedAt: Date | undefined, now: Date): void => {
  if (!generatedAt) throw useless('does not tell when it was made');
  const age = now.getTime() - generatedAt.getTime();
  if (age > longestAge) throw useless(`is stale: it was made at ${generatedAt.toISOString()}`);
  if (-age > longestAge) throw useless(`is from the future: it was made at ${generatedAt.toISOString()}`);
};

/**
 * The users of the account's credential report, for picking those who are read again. Throws a retryable `CutoffError` where it
 * is not ready in time, cut off, or made more than a day ago or ahead.
 */
export const reportedUsers = async (
  iam: IAMClient,
  { now, ...deps }: ReportDeps & { readonly now: () => Date },
): Promise<ReportedUser[]> => {
  const report = await download(iam, deps);
  if (!report) throw useless('is still being made');
  checkAge(report.generatedAt, now());
  return usersIn(report.csv);
};
