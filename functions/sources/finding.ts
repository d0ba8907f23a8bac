import type { ChangeKind } from '../domain/change.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import type { Inquiry } from '../domain/inquiry.ts';
import type { Lead, Understood } from './event-source.ts';
import type { Names } from './fields.ts';

/** What an event says of one subject, in a source that reads several kinds of records. */
export interface Finding {
  readonly change: ChangeKind;
  readonly names: Names;
  /** Short and stable: the event type. */
  readonly reason: string;
  readonly entitlement?: Entitlement;
  readonly ask?: Inquiry;
}

/** Text: why there are none. */
export type Findings = readonly Finding[] | string;

/** What all findings of one event share. */
export type About = Pick<Lead, 'source' | 'eventId' | 'occurredAt'>;

export const understoodOf = (about: About, findings: Findings): Understood => {
  const { eventId } = about;
  if (typeof findings === 'string') return { eventId, changes: [], reason: findings };
  const changes = findings.map(
    ({ names: [subject, ...aliases], ...what }): Lead => ({ ...about, ...what, subject, aliases }),
  );
  return { eventId, changes };
};
