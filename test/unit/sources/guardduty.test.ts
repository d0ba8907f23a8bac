import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { guardduty } from '../../../functions/sources/guardduty.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const fixture = (name: string) => readFixture('guardduty', `${name}.json`);
const userKey = await fixture('user-key');
const events = await allFixtures(guardduty);
const only = (event: EventEnvelope) => guardduty.normalise(event).changes[0];

const service = (fields: Record<string, unknown>) =>
  varied(userKey, { service: { ...(detailOf(userKey).service as object), ...fields } });
const accessKey = (accessKeyDetails: Record<string, unknown>) =>
  varied(userKey, { resource: { resourceType: 'AccessKey', accessKeyDetails } });

await describeFixtures(guardduty);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(guardduty)).toEqual([]);
});

it('cuts the key alone, dated by its last use', () => {
  const { id } = detailOf(userKey);
  expect(only(userKey)).toEqual({
    change: 'credential-compromised',
    source: 'guardduty',
    eventId: `${id}:1`,
    subject: { format: 'opaque', id: 'AKIAACMEH3QDZQMBQRVP' },
    aliases: [],
    credential: {
      kind: 'iam-access-key',
      account: '123456789012',
      region: 'global',
      id: 'AKIAACMEH3QDZQMBQRVP',
      user: 'dana',
    },
    occurredAt: '2026-03-02T03:20:00Z',
    reason: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    severity: 8,
  });
});

it('asks in the account of the finding, which may be a member’s', async () => {
  const event = varied(await fixture('key-without-user'), { accountId: '210987654321' });
  expect(only(event)?.ask).toMatchObject({ ask: 'access-key', account: '210987654321' });
});

describe('repeats', () => {
  const idOf = (event: EventEnvelope) => guardduty.normalise(event).eventId;

  it('are events of their own, since the key may have been restored in between', () => {
    expect(idOf(service({ count: 2 }))).not.toBe(idOf(userKey));
  });

  it('are not: the same one again, or a note on it', () => {
    const edited = varied(userKey, { updatedAt: '2026-03-02T05:00:00.000Z', title: 'noted' });
    expect(idOf(edited)).toBe(idOf(userKey));
  });

  it('are told by the time of the update where there is no count', () => {
    const { id, updatedAt } = detailOf(userKey);
    expect(idOf(service({ count: undefined }))).toBe(`${id}:${updatedAt}`);
  });
});

describe('pitfalls', () => {
  it.each([
    ['the flag', service({ additionalInfo: { sample: true } })],
    ['the value', service({ additionalInfo: { value: '{"threatListName":"x","sample": true}' } })],
    ['the title', varied(userKey, { title: '[SAMPLE] A key was used.' })],
  ])('guardduty-sample: %s alone marks one', (_, event) => {
    expect(guardduty.normalise(event)).toMatchObject({ changes: [], reason: 'a sample finding' });
  });

  it('guardduty-role: the name of a role is never taken for a user’s', () => {
    const accessKeyDetails = {
      accessKeyId: 'ASIAACME72RML5UQLB6A',
      principalId: 'AROAACMEWEBSERVERXXXX:dana@acme.example',
      userType: 'AssumedRole',
      userName: 'WebServer',
    };
    expect(only(accessKey(accessKeyDetails))).toMatchObject({
      subject: { uri: 'arn:aws:sts::123456789012:assumed-role/WebServer/dana@acme.example' },
      credential: {
        kind: 'iam-assumed-session',
        account: '123456789012',
        region: 'global',
        id: 'WebServer/dana@acme.example',
        role: 'WebServer',
        session: 'dana@acme.example',
      },
    });
    expect(only(accessKey(accessKeyDetails))).not.toHaveProperty('byHand');
    expect(only(accessKey({ ...accessKeyDetails, userType: null }))).toEqual(
      only(accessKey(accessKeyDetails)),
    );
  });

  it.each([
    ['a temporary key alone', { userName: null }, 'ASIAACME72RML5UQLB6A'],
    ['a role alone', { principalId: 'AROAACMEWEBSERVERXXXX' }, 'role/WebServer'],
    ['a name that no session has', { principalId: 'AROAACMEWEBSERVERXXXX:a/b' }, 'role/WebServer'],
  ])('guardduty-role: which session it is, is not known by %s, so a human has to see', (_, fields, name) => {
    const details = {
      ...{ accessKeyId: 'ASIAACME72RML5UQLB6A', principalId: 'AROAACMEWEBSERVERXXXX:i-0acme' },
      ...{ userType: 'AssumedRole', userName: 'WebServer', ...fields },
    };
    const change = only(accessKey(details));
    expect(JSON.stringify(change?.subject)).toContain(name);
    expect(change).toMatchObject({ byHand: 'role-session' });
    expect(change).not.toHaveProperty('credential');
  });

  it('guardduty-role: a session is of the account that the finding says', () => {
    const details = { userType: 'AssumedRole', userName: 'WebServer', principalId: 'AROAACME:i-0acme' };
    const event = varied(accessKey(details), { accountId: '210987654321' });
    expect(only(event)?.credential?.account).toBe('210987654321');
  });

  it('guardduty-threshold: a finding is rated, and 7 is the least that is acted on', async () => {
    expect(guardduty.minSeverity).toBe(7);
    expect(only(await fixture('user-key-medium'))?.severity).toBe(5);
  });

  it('root: nothing is cut', async () => {
    expect(only(await fixture('root'))).not.toHaveProperty('credential');
  });
});

