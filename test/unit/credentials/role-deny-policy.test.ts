import { describe, expect, it } from 'vitest';
import {
  anyDeniedBefore,
  deniedBefore,
  denyAllDocument,
  denyAllName,
  denyOlderDocument,
  denyOlderName,
  type Holder,
  isDenyAll,
} from '../../../functions/credentials/role-deny-policy.ts';

const role = 'AROAEXAMPLE0000000000';
const time = '2026-03-01T12:00:00.000Z';
const ada: Holder = { by: 'session-name', value: 'ada@example.com' };
const deploy: Holder = { by: 'session-name', value: 'deploy' };
const identity: Holder = { by: 'source-identity', value: 'ada' };

const statementIn = (document: string) => JSON.parse(document).Statement[0];

describe('documents that deny sessions of a role', () => {
  it.each([
    [ada, { StringEqualsIgnoreCase: { 'aws:userid': `${role}:ada@example.com` } }],
    [deploy, { StringEquals: { 'aws:userid': `${role}:deploy` } }],
    [identity, { StringEquals: { 'aws:SourceIdentity': 'ada' } }],
  ])('name the holder %j, an address in any capitals', (holder, condition) => {
    const all = { Effect: 'Deny', Action: '*', Resource: '*' };
    expect(statementIn(denyAllDocument(role, holder))).toMatchObject({ ...all, Condition: condition });
    const dated = { ...condition, DateLessThan: { 'aws:TokenIssueTime': time } };
    expect(statementIn(denyOlderDocument(time, role, holder))).toMatchObject({ ...all, Condition: dated });
  });

  it('stand under a name of their own for each holder and form, which IAM takes', () => {
    const holders = [ada, deploy, { ...ada, by: 'source-identity' } as const, identity];
    const names = [...holders.map(denyAllName), ...holders.map(denyOlderName), denyOlderName()];
    expect(new Set(names).size).toBe(9);
    for (const name of names) expect(name).toMatch(/^[\w+=,.@-]{1,128}$/);
  });

  it('are known again, however white space was kept', () => {
    const spaced = (document: string) => JSON.stringify(JSON.parse(document), null, 2);
    expect(isDenyAll(spaced(denyAllDocument(role, ada)), role, ada)).toBe(true);
    expect(deniedBefore(spaced(denyOlderDocument(time, role, ada)), role, ada)).toBe(time);
    expect(deniedBefore(denyOlderDocument(time, role), role)).toBe(time);
  });

  it.each([
    ['of somebody else', denyOlderDocument(time, role, deploy)],
    ['of another role', denyOlderDocument(time, 'AROAOTHER', ada)],
    ['of the whole role', denyOlderDocument(time, role)],
    ['without a time', denyAllDocument(role, ada)],
  ])('are not taken for one %s', (_, document) => {
    expect(deniedBefore(document, role, ada)).toBeUndefined();
  });

  it.each([
    ['with a time', denyOlderDocument(time, role, ada)],
    ['of somebody else', denyAllDocument(role, deploy)],
    ['of another role', denyAllDocument('AROAOTHER', ada)],
    ['that is not JSON', 'Deny'],
  ])('that deny everything are not taken for one %s', (_, document) => {
    expect(isDenyAll(document, role, ada)).toBe(false);
  });

  const edited = (change: object) => {
    const policy = JSON.parse(denyOlderDocument(time, role, ada));
    Object.assign(policy.Statement[0], change);
    return JSON.stringify(policy);
  };

  it.each([
    edited({ Effect: 'Allow' }),
    edited({ Action: 's3:*' }),
    edited({ Resource: 'arn:aws:s3:::bucket' }),
    edited({ Sid: 'Theirs' }),
    edited({ Condition: { DateLessThan: { 'aws:TokenIssueTime': 'yesterday' } } }),
    edited({
      Condition: { DateLessThan: { 'aws:TokenIssueTime': time }, Bool: { 'aws:SecureTransport': 'false' } },
    }),
    edited({
      Condition: { DateLessThan: { 'aws:TokenIssueTime': time }, StringEquals: { 'aws:username': 'ada' } },
    }),
    denyAllDocument(role, ada),
    'not JSON',
    '[]',
  ])('have no time of ours where they are not ours: %s', (document) => {
    expect(anyDeniedBefore(document)).toBeUndefined();
  });

  it('tell their time, whoever they deny', () => {
    for (const holder of [ada, deploy, identity, undefined]) {
      expect(anyDeniedBefore(denyOlderDocument(time, role, holder))).toBe(time);
    }
  });
});
