import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../functions/domain/audit-record.ts';
import { chatOf, subjectOf, textOf } from '../../../functions/notices/notice-text.ts';
import { sendNotice } from '../../../functions/notices/send-notice.ts';
import { noticeOf } from './notices.ts';

const sns = mockClient(SNSClient);
const events = mockClient(EventBridgeClient);
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:notices';
const notice = noticeOf();
const key = 'iam-access-key:123456789012:global:AKIAACMEQIUFAXR4G23G';

const setUp = () => {
  const recorded: AuditEntry[] = [];
  const send = sendNotice({
    ...{ sns: new SNSClient({}), topicArn, events: new EventBridgeClient({}), bus: 'cutoff-identity' },
    record: async (entry) => void recorded.push(entry),
  });
  return { recorded, send };
};

const published = () => sns.commandCalls(PublishCommand)[0]?.args[0].input;

beforeEach(() => {
  sns.reset();
  events.reset();
  sns.on(PublishCommand).resolves({ MessageId: 'm-1' });
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
});

describe('a notice', () => {
  it('goes to the topic as a text, and as a chat’s JSON over HTTPS', async () => {
    await setUp().send(notice);
    expect(published()).toMatchObject({
      TopicArn: topicArn,
      Subject: subjectOf(notice),
      MessageStructure: 'json',
    });
    const { default: text, https, ...others } = JSON.parse(published()?.Message ?? '');
    expect(text).toBe(textOf(notice));
    expect(JSON.parse(https)).toEqual(chatOf(notice));
    expect(others).toEqual({});
  });

  it('can be filtered by its owners, kind, policy and step', async () => {
    await setUp().send(noticeOf({ owners: ['email:dana@acme.example', 'opaque:acme'] }));
    expect(published()?.MessageAttributes).toEqual({
      owner: { DataType: 'String.Array', StringValue: '["email:dana@acme.example","opaque:acme"]' },
      kind: { DataType: 'String', StringValue: 'iam-access-key' },
      policy: { DataType: 'String', StringValue: 'unused' },
      step: { DataType: 'String', StringValue: 'disable' },
    });
  });

  it('leaves out what is not there: SNS takes no empty attribute, and a filter can ask for its absence', async () => {
    const { planned: _, ...nothing } = noticeOf({ owners: [] });
    await setUp().send(nothing);
    expect(Object.keys(published()?.MessageAttributes ?? {})).toEqual(['kind', 'policy']);
  });

  it('is an event, as data', async () => {
    await setUp().send(notice);
    expect(events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      {
        EventBusName: 'cutoff-identity',
        Source: 'cutoff',
        DetailType: 'Credential Notice',
        Detail: JSON.stringify(notice),
      },
    ]);
  });

  it('is on record under its policy, once whatever is retried', async () => {
    const { recorded, send } = setUp();
    await send(notice);
    expect(recorded).toEqual([
      {
        type: 'notified',
        revocationId: 'notice:unused',
        credential: key,
        once: 'notified:unused-1',
        data: {
          ...{ notice: 'unused-1', policy: 'unused', about: 'sweep' },
          ...{ owners: notice.owners, fact: notice.fact, planned: notice.planned },
        },
      },
    ]);
  });

  it('is on record with the revocation, where there is one', async () => {
    const { recorded, send } = setUp();
    await send(noticeOf({ revocationId: 'rev-1' }));
    expect(recorded).toMatchObject([{ revocationId: 'rev-1', credential: key }]);
  });
});

describe('a notice that nobody has', () => {
  it('is tried again where SNS did not take it, and not on record', async () => {
    sns.on(PublishCommand).rejects(Object.assign(new Error('busy'), { name: 'ThrottledException' }));
    const { recorded, send } = setUp();
    await expect(send(notice)).rejects.toMatchObject({ code: 'throttled', retryable: true });
    expect(recorded).toEqual([]);
  });

  it('is tried again where the bus did not take it, which answers 200 all the same', async () => {
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    const { recorded, send } = setUp();
    await expect(send(notice)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(recorded).toEqual([]);
  });
});
