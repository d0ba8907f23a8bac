import { z } from 'zod';
import { anObject, anything, id, instant, label, nameOf, opaque, personNames, text } from './fields.ts';
import type { Findings } from './finding.ts';
import { readDetail } from './read-detail.ts';

/** A CloudEvent of an Event Stream ("Event Types", Auth0 docs; `EventStreamCloudEvent…` of its SDKs). */
export const streamSchema = z.object({
  id,
  type: text,
  time: instant,
  data: z.object({ object: anObject }),
  a0purpose: anything,
});
type StreamEvent = z.output<typeof streamSchema>;

const userSchema = z.object({ user_id: id, email: anything, blocked: anything });
const group = z.object({ id, name: label });
const memberSchema = z.object({ group, member: z.object({ id, member_type: text }) });
const organizationSchema = z.object({ organization: group, user: z.object({ user_id: id }) });

const field = 'detail.data.object';

const lost = (userId: string, { id: groupId, name }: z.output<typeof group>, reason: string): Findings => [
  {
    change: 'entitlement-removed',
    names: [opaque(userId)],
    entitlement: { kind: 'group', id: groupId, ...nameOf(name) },
    reason,
  },
];

const readers: ReadonlyMap<string, (object: unknown, type: string) => Findings> = new Map([
  [
    'user.deleted',
    (object: unknown, reason: string): Findings => {
      const { user_id, email } = readDetail(userSchema, object, field);
      return [{ change: 'deleted', names: personNames(user_id, email), reason }];
    },
  ],
  [
    'user.updated',
    (object, reason) => {
      const { user_id, email, blocked } = readDetail(userSchema, object, field);
      if (typeof blocked !== 'boolean') return `${reason}: says nothing about a block`;
      // The event has the whole user, so every edit of somebody who is not blocked looks like a return.
      if (!blocked) return `${reason}: not blocked, which need not be new`;
      return [{ change: 'suspended', names: personNames(user_id, email), reason: `${reason}: blocked` }];
    },
  ],
  [
    'group.member.deleted',
    (object, reason) => {
      const { group: left, member } = readDetail(memberSchema, object, field);
      return member.member_type === 'user' ? lost(member.id, left, reason) : `${reason}: not a person`;
    },
  ],
  [
    'organization.member.deleted',
    (object, reason) => {
      const { organization, user } = readDetail(organizationSchema, object, field);
      return lost(user.user_id, organization, reason);
    },
  ],
]);

/** The docs' general example has the prefix, the types' own pages have not. */
const prefix = 'com.auth0.';
export const streamTypes: readonly string[] = [...readers.keys()].flatMap((type) => [type, prefix + type]);

export const understandStream = ({ type, data, a0purpose }: StreamEvent): Findings => {
  if (a0purpose === 'test') return 'a0purpose test: sent to try the stream';
  const reason = type.startsWith(prefix) ? type.slice(prefix.length) : type;
  return readers.get(reason)?.(data.object, reason) ?? `${reason} does not end anybody's access`;
};
