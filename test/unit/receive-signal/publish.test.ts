import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { Refused, type Signal } from '../../../functions/receive-signal/channel.ts';
import { publishTo } from '../../../functions/receive-signal/publish.ts';

const bus = mockClient(EventBridgeClient);
const publish = publishTo(new EventBridgeClient({}), 'people');
const signal = (text: string): Signal => ({
  source: 'cutoff.ssf',
  detailType: 'Security Event Token',
  detail: { text },
});
const sent = () => bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);

beforeEach(() => {
  bus.reset();
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
});

describe('publish', () => {
  it('puts a signal on the bus, as its source will read it', async () => {
    await publish([signal('a')]);
    expect(sent()).toEqual([
      [
        {
          EventBusName: 'people',
          Source: 'cutoff.ssf',
          DetailType: 'Security Event Token',
          Detail: '{"text":"a"}',
        },
      ],
    ]);
  });

  it('asks for nothing where there is nothing to say', async () => {
    await publish([]);
    expect(sent()).toEqual([]);
  });

  it('sends ten a request, in order', async () => {
    await publish(Array.from({ length: 21 }, (_, index) => signal(String(index))));
    expect(sent().map((entries) => entries.length)).toEqual([10, 10, 1]);
    const said = sent().flatMap((entries) => entries.map(({ Detail = '' }) => JSON.parse(Detail).text));
    expect(said).toEqual(Array.from({ length: 21 }, (_, index) => String(index)));
  });

  it('sends fewer where ten would be too long for one request', async () => {
    await publish(Array.from({ length: 4 }, () => signal('x'.repeat(100 * 1024))));
    expect(sent().map((entries) => entries.length)).toEqual([2, 2]);
  });

  it('refuses a signal that is too long for the bus, before any is sent', async () => {
    const tooLong = publish([signal('a'), signal('Æ'.repeat(120 * 1024))]);
    await expect(tooLong).rejects.toThrow(Refused);
    await expect(tooLong).rejects.toMatchObject({ answer: { status: 413 } });
    expect(sent()).toEqual([]);
  });

  it('rejects where the bus took only some, in any batch', async () => {
    bus.on(PutEventsCommand).resolvesOnce({ FailedEntryCount: 0 }).resolves({ FailedEntryCount: 1 });
    const all = publish(Array.from({ length: 11 }, () => signal('a')));
    await expect(all).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });
});
