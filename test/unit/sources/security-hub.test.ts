import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';
import { guardduty } from '../../../functions/sources/guardduty.ts';
import { securityHub } from '../../../functions/sources/security-hub.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { describeFixtures } from '../../support/describe-fixtures.ts';
import { fuzzRuns, neverMisbehaves } from '../../support/fuzz.ts';
import { allFixtures, detailOf, fieldOf, notDelivered } from '../../support/source-events.ts';

type Finding = Record<string, unknown>;

const fixture = (name: string) => readFixture('security-hub', `${name}.json`);
const imported = await fixture('imported-key');
const pressed = await fixture('custom-action-key');
const findingOf = (event: EventEnvelope) => (detailOf(event).findings as Finding[])[0] ?? {};

/** The event with its findings replaced by variants of the first. */
const varied = (event: EventEnvelope, ...variants: Finding[]): EventEnvelope => ({
  ...event,
  detail: { findings: variants.map((variant) => ({ ...findingOf(event), ...variant })) },
});
const only = (event: EventEnvelope) => securityHub.normalise(event).changes[0];

const keyResource = (Id: string, AwsIamAccessKey: Finding) => ({
  Resources: [{ Type: 'AwsIamAccessKey', Id, Details: { AwsIamAccessKey } }],
});

await describeFixtures(securityHub);

it('has a rule that lets in whatever means something', async () => {
  expect(await notDelivered(securityHub)).toEqual([]);
});

describe('pitfalls', () => {
  it('finding-twice: what GuardDuty reports itself has the same id here, repeats included', async () => {
    const own = await readFixture('guardduty', 'user-key.json');
    expect(detailOf(own).arn).toBe(findingOf(imported).Id);
    expect(securityHub.normalise(imported).eventId).toBe(guardduty.normalise(own).eventId);
    const repeated = varied(imported, { ProductFields: { 'aws/guardduty/service/count': '2' } });
    const service = { ...(detailOf(own).service as object), count: 2 };
    const ownRepeated = guardduty.normalise({ ...own, detail: { ...detailOf(own), service } });
    expect(securityHub.normalise(repeated).eventId).toBe(ownRepeated.eventId);
  });

  it('finding-twice: it is another source’s revocation all the same, in case the other is off', async () => {
    const own = await readFixture('guardduty', 'user-key.json');
    const cut = [only(imported), guardduty.normalise(own).changes[0]];
    expect(cut.map((change) => change?.source)).toEqual(['security-hub', 'guardduty']);
    expect(cut[0]?.credential).toEqual(cut[1]?.credential);
  });

  it('key-null: the user is meant, and where nobody is named that is said', () => {
    const nameless = varied(imported, keyResource('AWS::IAM::AccessKey:null', { PrincipalName: 'erin' }));
    expect(only(nameless)?.credential).toMatchObject({ kind: 'iam-user', id: 'erin' });
    expect(fieldOf(securityHub, varied(imported, keyResource('AWS::IAM::AccessKey:null', {})))).toBe(
      'detail.findings.0.Resources',
    );
  });

  it('key-null: a key id in the details is a key id', () => {
    const details = { AccessKeyId: 'AKIAACMEMYEGPIYL2GL2', PrincipalName: 'erin', AccountId: '210987654321' };
    expect(
      only(varied(imported, keyResource('arn:aws:iam::210987654321:user/erin', details)))?.credential,
    ).toEqual({
      kind: 'iam-access-key',
      account: '210987654321',
      region: 'global',
      id: 'AKIAACMEMYEGPIYL2GL2',
      user: 'erin',
    });
  });

  it('guardduty-role: without a key and a type, the principal’s id tells a role from a user', () => {
    const details = { PrincipalId: 'AROAACMEWEBSERVERXXXX:noor', PrincipalName: 'WebServer' };
    expect(only(varied(imported, keyResource('AWS::IAM::AccessKey:null', details)))).toMatchObject({
      subject: { uri: 'arn:aws:sts::123456789012:assumed-role/WebServer/noor' },
      credential: { kind: 'iam-assumed-session', id: 'WebServer/noor' },
    });
  });

  it('root: a human is told, by the account’s id too', () => {
    const byId = varied(imported, keyResource('AWS::IAM::AccessKey:null', { PrincipalId: '123456789012' }));
    expect(only(byId)).toMatchObject({ byHand: 'root-user' });
    expect(only(byId)).not.toHaveProperty('credential');
  });
});