it.each(['AWSService', 'AWSAccount', 'Directory', 'Unknown', '__proto__', 'constructor'])(
  'a %s has no credential of the account',
  (userType) => {
    expect(guardduty.normalise(accessKey({ accessKeyId: 'ASIAACME72RML5UQLB6A', userType })).changes).toEqual(
      [],
    );
  },
);

it('reads the others where one actor cannot be read', async () => {
  const event = await fixture('attack-sequence-of-actors');
  const actors = [
    { user: { type: 'IAMUser', name: '*' } },
    { user: { type: 'IAMUser', name: 'erin', account: { uid: '210987654321' } } },
  ];
  const detection = { sequence: { actors } };
  const { changes, problem } = guardduty.normalise(varied(event, { service: { detection } }));
  expect(changes).toMatchObject([{ credential: { id: 'erin', account: '210987654321' } }]);
  expect(problem?.field).toBe('detail.service.detection.sequence.actors');
});

it.each([
  ['detail.resource.accessKeyDetails', varied(userKey, { resource: { resourceType: 'AccessKey' } })],
  ['detail.resource.accessKeyDetails', accessKey({ userType: 'IAMUser', userName: 'da na' })],
  ['detail.resource.accessKeyDetails', accessKey({ userType: 'AssumedRole', principalId: 'AROAACME' })],
  ['detail.resource.accessKeyDetails', accessKey({ userType: 'FederatedUser', principalId: '123456789012' })],
  ['detail.severity', varied(userKey, { severity: 'high' })],
  ['detail.id', varied(userKey, { id: 7 })],
  ['detail.updatedAt', varied(userKey, { updatedAt: 'today' })],
])('refuses by name what cannot be read: %s', (field, event) => {
  expect(fieldOf(guardduty, event)).toBe(field);
});

it('recognises a bare finding and nothing else', () => {
  const envelope = guardduty.wrap?.(detailOf(userKey));
  expect(envelope && guardduty.normalise(envelope)).toEqual(guardduty.normalise(userKey));
  expect(guardduty.wrap?.({ ...detailOf(userKey), service: { serviceName: 'macie' } })).toBeUndefined();
  expect(guardduty.wrap?.({ ...detailOf(userKey), service: null })).toBeUndefined();
});

it(
  'never misbehaves',
  () => {
    const isMade = (name: string, text: string) =>
      name.startsWith('arn:aws') &&
      name
        .toLowerCase()
        .split('/')
        .slice(1)
        .every((part) => text.includes(part));
    neverMisbehaves(guardduty, events, isMade);
  },
  60 * fuzzRuns,
);
