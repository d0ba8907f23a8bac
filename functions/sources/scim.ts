import { z } from 'zod';
import type { ChangeKind } from '../domain/change.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { InvalidInput } from '../domain/errors.ts';
import { distinctSubjects, type Subject, subjectSchema } from '../domain/subject.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { readDetail } from './read-detail.ts';

/** What the SCIM channel puts on the bus, and what each means here. */
const meanings: Readonly<Record<string, ChangeKind>> = {
  'user-deactivated': 'deactivated',
  'user-reactivated': 'reactivated',
  'user-deleted': 'deleted',
  'member-removed': 'entitlement-removed',
};

const text = z.string().min(1).max(256);

/** Given out by the directory: UUIDs. */
const ownId = z.string().regex(/^[\w.-]{1,64}$/, 'is not an id of the directory');

const userSchema = z.object({
  id: ownId,
  userName: text,
  externalId: text.optional(),
  emails: z.array(z.string()).max(100),
});

const changeSchema = z.object({
  eventId: text,
  change: text,
  user: userSchema,
  group: z.object({ id: ownId, displayName: z.string().max(256), externalId: text.optional() }).optional(),
  receivedAt: z.iso.datetime({ offset: true }),
});
type ScimChange = z.output<typeof changeSchema>;

/** An address, or nothing: what providers put into the field need not be one. */
const emailIn = (value: string): Subject[] => {
  const email = subjectSchema.safeParse({ format: 'email', email: value });
  return email.success ? [email.data] : [];
};

const opaque = (id: string): Subject[] => {
  const subject = subjectSchema.safeParse({ format: 'opaque', id });
  return subject.success ? [subject.data] : [];
};

/**
 * Addresses first, the user name before the others; then the provider's own id (Okta's 00u…, or what Entra is told to
 * map to `externalId`: its default, the mail nickname, is a local part and should be replaced by the object id); then a
 * user name that is no address; last the id that the directory gave.
 */
const namesOf = ({ id, userName, externalId, emails }: ScimChange['user']): Subject[] => {
  const address = emailIn(userName);
  const subjects = [
    ...address,
    ...emails.flatMap(emailIn),
    ...(externalId === undefined ? [] : opaque(externalId)),
    ...(address.length > 0 ? [] : opaque(userName)),
    ...opaque(`scim:${id}`),
  ];
  return distinctSubjects(subjects);
};

/** By the provider's own id for the group where it gave one, which other sources know too. */
const entitlementOf = ({ group }: ScimChange): Entitlement => {
  if (!group) throw new InvalidInput('detail.group', 'is missing');
  const { id, displayName, externalId } = group;
  return { kind: 'group', id: externalId ?? id, ...(displayName !== '' && { name: displayName }) };
};

const normalise = (envelope: EventEnvelope): Understood => {
  const event = readDetail(changeSchema, envelope.detail);
  const { eventId, receivedAt: occurredAt } = event;
  const change = Object.hasOwn(meanings, event.change) ? meanings[event.change] : undefined;
  if (!change) return { eventId, changes: [], reason: `${event.change} does not end anybody's access` };
  const [subject, ...aliases] = namesOf(event.user);
  if (!subject) throw new InvalidInput('detail.user', 'has no name');
  const entitlement = change === 'entitlement-removed' && { entitlement: entitlementOf(event) };
  const reason = `scim ${event.change}`;
  return {
    eventId,
    changes: [{ change, source: 'scim', eventId, subject, aliases, occurredAt, reason, ...entitlement }],
  };
};

/** What an identity provider provisions into Cutoff's own directory over SCIM 2.0, by way of `receive-signal`. */
export const scim: EventSource = {
  name: 'scim',
  pattern: { source: ['cutoff.scim'], 'detail-type': ['ScimChange'] },
  bus: 'identity',
  normalise,
};
