import { z } from 'zod';
import type { Change } from '../domain/change.ts';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { sha256 } from '../domain/sha256.ts';
import { credentialField } from './credential-field.ts';
import type { EventEnvelope, Understood } from './event-source.ts';
import { instant, opaque } from './fields.ts';
import { readDetail } from './read-detail.ts';

/** Another meaning of the source `sweep`: a credential that a revocation holds down was seen to work. */
export const activeAgainType = 'Credential Active Again';

const activeAgainSchema = z.strictObject({ credential: credentialField, seenAt: instant });

/** One a day: what is turned on again tomorrow is another undoing. */
const idOf = (credential: Credential, seenAt: string): string =>
  sha256(JSON.stringify(['active-again', credentialKey(credential), seenAt.slice(0, 10)]));

/** `seenAt`: ISO 8601. */
export const activeAgainEvent = (credential: Credential, seenAt: string): EventEnvelope => ({
  id: idOf(credential, seenAt),
  source: 'cutoff.sweep',
  'detail-type': activeAgainType,
  time: seenAt,
  detail: { credential, seenAt },
});

/** Every revocation that holds it down looks again, and cuts it again. */
export const normaliseActiveAgain = ({ detail }: EventEnvelope): Understood => {
  const { credential, seenAt } = readDetail(activeAgainSchema, detail);
  const eventId = idOf(credential, seenAt);
  const change: Change = {
    change: 'credential-reactivated',
    source: 'sweep',
    eventId,
    subject: opaque(credential.id),
    aliases: [],
    occurredAt: seenAt,
    reason: 'seen to work by a sweep',
    credential,
  };
  return { eventId, changes: [change] };
};
