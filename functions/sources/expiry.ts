import { z } from 'zod';
import { credentialKey } from '../domain/credential.ts';
import { sha256 } from '../domain/sha256.ts';
import type { Due } from '../stores/registry.ts';
import { credentialField } from './credential-field.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { instant, opaque } from './fields.ts';
import { readDetail } from './read-detail.ts';

const detailType = 'Credential Expired';

const dueSchema = z.strictObject({ credential: credentialField, expiresAt: instant });

/** One end is one event, however often it is sent; another one is another, however it is spelled. */
const idOf = ({ credential, expiresAt }: Due): string =>
  sha256(JSON.stringify([credentialKey(credential), Date.parse(expiresAt)]));

/** What `expire` sends for something that ends. */
export const expiryEvent = ({ credential, expiresAt }: Due): EventEnvelope => ({
  id: idOf({ credential, expiresAt }),
  source: 'cutoff.expiry',
  'detail-type': detailType,
  time: expiresAt,
  detail: { credential, expiresAt },
});

const normalise = ({ detail }: EventEnvelope): Understood => {
  const { credential, expiresAt } = readDetail(dueSchema, detail);
  const eventId = idOf({ credential, expiresAt });
  const change = {
    change: 'credential-expired',
    source: 'expiry',
    eventId,
    subject: opaque(credential.id),
    aliases: [],
    occurredAt: expiresAt,
    reason: 'expired',
    credential,
    ask: { ask: 'expiry', expiresAt },
  } as const;
  return { eventId, changes: [change] };
};

const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const due = dueSchema.safeParse(record).data;
  return due && expiryEvent(due);
};

/** What was issued until a time, at that time. Only `expire` sends these, straight into the queue. */
export const expiry: EventSource = {
  name: 'expiry',
  pattern: { source: ['cutoff.expiry'], 'detail-type': [detailType] },
  bus: 'identity',
  normalise,
  wrap,
};