describe('a rating', () => {
  it.each([
    [{ Normalized: 70, Label: 'LOW' }, 7],
    [{ Label: 'HIGH' }, 7],
    [{ Label: 'MEDIUM' }, 4],
    [{ Label: 'INFORMATIONAL' }, 0],
  ])('%j → %s', (Severity, severity) => {
    expect(only(varied(imported, { Severity }))?.severity).toBe(severity);
  });

  it.each([[null], [{}], [{ Label: 'toString' }]])('%j is none, and is refused', (Severity) => {
    expect(fieldOf(securityHub, varied(imported, { Severity }))).toBe('detail.findings.0.Severity');
  });

  it('is not asked of a human', () => {
    expect(only(varied(pressed, { Severity: { Normalized: 10 } }))).not.toHaveProperty('severity');
  });
});

describe('a custom action', () => {
  it('is dated by the press, and pressing again is another event', () => {
    expect(only(pressed)?.occurredAt).toBe('2026-03-02T09:40:00Z');
    const again = { ...pressed, time: '2026-03-02T10:00:00Z' };
    expect(securityHub.normalise(again).eventId).not.toBe(securityHub.normalise(pressed).eventId);
    expect(securityHub.normalise({ ...pressed, id: 'again' }).eventId).toBe(
      securityHub.normalise(pressed).eventId,
    );
  });

  it('means the key where one is named beside its user', () => {
    expect(securityHub.normalise(pressed).changes).toHaveLength(1);
    expect(only(pressed)?.credential?.kind).toBe('iam-access-key');
  });

  it('names a user by the details where the id is no ARN', () => {
    const user = { Type: 'AwsIamUser', Id: 'erin', Details: { AwsIamUser: { UserName: 'erin' } } };
    expect(only(varied(pressed, { Resources: [user] }))).toMatchObject({
      subject: { uri: 'arn:aws:iam::123456789012:user/erin' },
      credential: { kind: 'iam-user', id: 'erin' },
    });
    expect(fieldOf(securityHub, varied(pressed, { Resources: [{ Type: 'AwsIamUser', Id: '*' }] }))).toBe(
      'detail.findings.0.Resources',
    );
  });
});

describe('observations', () => {
  const product = { Id: 'acme-scanner/1' };

  it('of another product are told apart by their time, notes are not', () => {
    const idOf = (fields: Finding) =>
      securityHub.normalise(varied(imported, { ...product, ...fields })).eventId;
    expect(idOf({ UpdatedAt: '2026-03-05T00:00:00Z' })).toBe(idOf({}));
    expect(idOf({ LastObservedAt: '2026-03-05T00:00:00Z' })).not.toBe(idOf({}));
  });
});

it('cuts what can be read beside what cannot', () => {
  const { changes, problem } = securityHub.normalise(varied(imported, { Resources: 'none' }, {}));
  expect(changes).toHaveLength(1);
  expect(problem?.field).toBe('detail.findings.0.Resources');
});

it.each([
  ['a ProductField', { ProductFields: { 'aws/guardduty/service/additionalInfo/sample': 'true' } }],
  ['an older ProductField', { ProductFields: { additionalInfo: '{"sample":true}' } }],
  ['the title', { Title: '[SAMPLE] A key was used.' }],
])('a sample is marked by %s', (_, fields) => {
  expect(securityHub.normalise(varied(imported, fields)).reason).toBe('a sample finding');
});

it('does not call advice on a bucket a misuse, unless a human does', () => {
  const advice = { Types: ['Effects/Policy:S3-BucketAnonymousAccessGranted'] };
  expect(securityHub.normalise(varied(imported, advice)).changes).toEqual([]);
  expect(securityHub.normalise(varied(pressed, advice)).changes).toHaveLength(1);
});

it('falls back on the older name of the workflow', () => {
  const older = (WorkflowState: string) => ({ Workflow: undefined, WorkflowState });
  expect(securityHub.normalise(varied(imported, older('NEW'))).changes).toHaveLength(1);
  expect(securityHub.normalise(varied(imported, older('RESOLVED'))).changes).toEqual([]);
});

it.each([
  ['detail.findings', { ...imported, detail: { findings: [] } }],
  ['detail.findings.0.AwsAccountId', varied(imported, { AwsAccountId: 'acme' })],
  ['detail.findings.0.UpdatedAt', varied(imported, { UpdatedAt: 'today' })],
])('refuses by name what cannot be read: %s', (field, event) => {
  expect(fieldOf(securityHub, event)).toBe(field);
});

it('recognises a bare finding and nothing else', () => {
  const envelope = securityHub.wrap?.(findingOf(imported));
  expect(envelope && securityHub.normalise(envelope)).toEqual(securityHub.normalise(imported));
  expect(securityHub.wrap?.({ ...findingOf(imported), SchemaVersion: '1' })).toBeUndefined();
});

it(
  'never misbehaves',
  async () => {
    const isMade = (name: string, text: string) =>
      name.startsWith('arn:aws') &&
      name
        .toLowerCase()
        .split('/')
        .slice(1)
        .every((part) => text.includes(part));
    neverMisbehaves(securityHub, await allFixtures(securityHub), isMade);
  },
  60 * fuzzRuns,
);
