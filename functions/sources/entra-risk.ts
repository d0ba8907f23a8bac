import { z } from 'zod';
import type { Understood } from './event-source.ts';
import { anything, id, instant, personNames, text } from './fields.ts';
import { type Findings, understoodOf } from './finding.ts';
import { readDetail } from './read-detail.ts';

const risk = z.object({ riskLevel: text, riskState: text, userPrincipalName: anything });

/** "riskyUser resource type", Graph docs: `id` is the user's. `time` of the record is no ISO 8601, and is not asked. */
const riskyUserSchema = z.object({ properties: risk.extend({ id, riskLastUpdatedDateTime: instant }) });

/** "riskDetection resource type", Graph docs: `id` is the detection's. */
const detectionSchema = z.object({
  properties: risk.extend({
    id,
    userId: id,
    detectedDateTime: instant.nullish(),
    activityDateTime: instant,
  }),
});

/** Lower levels are guesses; other states say that the risk is over. */
const isSerious = ({ riskLevel, riskState }: z.output<typeof risk>): boolean =>
  riskLevel === 'high' && ['atRisk', 'confirmedCompromised'].includes(riskState);

const findingsOf = (userId: string, properties: z.output<typeof risk>, category: string): Findings => {
  const { riskLevel, riskState, userPrincipalName } = properties;
  if (!isSerious(properties)) return `${category}: risk ${riskLevel}, ${riskState}`;
  const reason = `${category}: risk high, ${riskState}`;
  return [{ change: 'credential-compromised', names: personNames(userId, userPrincipalName), reason }];
};

export const understandRiskyUser = (detail: unknown): Understood => {
  const { properties } = readDetail(riskyUserSchema, detail);
  const { id: userId, riskLastUpdatedDateTime: occurredAt } = properties;
  const about = { source: 'entra', eventId: `${userId}:${occurredAt}`, occurredAt };
  return understoodOf(about, findingsOf(userId, properties, 'RiskyUsers'));
};

export const understandDetection = (detail: unknown): Understood => {
  const { properties } = readDetail(detectionSchema, detail);
  const occurredAt = properties.detectedDateTime ?? properties.activityDateTime;
  const about = { source: 'entra', eventId: properties.id, occurredAt };
  return understoodOf(about, findingsOf(properties.userId, properties, 'UserRiskEvents'));
};
