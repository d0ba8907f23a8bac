import { describe, expect, it } from 'vitest';
import { credentialKey } from '../../../functions/domain/credential.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { iam } from '../../../functions/sources/iam.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered, varied } from '../../support/source-events.ts';

const fixture = (name: string) => readFixture('iam', `${name}.json`);
const events = await allFixtures(iam);
const deleteUser = await fixture('delete-user');
const createKey = await fixture('create-access-key');
const ownKey = await fixture('create-access-key-self');
const keyActive = await fixture('access-key-active');

await describeFixtures(iam);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(iam)).toEqual([]);
});

it('dates a change by CloudTrail’s clock and tells it by CloudTrail’s own id', () => {
  const { eventID, eventTime } = detailOf(deleteUser);
  const { eventId, changes } = iam.normalise(deleteUser);
  expect(eventId).toBe(eventID);
  expect(changes[0]).toMatchObject({
    eventId: eventID,
    occurredAt: eventTime,
    reason: 'DeleteUser',
    aliases: [],
  });
});

it('spells the ARN of another partition', () => {
  expect(iam.normalise(varied(deleteUser, { awsRegion: 'cn-north-1' })).changes[0]?.subject).toEqual({
    format: 'uri',
    uri: 'arn:aws-cn:iam::123456789012:user/dana',
  });
});

describe('pitfalls', () => {
  it('cloudtrail-null-parameters: without arguments a call that needs some is refused by name', () => {
    expect(fieldOf(iam, varied(deleteUser, { requestParameters: null }))).toBe(
      'detail.requestParameters.userName',
    );
    const { requestParameters: _, ...rest } = detailOf(keyActive);
    expect(fieldOf(iam, { ...keyActive, detail: rest })).toBe('detail.requestParameters.status');
  });

  it('cloudtrail-error: whatever failed changed nothing, and an empty code is no failure', () => {
    for (const event of events) {
      const failed = iam.normalise(varied(event, { errorCode: 'NoSuchEntityException' }));
      expect(failed.changes).toEqual([]);
      expect(failed.seen).toBeUndefined();
    }
    expect(iam.normalise(varied(deleteUser, { errorCode: '' })).changes).toHaveLength(1);
    const unreadable = { errorCode: 'AccessDenied', eventTime: 'xxxx', recipientAccountId: null };
    expect(iam.normalise(varied(deleteUser, unreadable)).reason).toBe('errorCode: nothing changed');
  });

  it('cloudtrail-self: a key made for oneself is the caller’s', () => {
    const alone = varied(ownKey, { responseElements: null });
    expect(iam.normalise(alone).changes[0]?.credential).toMatchObject({ kind: 'iam-user', id: 'dana' });
    const byRole = varied(alone, { userIdentity: detailOf(createKey).userIdentity });
    const bySaml = varied(alone, { userIdentity: { type: 'SAMLUser', userName: 'dana' } });
    for (const event of [byRole, bySaml]) {
      expect(fieldOf(iam, event)).toBe('detail.requestParameters.userName');
    }
  });

  it('cloudtrail-self: the one who acts for somebody else is not meant', () => {
    const byErin = detailOf(keyActive).userIdentity as { userName: string };
    expect(byErin.userName).toBe('erin');
    expect(JSON.stringify(iam.normalise(keyActive))).not.toContain('erin');
  });

  it('own-actions: the role that acted is handed on for the look-up, and a person is not', () => {
    const actors = [createKey, keyActive].map((event) => iam.normalise(event).changes[0]?.ask);
    expect(actors).toEqual([
      { ask: 'standing', actor: 'arn:aws:iam::123456789012:role/IdentityAdmin' },
      { ask: 'standing' },
    ]);
  });

  it('own-actions: what we do to a key leads to nothing', async () => {
    for (const name of ['access-key-inactive', 'deny-policy-put', 'api-key-disabled']) {
      expect(iam.normalise(await fixture(name)).changes).toEqual([]);
    }
  });

  it('secrets-in-events: of an answer nothing but the user’s name and the key’s id is kept', () => {
    const secretAccessKey = 'acme-secret-access-key';
    const accessKey = { userName: 'dana', accessKeyId: 'AKIAACMEQIUFAXR4G23G', secretAccessKey };
    const understood = iam.normalise(varied(ownKey, { responseElements: { accessKey } }));
    expect(understood.changes).toHaveLength(1);
    expect(JSON.stringify(understood)).not.toContain('acme-secret');
  });

  it('secrets-in-events: of a new API key nothing but its id is kept', async () => {
    const event = varied(await fixture('api-key-created'), {
      responseElements: { id: 'k3yacme001', value: 'acme-secret-value' },
    });
    expect(iam.normalise(event).seen).toHaveLength(1);
    expect(JSON.stringify(iam.normalise(event))).not.toContain('acme-secret');
  });
});

