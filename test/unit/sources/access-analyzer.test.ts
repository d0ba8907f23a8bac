import { describe, expect, it } from 'vitest';
import { accessAnalyzer } from '../../../functions/sources/access-analyzer.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const unused = await readFixture('access-analyzer', 'unused-access-key.json');
const { findingId } = detailOf(unused);

await describeFixtures(accessAnalyzer);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(accessAnalyzer)).toEqual([]);
});

it('asks the analyzer which key it is', () => {
  const [change] = accessAnalyzer.normalise(unused).changes;
  expect(change).not.toHaveProperty('credential');
  expect(change).toMatchObject({
    eventId: `${findingId}:ACTIVE`,
    occurredAt: '2026-03-02T02:30:18.176075014Z',
    ask: {
      ask: 'unused-access-keys',
      analyzerArn: 'arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused',
      findingId,
    },
  });
});

describe('pitfalls', () => {
  it.each([
    ['resolved', { status: 'RESOLVED' }],
    ['archived', { status: 'ARCHIVED' }],
    ['deleted', { isDeleted: true }],
    ['not analysed', { error: 'ACCESS_DENIED' }],
  ])('analyzer-state: %s is no reason', (_, detail) => {
    expect(accessAnalyzer.normalise(varied(unused, detail)).changes).toEqual([]);
  });

  it('analyzer-state: each status is an event of its own, and the daily look at it is not', () => {
    const idOf = (detail: Record<string, unknown>) =>
      accessAnalyzer.normalise(varied(unused, detail)).eventId;
    expect(idOf({ status: 'RESOLVED' })).not.toBe(idOf({}));
    expect(idOf({ updatedAt: '2026-03-03T02:30:18Z', analyzedAt: '2026-03-03T02:30:18Z' })).toBe(idOf({}));
  });
});

it.each([
  ['detail.resource', varied(unused, { resource: 'arn:aws:iam::123456789012:role/Deploy' })],
  ['detail.findingId', varied(unused, { findingId: undefined })],
  ['detail.status', varied(unused, { status: null })],
  ['resources.0', { ...unused, resources: [] }],
  ['resources.0', { ...unused, resources: ['arn:aws:s3:::acme-reports'] }],
])('refuses by name what cannot be read: %s', (field, event) => {
  expect(fieldOf(accessAnalyzer, event)).toBe(field);
});

it(
  'never misbehaves',
  async () => {
    neverMisbehaves(accessAnalyzer, await allFixtures(accessAnalyzer));
  },
  60 * fuzzRuns,
);
