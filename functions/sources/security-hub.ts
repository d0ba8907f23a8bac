import { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';
import { asffSchema } from './asff-finding.ts';
import type { EventEnvelope, EventSource, Lead, Understood } from './event-source.ts';
import { instant } from './fields.ts';
import { readDetail } from './read-detail.ts';
import { eventIdOf, leadsOf, type Way } from './security-hub-finding.ts';

const imported = 'Security Hub Findings - Imported';
const customAction = 'Security Hub Findings - Custom Action';

interface Answer {
  readonly eventId?: string;
  readonly leads: readonly Lead[];
  readonly reason?: string;
  readonly problem?: InvalidInput;
}

const below = (place: string, error: InvalidInput): InvalidInput =>
  error.field.startsWith(place)
    ? error
    : new InvalidInput(`${place}.${error.field}`, error.message.slice(error.field.length + 2));

/** Nothing is thrown: one finding that cannot be read must not keep the others waiting. */
const answerOf = (finding: unknown, index: number, way: Way): Answer => {
  const place = `detail.findings.${index}`;
  try {
    const read = readDetail(asffSchema, finding, place);
    const leads = leadsOf(read, way);
    const eventId = eventIdOf(read, way);
    return typeof leads === 'string' ? { eventId, leads: [], reason: leads } : { eventId, leads };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { leads: [], problem: below(place, error) };
  }
};

const wayOf = ({ 'detail-type': type, time }: EventEnvelope): Way =>
  type === customAction ? { by: 'hand', at: instant.safeParse(time).data } : { by: 'import' };

const detailSchema = z.object({ findings: z.array(z.unknown()).min(1).max(100) });

const normalise = (envelope: EventEnvelope): Understood => {
  const { findings } = readDetail(detailSchema, envelope.detail);
  const way = wayOf(envelope);
  const answers = findings.map((finding, index) => answerOf(finding, index, way));
  const changes = answers.flatMap(({ leads }) => leads);
  const problem = answers.find((answer) => answer.problem)?.problem;
  if (problem && changes.length === 0) throw problem;
  const eventId = answers.find((answer) => answer.eventId)?.eventId ?? envelope.id;
  if (changes.length > 0) return { eventId, changes, ...(problem && { problem }) };
  const reasons = new Set(answers.map(({ reason }) => reason));
  return { eventId, changes, reason: [...reasons].join('; ') };
};

const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const known = asffSchema
    .pick({ Id: true, AwsAccountId: true, UpdatedAt: true })
    .extend({ SchemaVersion: z.literal('2018-10-08') })
    .safeParse(record).data;
  if (!known) return undefined;
  const { Id: id, AwsAccountId: account, UpdatedAt: time } = known;
  const detail = { findings: [record] };
  return { id, source: 'cutoff.security-hub', 'detail-type': imported, time, account, detail };
};

/**
 * Findings of Security Hub CSPM ("EventBridge event formats for Security Hub CSPM"), its own and what other products
 * send it. The newer Security Hub's OCSF findings ("Findings Imported V2") are not read.
 */
export const securityHub: EventSource = {
  name: 'security-hub',
  pattern: {
    source: ['aws.securityhub', 'cutoff.security-hub'],
    'detail-type': [imported, customAction],
  },
  bus: 'default',
  minSeverity: 7,
  normalise,
  wrap,
};
