import { setTimeout as sleep } from 'node:timers/promises';
import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { calling } from '../credentials/aws-errors.ts';

/** "Get credential reports for your AWS account", IAM User Guide. Columns that are new there change nothing here. */
const rowSchema = z.object({
  user: z.string().min(1),
  password_last_used: z.string().optional(),
  access_key_1_last_used_date: z.string().optional(),
  access_key_2_last_used_date: z.string().optional(),
});

/** `N/A`, `no_information` and `not_supported` stand where there is no time. */
const timeIn = (text: string | undefined): number[] => {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? [] : [time];
};

/** When each user was last seen at work, by password or key: ISO 8601 by user name. Users without any are left out. */
export const lastUsesIn = (csv: string): ReadonlyMap<string, string> => {
  const rows = z.array(rowSchema).parse(parse(csv, { columns: true, skip_empty_lines: true }));
  const uses = rows.flatMap(({ user, ...times }) => {
    const all = Object.values(times).flatMap(timeIn);
    return all.length > 0 ? [[user, new Date(Math.max(...all)).toISOString()] as const] : [];
  });
  return new Map(uses);
};

/** Seconds between two questions, and how many are asked: a report of a large account takes a while to make. */
const pause = 2;
const tries = 15;

/**
 * The account's credential report, two calls for all users. IAM makes a new one every four hours at most, so it is good
 * for a last use, and never for a decision. `undefined` where it is not ready in time: the next inventory has it.
 */
export const lastUses = async (
  iam: IAMClient,
  wait: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<ReadonlyMap<string, string> | undefined> => {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const generate = new GenerateCredentialReportCommand({});
    const { State } = await calling('iam:GenerateCredentialReport', () => iam.send(generate));
    if (State === 'COMPLETE') {
      const get = new GetCredentialReportCommand({});
      const { Content } = await calling('iam:GetCredentialReport', () => iam.send(get));
      return lastUsesIn(Buffer.from(Content ?? []).toString('utf8'));
    }
    await wait(pause * 1000);
  }
  return undefined;
};
