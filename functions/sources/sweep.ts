import { z } from 'zod';
import type { Change } from '../domain/change.ts';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { sha256 } from '../domain/sha256.ts';
import type { SweepItem } from '../domain/sweep-plan.ts';
import { type SweepPolicy, sweepPolicySchema } from '../domain/sweep-settings.ts';
import { goesByUse } from '../domain/sweep-use.ts';
import { credentialField } from './credential-field.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { instant, opaque } from './fields.ts';
import { readDetail } from './read-detail.ts';
import { activeAgainType, normaliseActiveAgain } from './sweep-active-again.ts';

const detailType = 'Credential Stale';

const staleSchema = z.strictObject({
  policy: sweepPolicySchema.shape.name,
  credential: credentialField,
  /** Several conditions, in words. */
  fact: z.string().min(1).max(1024),
  foundAt: instant,
  lastUsedAt: instant.optional(),
  evenIfUsed: z.literal(true).optional(),
  mayHaveSessions: z.literal(true).optional(),
});
type Stale = z.output<typeof staleSchema>;

type Found = Pick<SweepItem, 'policy' | 'credential' | 'fact' | 'lastUsedAt' | 'mayHaveSessions'>;

/** Never of the run: what two runs find is one event, until it is found for another reason. */
const idOf = ({ policy, credential, fact }: { policy: string; credential: Credential; fact: string }) =>
  sha256(JSON.stringify([policy, credentialKey(credential), fact]));

const envelopeOf = (detail: Pick<Found, 'policy' | 'credential' | 'fact'> & Pick<Stale, 'foundAt'>) => ({
  id: idOf(detail),
  source: 'cutoff.sweep',
  'detail-type': detailType,
  time: detail.foundAt,
  detail,
});

/**
 * What a sweep sends for an item that is to be disabled. `foundAt`: ISO 8601. Without its policy, one that was used since is
 * left alone.
 */
export const staleEvent = (
  { policy, credential, fact, lastUsedAt, mayHaveSessions }: Found,
  foundAt: string,
  rules?: Pick<SweepPolicy, 'when' | 'evenIfUsed'>,
): EventEnvelope =>
  envelopeOf({
    policy,
    credential,
    fact,
    foundAt,
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(rules && !goesByUse(rules) && { evenIfUsed: true }),
    ...(mayHaveSessions && { mayHaveSessions }),
  });

const askOf = ({ lastUsedAt, evenIfUsed }: Stale) =>
  ({
    ask: 'still-stale',
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(evenIfUsed && { evenIfUsed }),
  }) as const;

const changeOf = (stale: Stale): Change => {
  const { policy, credential, fact, foundAt, mayHaveSessions } = stale;
  return {
    change: 'credential-stale',
    source: 'sweep',
    eventId: idOf(stale),
    subject: opaque(credential.id),
    aliases: [],
    occurredAt: foundAt,
    reason: `${policy}: ${fact}`,
    credential,
    ...(mayHaveSessions && { mayHaveSessions }),
  };
};

/** What ingest makes of such an event: whoever sends one knows its revocation by it. */
export const staleChange = ({ detail }: EventEnvelope): Change => changeOf(readDetail(staleSchema, detail));

const normalise = (envelope: EventEnvelope): Understood => {
  if (envelope['detail-type'] === activeAgainType) return normaliseActiveAgain(envelope);
  const { detail } = envelope;
  const stale = readDetail(staleSchema, detail);
  const change = changeOf(stale);
  return { eventId: change.eventId, changes: [{ ...change, ask: askOf(stale) }] };
};

const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const stale = staleSchema.safeParse(record).data;
  return stale && envelopeOf(stale);
};

/** What a policy of the settings found, once its owner had time to object. Only `sweep` sends these, straight into the queue. */
export const sweep: EventSource = {
  name: 'sweep',
  pattern: { source: ['cutoff.sweep'], 'detail-type': [detailType, activeAgainType] },
  bus: 'identity',
  normalise,
  wrap,
};
