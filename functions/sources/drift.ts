import { z } from 'zod';
import type { Change } from '../domain/change.ts';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { sha256 } from '../domain/sha256.ts';
import { credentialField } from './credential-field.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { instant, opaque } from './fields.ts';
import { readDetail } from './read-detail.ts';

const detailType = 'Credential Drifted';

/** A credential that was made by other means than `issue`. */
export interface Drifted {
  readonly credential: Credential;
  /** ISO 8601 */
  readonly createdAt: string;
  /** Who made it, where that is known: an ARN. For people to read. */
  readonly by?: string | undefined;
}

const driftedSchema = z.strictObject({
  credential: credentialField,
  createdAt: instant,
  by: z.string().min(1).max(2048).optional(),
});

/** By the credential alone: an event and an upkeep find the same one. */
const idOf = ({ credential }: Pick<Drifted, 'credential'>): string => sha256(credentialKey(credential));

export const driftEvent = ({ credential, createdAt, by }: Drifted): EventEnvelope => ({
  id: idOf({ credential }),
  source: 'cutoff.drift',
  'detail-type': detailType,
  time: createdAt,
  detail: { credential, createdAt, ...(by !== undefined && { by }) },
});

/** The change that an event of it is: ingest, which sees one being made, lets it in at once. */
export const driftChange = ({ credential, createdAt }: Drifted): Change => ({
  change: 'credential-stale',
  source: 'drift',
  eventId: idOf({ credential }),
  subject: opaque(credential.id),
  aliases: [],
  occurredAt: createdAt,
  reason: 'made outside issue',
  credential,
  // Nobody has asked whether it was used since.
  ...(credential.kind === 'iam-access-key' && { mayHaveSessions: true }),
});

const normalise = ({ detail }: EventEnvelope): Understood => {
  const change = driftChange(readDetail(driftedSchema, detail));
  return { eventId: change.eventId, changes: [change] };
};

const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const drifted = driftedSchema.safeParse(record).data;
  return drifted && driftEvent(drifted);
};

/** What was made past `issue`, where the settings say that it is revoked. The upkeep sends these, straight into the queue. */
export const drift: EventSource = {
  name: 'drift',
  pattern: { source: ['cutoff.drift'], 'detail-type': [detailType] },
  bus: 'identity',
  normalise,
  wrap,
};