describe('policies', () => {
  const withPolicy = async (name: string, parameters: Record<string, unknown>) =>
    iam
      .normalise(varied(await fixture(name), { requestParameters: { userName: 'dana', ...parameters } }))
      .changes.map(({ change }) => change);

  it('another deny of ours that is taken away counts, a name that begins otherwise does not', async () => {
    expect(await withPolicy('deny-policy-deleted', { policyName: 'CutoffDenySessions' })).toEqual([
      'credential-reactivated',
    ]);
    expect(await withPolicy('deny-policy-deleted', { policyName: 'notCutoffDenyAll' })).toEqual([]);
  });

  it('a document that is not in the record may be anything', async () => {
    expect(await withPolicy('deny-policy-put', { policyName: 'CutoffDenyAll' })).toEqual([
      'credential-reactivated',
    ]);
  });

  it.each(['AWSCompromisedKeyQuarantineVX', 'AWSCompromisedKeyQuarantineV2Test', 'AWSCompromisedKey'])(
    '%s is no quarantine',
    async (policyName) => {
      expect(await withPolicy('quarantine-put-as-victim', { policyName })).toEqual([]);
    },
  );
});

describe('UpdateApiKey', () => {
  const changesOf = async (detail: Record<string, unknown>) =>
    iam.normalise(varied(await fixture('api-key-enabled'), detail)).changes.length;
  const patch = (patchOperations: unknown) => ({
    requestParameters: { apiKey: 'k3yacme001', patchOperations },
  });

  it.each([
    ['one operation that is no list', { op: 'replace', path: '/enabled', value: 'true' }, 1],
    ['a boolean', [{ path: '/enabled', value: false }], 0],
    [
      'the last of two',
      [
        { path: '/enabled', value: 'false' },
        { path: '/enabled', value: 'true' },
      ],
      1,
    ],
    ['a value that is hidden', [{ path: '/enabled' }], 1],
    ['something else', 'HIDDEN', 1],
  ])('%s', async (_, operations, count) => {
    expect(await changesOf(patch(operations))).toBe(count);
  });

  it('believes the answer more than the request', async () => {
    expect(await changesOf({ responseElements: { id: 'k3yacme001', enabled: false } })).toBe(0);
  });

  it('names the key by its id, in its region', async () => {
    const event = await fixture('api-key-enabled');
    expect(fieldOf(iam, varied(event, { requestParameters: {} }))).toBe('detail.requestParameters.apiKey');
    expect(iam.normalise(varied(event, { awsRegion: 'us-west-2' })).changes[0]?.credential).toMatchObject({
      region: 'us-west-2',
    });
  });
});

describe('what the registry reads again', () => {
  const seenIn = (event: EventEnvelope) => iam.normalise(event).seen?.map(credentialKey);
  const dana = 'iam-user:123456789012:global:dana';
  const apiKey = 'api-gateway-key:123456789012:eu-west-1:k3yacme001';

  it.each([
    ['user-created', dana],
    ['user-tagged', dana],
    ['user-untagged', dana],
    ['user-moved', dana],
    ['user-renamed', 'iam-user:123456789012:global:dana.reed'],
    ['create-access-key', dana],
    ['create-access-key-self', dana],
    ['api-key-created', apiKey],
    ['api-key-tagged', apiKey],
    ['api-key-untagged', apiKey],
  ])('%s: %s', async (name, credential) => {
    expect(seenIn(await fixture(name))).toEqual([credential]);
  });

  it('is nothing for calls that neither make a principal nor change its tags or name', async () => {
    const names = [
      'api-key-created-unnamed',
      'rest-api-tagged',
      'create-access-key-root',
      'access-key-active',
    ];
    for (const name of names) expect(seenIn(await fixture(name))).toBeUndefined();
  });

  it('is the user of the call’s own account, and an API key of the call’s own region', async () => {
    const elsewhere = { recipientAccountId: '210987654321', awsRegion: 'us-west-2' };
    expect(seenIn(varied(await fixture('user-tagged'), elsewhere))).toEqual([
      'iam-user:210987654321:global:dana',
    ]);
    expect(seenIn(varied(await fixture('api-key-tagged'), elsewhere))).toEqual([
      'api-gateway-key:210987654321:us-west-2:k3yacme001',
    ]);
  });

  it.each([
    ['user-created', 'userName'],
    ['user-tagged', 'userName'],
    ['user-renamed', 'newUserName'],
  ])('%s without a readable %s is refused by name', async (name, field) => {
    const event = await fixture(name);
    const requestParameters = { ...(detailOf(event).requestParameters as object), [field]: 'da na' };
    expect(fieldOf(iam, varied(event, { requestParameters }))).toBe(`detail.requestParameters.${field}`);
  });

  it.each([['HIDDEN_DUE_TO_SECURITY_REASONS'], ['***'], [7]])(
    'an API key whose id is %j is left to the inventory',
    async (id) => {
      const event = varied(await fixture('api-key-created'), { responseElements: { id } });
      expect(iam.normalise(event)).toMatchObject({
        changes: [],
        reason: expect.stringContaining('inventory'),
      });
      expect(seenIn(event)).toBeUndefined();
    },
  );

  it.each([
    [null],
    ['arn:aws:apigateway:eu-west-1::/apikeys'],
    ['arn:aws:apigateway:eu-west-1::/apikeys/k3y/x'],
    ['arn:aws:appsync:eu-west-1::/apikeys/k3yacme001'],
  ])('a tag on %j is not one on an API key', async (resourceArn) => {
    const event = varied(await fixture('api-key-tagged'), { requestParameters: { resourceArn } });
    expect(iam.normalise(event).reason).toBe('what was tagged is no API key');
    expect(seenIn(event)).toBeUndefined();
  });
});

