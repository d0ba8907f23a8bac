import { describe, expect, it } from 'vitest';
import { awsHealth } from '../../../functions/sources/aws-health.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const fixture = (name: string) => readFixture('aws-health', `${name}.json`);
const exposed = await fixture('credentials-exposed');
const events = await allFixtures(awsHealth);
const keyId = 'AKIAACMEH3QDZQMBQRVP';

await describeFixtures(awsHealth);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(awsHealth)).toEqual([]);
});

it('asks whose the key is, and reads a date of RFC 1123', () => {
  expect(awsHealth.normalise(exposed)).toEqual({
    eventId: '5c1dacme0a1b2c3d4e5f-1:123456789012',
    changes: [
      {
        change: 'credential-compromised',
        source: 'aws-health',
        eventId: '5c1dacme0a1b2c3d4e5f-1:123456789012',
        subject: { format: 'opaque', id: keyId },
        aliases: [],
        occurredAt: '2026-03-02T09:05:00.000Z',
        reason: 'AWS_RISK_CREDENTIALS_EXPOSED',
        ask: { ask: 'access-key', account: '123456789012', keyId },
      },
    ],
  });
});

describe('pitfalls', () => {
  it('health-account: the affected account is meant, and a copy from elsewhere is the same event', async () => {
    const copy = await fixture('through-delegated-administrator');
    expect(copy.account).not.toBe('123456789012');
    expect(awsHealth.normalise(copy)).toEqual(awsHealth.normalise(exposed));
  });

  it('health-account: the shape of 2016 is about the account that it came to', async () => {
    const old = await fixture('shape-of-2016');
    expect(awsHealth.normalise({ ...old, account: '210987654321' }).changes[0]?.ask).toMatchObject({
      account: '210987654321',
    });
    expect(fieldOf(awsHealth, { ...old, account: undefined })).toBe('account');
  });

  it('a page of the same event is the same event, its keys are told apart', async () => {
    const affectedEntities = [{ entityValue: 'AKIAACMEMYEGPIYL2GL2' }];
    const second = awsHealth.normalise(varied(exposed, { affectedEntities, page: '2', totalPages: '2' }));
    expect(second.eventId).toBe(awsHealth.normalise(exposed).eventId);
    expect(second.changes[0]?.subject).not.toEqual(awsHealth.normalise(exposed).changes[0]?.subject);
  });
});

it('names a key once, however often it is listed', () => {
  const affectedEntities = [{ entityValue: keyId }, { entityValue: keyId }];
  expect(awsHealth.normalise(varied(exposed, { affectedEntities })).changes).toHaveLength(1);
});

it('names the account where an entity has no name that can be used', () => {
  const affectedEntities = [{ entityValue: 'see "\u0000" below' }];
  expect(awsHealth.normalise(varied(exposed, { affectedEntities })).changes).toMatchObject([
    { subject: { id: 'aws-health:123456789012' }, byHand: 'names-no-credential' },
  ]);
});

it('reads the other keys where one entity cannot be read', () => {
  const affectedEntities = [{ entityValue: null }, { entityValue: keyId }];
  const { changes, problem } = awsHealth.normalise(varied(exposed, { affectedEntities }));
  expect(changes).toMatchObject([{ subject: { id: keyId } }]);
  expect(problem?.field).toBe('detail.affectedEntities.0.entityValue');
});

it.each([
  ['detail.startTime', { startTime: '2026' }],
  ['detail.startTime', { startTime: 'Mon, 92 Mar 2026 09:05:00 GMT' }],
  ['detail.affectedAccount', { affectedAccount: 'acme' }],
  ['detail.affectedEntities.0.entityValue', { affectedEntities: [{ entityValue: '' }] }],
  ['detail.eventArn', { eventArn: null }],
])('refuses by name what cannot be read: %s', (field, detail) => {
  expect(fieldOf(awsHealth, varied(exposed, detail))).toBe(field);
});

it('does not believe the code of another service', () => {
  expect(awsHealth.normalise(varied(exposed, { service: 'EC2' })).changes).toEqual([]);
});

it('recognises a bare event and nothing else', () => {
  const envelope = awsHealth.wrap?.(detailOf(exposed));
  expect(envelope && awsHealth.normalise(envelope)).toEqual(awsHealth.normalise(exposed));
  expect(
    awsHealth.wrap?.({ ...detailOf(exposed), eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE' }),
  ).toBeUndefined();
});

it(
  'never misbehaves',
  () => {
    const isPrefixed = (name: string, text: string) =>
      name.startsWith('aws-health:') && text.includes(name.slice('aws-health:'.length).toLowerCase());
    neverMisbehaves(awsHealth, events, isPrefixed);
  },
  60 * fuzzRuns,
);
