import { z } from 'zod';
import type { Credential } from '../domain/credential.ts';
import type { Lead, Made } from './event-source.ts';
import { accountId, instant, text } from './fields.ts';
import { readDetail } from './read-detail.ts';

/** In place of what CloudTrail must not tell; seen of Identity Center and Cognito. It names nobody. */
const masked = /^HIDDEN_/;

export const unmasked = text.refine((value) => !masked.test(value), 'is masked');

/** `null` for denied calls and for calls without arguments, as well as absent. */
const elements = z.record(z.string(), z.unknown()).nullish();

/** The parts of a record that matter ("CloudTrail record contents", CloudTrail User Guide). */
export const cloudTrailSchema = z.object({
  eventID: text,
  eventName: text,
  eventSource: text,
  eventTime: instant,
  awsRegion: text,
  recipientAccountId: accountId,
  userIdentity: z
    .object({
      type: z.string().nullish(),
      userName: z.string().nullish(),
      sessionContext: z
        .object({ sessionIssuer: z.object({ arn: text.optional().catch(undefined) }).nullish() })
        .nullish(),
    })
    .nullish(),
  errorCode: z.string().nullish(),
  requestParameters: elements,
  responseElements: elements,
  additionalEventData: elements,
});
export type CloudTrailRecord = z.output<typeof cloudTrailSchema>;

/** The reason why a call that failed changed nothing. Cognito writes an empty `errorCode` for success. */
export const whyNothingChanged = ({ errorCode }: Pick<CloudTrailRecord, 'errorCode'>): string | undefined =>
  errorCode ? 'errorCode: nothing changed' : undefined;

/** The arguments of the call, or `InvalidInput` that names the one that is wrong. */
export const parametersOf = <T extends z.ZodType>(schema: T, record: CloudTrailRecord): z.output<T> =>
  readDetail(schema, record.requestParameters ?? {}, 'detail.requestParameters');

/** The role that acted, if any: its sessions can be named freely, the role cannot. */
export const actorOf = ({ userIdentity }: CloudTrailRecord): string | undefined =>
  userIdentity?.sessionContext?.sessionIssuer?.arn;

/** Made by this call. */
export const madeBy = (record: CloudTrailRecord, credential: Credential): Made => {
  const by = actorOf(record);
  return { credential, at: record.eventTime, ...(by && { by }) };
};

/** What a call means, without what every lead of the record shares. */
export type Meant = Omit<Lead, 'source' | 'eventId' | 'aliases' | 'occurredAt' | 'reason'> &
  Partial<Pick<Lead, 'aliases'>>;

/** A call that made a principal, or changed what it says of itself. */
export interface Seen {
  readonly seen: readonly Credential[];
  readonly leads?: readonly Meant[];
  readonly made?: readonly Made[];
}

/** Leads, what the registry has to read again, or the reason why the call means nothing. */
export type Meaning = (record: CloudTrailRecord) => readonly Meant[] | Seen | string;