describe('what was made', () => {
  const madeIn = (event: EventEnvelope) => iam.normalise(event).made;
  const key = {
    ...{ kind: 'iam-access-key', account: '123456789012', region: 'global' },
    ...{ id: 'AKIAACMEQIUFAXR4G23G', user: 'dana' },
  };
  const by = 'arn:aws:iam::123456789012:role/IdentityAdmin';

  it('is an access key, its time by CloudTrail’s clock and the role that made it, if one did', async () => {
    expect(madeIn(createKey)).toEqual([{ credential: key, at: '2026-03-02T09:08:56Z', by }]);
    expect(madeIn(ownKey)).toEqual([
      { credential: expect.objectContaining({ user: 'dana' }), at: expect.any(String) },
    ]);
  });

  it('is an API key', async () => {
    const credential = expect.objectContaining({ kind: 'api-gateway-key', id: 'k3yacme001' });
    expect(madeIn(await fixture('api-key-created'))).toEqual([
      { credential, at: '2026-03-02T09:45:46Z', by },
    ]);
  });

  it('is nothing for whatever else is seen, or was tagged, or failed', async () => {
    for (const name of ['user-created', 'api-key-tagged', 'access-key-active', 'create-access-key-root']) {
      expect(madeIn(await fixture(name))).toBeUndefined();
    }
    expect(madeIn(varied(createKey, { errorCode: 'LimitExceededException' }))).toBeUndefined();
  });

  it.each([
    [null],
    [{}],
    [{ accessKey: null }],
    [{ accessKey: { userName: 'dana' } }],
    [{ accessKey: { userName: 'dana', accessKeyId: 'HIDDEN DUE' } }],
    [{ accessKey: { userName: 'dana', accessKeyId: 7 } }],
  ])(
    'is left to the upkeep where the answer names no key (%j), and its user is read all the same',
    (answer) => {
      const event = varied(createKey, { responseElements: answer });
      expect(madeIn(event)).toBeUndefined();
      expect(iam.normalise(event).changes).toHaveLength(1);
      expect(iam.normalise(event).seen).toHaveLength(1);
    },
  );
});

it('refuses by name what cannot be read, and never quotes it', () => {
  const bad = 'arn:aws:iam::1:user/dana*';
  expect(fieldOf(iam, varied(deleteUser, { requestParameters: { userName: bad } }))).toBe(
    'detail.requestParameters.userName',
  );
  expect(() => iam.normalise(varied(deleteUser, { requestParameters: { userName: bad } }))).not.toThrow(bad);
  expect(fieldOf(iam, varied(deleteUser, { recipientAccountId: '12345' }))).toBe('detail.recipientAccountId');
  expect(fieldOf(iam, varied(deleteUser, { eventTime: 'yesterday' }))).toBe('detail.eventTime');
  expect(fieldOf(iam, { ...deleteUser, detail: 'text' })).toBe('detail');
});

it('ends nobody’s access for calls that it does not know, or of another service', () => {
  for (const eventName of ['DeleteAccessKey', 'UpdateApiKey', 'constructor', '__proto__']) {
    expect(iam.normalise(varied(deleteUser, { eventName }))).toMatchObject({
      changes: [],
      reason: `${eventName} does not end anybody's access`,
    });
  }
  expect(iam.normalise(varied(deleteUser, { eventSource: '__proto__' })).changes).toEqual([]);
});

it('recognises its bare records and nobody else’s', () => {
  const record = detailOf(deleteUser);
  const envelope = iam.wrap?.(record);
  expect(envelope).toMatchObject({ source: 'cutoff.iam', account: '123456789012', region: 'us-east-1' });
  expect(envelope && iam.normalise(envelope)).toEqual(iam.normalise(deleteUser));
  expect(iam.wrap?.({ ...record, eventSource: 'cognito-idp.amazonaws.com' })).toBeUndefined();
  expect(iam.wrap?.(deleteUser as unknown as Record<string, unknown>)).toBeUndefined();
});

it(
  'never misbehaves',
  () => {
    const isMade = (name: string, text: string) =>
      /^arn:aws[\w-]*:(iam|apigateway):/.test(name) &&
      text.includes(name.toLowerCase().split('/').at(-1) ?? name);
    neverMisbehaves(iam, events, isMade);
  },
  60 * fuzzRuns,
);
