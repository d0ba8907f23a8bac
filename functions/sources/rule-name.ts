import type { EventSource } from './event-source.ts';

/** A literal name, so that a person finds the rule of a source in the console. */
export const ruleNameOf = (source: Pick<EventSource, 'name'>): string => `cutoff-${source.name}`;
