import { z } from 'zod';
import type { ChangeKind } from '../domain/change.ts';
import { understandManagement } from './auth0-management.ts';
import { anything, id, instant, personNames, text } from './fields.ts';
import type { Findings } from './finding.ts';
import { readDetail } from './read-detail.ts';

/** A tenant log event, the parts that all types share (auth0/auth0-log-schemas). */
export const logSchema = z.object({
  type: text,
  date: instant.nullish(),
  log_id: id.nullish(),
  _id: id.nullish(),
  user_id: z.string().nullish(),
  user_name: z.string().nullish(),
  details: anything,
});
type LogEvent = z.output<typeof logSchema>;

/**
 * Types that say by themselves what happened ("Log Type Codes", Auth0 docs; `du` was in earlier editions). `user_id` is
 * taken for the person whose session, token or password it was: the schemas call it "the user behind the flow, or
 * executing the action".
 */
const plain: ReadonlyMap<string, ChangeKind> = new Map([
  ['sdu', 'deleted'],
  ['du', 'deleted'],
  ['srrt', 'session-revoked'],
  ['universal_logout_succeeded', 'session-revoked'],
  ['scp', 'session-revoked'],
  ['gd_unenroll', 'session-revoked'],
]);

const anybody = 'anybody who tries to sign in can cause it';
/** Let in to be written down. */
const recorded: ReadonlyMap<string, string> = new Map([
  ['limit_wc', anybody],
  ['limit_sul', anybody],
  ['limit_mu', anybody],
  ['pwd_leak', anybody],
  ['ferrt', anybody],
]);

export const logTypes: readonly string[] = [...plain.keys(), ...recorded.keys(), 'sapi'];

/** Whose device it was; `user_id` may be the admin who removed it. */
const unenrolledSchema = z.object({ enrollment: z.object({ user_id: id }) });

const namesOf = (log: LogEvent) => {
  if (log.type === 'gd_unenroll') {
    const owner = unenrolledSchema.safeParse(log.details).data?.enrollment.user_id;
    return owner === undefined ? undefined : personNames(owner, log.user_id === owner && log.user_name);
  }
  // Empty where a machine acted for nobody.
  const user = id.safeParse(log.user_id).data;
  return user === undefined ? undefined : personNames(user, log.user_name);
};

/** `root`: where the log event stands in the envelope, for errors. */
export const understandLog = (log: LogEvent, root: string): Findings => {
  const { type } = log;
  const why = recorded.get(type);
  if (why) return `${type}: ${why}`;
  if (type === 'sapi') return understandManagement(log.details, `${root}.details`);
  const change = plain.get(type);
  if (!change) return `${type} does not end anybody's access`;
  // Whoever is deleted has a name, or the event is broken.
  if (change === 'deleted') readDetail(id, log.user_id, `${root}.user_id`);
  const names = namesOf(log);
  return names ? [{ change, names, reason: type }] : `${type} names no user`;
};
