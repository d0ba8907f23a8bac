import { describe, expect, it } from 'vitest';
import { credentialKey } from '../../functions/domain/credential.ts';
import { subjectKey } from '../../functions/domain/subject.ts';
import type { EventSource, Lead } from '../../functions/sources/event-source.ts';
import { sourceOf } from '../../functions/sources/source-of.ts';
import {
  type ExpectedChange,
  expectationsOf,
  fixturesOf,
  readFixture,
} from '../fixtures/events/expectations.ts';

const seen = (lead: Lead): ExpectedChange => ({
  change: lead.change,
  subject: subjectKey(lead.subject),
  ...(lead.ask && { ask: lead.ask.ask }),
  ...(lead.credential && { credential: credentialKey(lead.credential) }),
  ...(lead.entitlement && { entitlement: lead.entitlement.id }),
  ...(lead.severity !== undefined && { severity: lead.severity }),
  ...(lead.byHand && { byHand: lead.byHand }),
});

/** Every fixture of a source means what its line in `expected.ts` says. */
export const describeFixtures = async (source: EventSource): Promise<void> => {
  const [names, expected] = await Promise.all([fixturesOf(source.name), expectationsOf(source.name)]);
  describe(`fixtures of ${source.name}`, () => {
    it('are all expected, and all there', () => {
      expect(names).toEqual(Object.keys(expected).sort());
    });

    it.each(names)('%s', async (name) => {
      const event = await readFixture(source.name, name);
      expect(sourceOf(event, [source])).toBe(source);
      const { changes, reason } = source.normalise(event);
      const expectation = expected[name] ?? [];
      if (typeof expectation !== 'string') return expect(changes.map(seen)).toEqual(expectation);
      expect(changes).toEqual([]);
      expect(reason).toContain(expectation);
    });
  });
};
