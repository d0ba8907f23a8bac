import {
  CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CloudTrailRecord, EventHistory } from '../../../infra/local/event-history.ts';
import type { HttpServer } from '../../../infra/local/http-server.ts';
import { startMotoGaps } from '../../../infra/local/moto-gaps.ts';

let history: EventHistory;
let gaps: HttpServer;
let cloudTrail: CloudTrailClient;
beforeEach(async () => {
  history = new EventHistory();
  gaps = await startMotoGaps({ endpoint: 'http://127.0.0.1:1', history });
  cloudTrail = new CloudTrailClient({ endpoint: gaps.url, maxAttempts: 1 });
  return async () => {
    cloudTrail.destroy();
    await gaps.close();
  };
});

describe('the event history', () => {
  const lookUp = (input: LookupEventsCommandInput) => cloudTrail.send(new LookupEventsCommand(input));
  const byKey = async (AttributeValue: string, input: LookupEventsCommandInput = {}) => {
    const LookupAttributes = [{ AttributeKey: 'AccessKeyId' as const, AttributeValue }];
    const { Events = [], NextToken } = await lookUp({ ...input, LookupAttributes });
    return { names: Events.map(({ EventName }) => EventName), NextToken };
  };
  const assumed = (minute: number, accessKeyId = 'AKIAJANE'): CloudTrailRecord => ({
    eventID: `event-${minute}`,
    eventName: `AssumeRole${minute}`,
    eventTime: `2026-03-02T09:0${minute}:00Z`,
    eventSource: 'sts.amazonaws.com',
    readOnly: true,
    userIdentity: { type: 'IAMUser', userName: 'jane', accessKeyId },
    requestParameters: { roleArn: 'arn:aws:iam::123456789012:role/Deploy' },
  });
  const post = (body: unknown) =>
    fetch(`${gaps.url}/_local/events`, { method: 'POST', body: JSON.stringify(body) });

  it('is empty where nothing was recorded', async () => {
    expect((await lookUp({})).Events).toEqual([]);
  });

  it('gives the fields of an event and the whole record', async () => {
    history.record(assumed(1));
    const { Events: [event] = [] } = await lookUp({});
    expect(event).toEqual({
      EventId: 'event-1',
      EventName: 'AssumeRole1',
      EventTime: new Date('2026-03-02T09:01:00Z'),
      EventSource: 'sts.amazonaws.com',
      ReadOnly: 'true',
      AccessKeyId: 'AKIAJANE',
      Username: 'jane',
      CloudTrailEvent: expect.any(String),
    });
    expect(JSON.parse(event?.CloudTrailEvent ?? '')).toEqual(assumed(1));
  });

  it('finds what one access key did within a time, the latest first', async () => {
    for (const minute of [2, 1, 4, 3]) history.record(assumed(minute));
    history.record(assumed(5, 'AKIAJOE'));
    expect((await byKey('AKIAJANE')).names).toEqual([4, 3, 2, 1].map((minute) => `AssumeRole${minute}`));
    expect((await byKey('AKIANOBODY')).names).toEqual([]);
    const StartTime = new Date('2026-03-02T09:02:00Z');
    const EndTime = new Date('2026-03-02T09:03:00Z');
    expect((await byKey('AKIAJANE', { StartTime, EndTime })).names).toEqual(['AssumeRole3', 'AssumeRole2']);
  });

  it('comes in pages', async () => {
    for (const minute of [1, 2, 3]) history.record(assumed(minute));
    const first = await byKey('AKIAJANE', { MaxResults: 2 });
    expect(first).toEqual({ names: ['AssumeRole3', 'AssumeRole2'], NextToken: expect.any(String) });
    const { NextToken } = first;
    expect(await byKey('AKIAJANE', { MaxResults: 2, NextToken })).toEqual({ names: ['AssumeRole1'] });
  });

  it('refuses what CloudTrail refuses', async () => {
    const attribute = { AttributeKey: 'EventName', AttributeValue: 'x' } as const;
    const two = lookUp({ LookupAttributes: [attribute, attribute] });
    await expect(two).rejects.toMatchObject({ name: 'InvalidLookupAttributesException' });
    await expect(lookUp({ MaxResults: 51 })).rejects.toMatchObject({ name: 'InvalidMaxResultsException' });
    await expect(lookUp({ NextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
  });

  it('takes records of other processes, and nothing else', async () => {
    expect((await post(assumed(1))).status).toBe(200);
    expect((await post({ eventName: 'NoTime' })).status).toBe(400);
    expect((await byKey('AKIAJANE')).names).toEqual(['AssumeRole1']);
  });

  it('is asked by the AWS CLI under a longer name', async () => {
    history.record(assumed(1));
    const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents';
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const answer = await fetch(gaps.url, { method: 'POST', headers, body: '{}' });
    expect(await answer.json()).toMatchObject({ Events: [{ EventName: 'AssumeRole1' }] });
  });
});
