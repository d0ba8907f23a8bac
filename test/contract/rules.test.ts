import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEnvelope } from '../../functions/sources/event-source.ts';
import { sources } from '../../functions/sources/index.ts';
import { sourceOf } from '../../functions/sources/source-of.ts';
import { type LocalAws, startLocalAws } from '../../infra/local/local-aws.ts';
import { fixturesOf, readFixture } from '../fixtures/events/expectations.ts';

const bus = 'fixtures';
const marker = 'cutoff-marker';

interface Fixture {
  readonly source: string;
  readonly name: string;
  readonly event: EventEnvelope;
}

let aws: LocalAws;
let fixtures: Fixture[];
/** By source: names of the fixtures that its rule delivered to its queue. */
const delivered = new Map<string, string[]>();

const idOf = ({ source, name }: Fixture) => `${source}/${name}`;

/** One rule and one queue a source, with the very pattern that its rule on AWS has. */
const listen = async (events: EventBridgeClient, sqs: SQSClient): Promise<Map<string, string>> => {
  const urls = new Map<string, string>();
  for (const { name, pattern } of sources) {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
    const Arn = (await sqs.send(get)).Attributes?.QueueArn ?? '';
    const EventPattern = JSON.stringify(pattern);
    await events.send(new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets: [{ Id: 'q', Arn }] }));
    urls.set(name, QueueUrl);
  }
  return urls;
};

const entryOf = (fixture: Fixture) => {
  const { source, 'detail-type': DetailType, detail } = fixture.event;
  const Detail = JSON.stringify({ ...(detail as object), [marker]: idOf(fixture) });
  return { EventBusName: bus, Source: source, DetailType, Detail };
};

/** The local AWS takes names that begin with `aws.`, which PutEvents on AWS refuses: so the real names are tried. */
const publish = async (events: EventBridgeClient, all: readonly Fixture[]): Promise<void> => {
  for (let start = 0; start < all.length; start += 10) {
    const Entries = all.slice(start, start + 10).map(entryOf);
    const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount) throw new Error(`${FailedEntryCount} fixtures were not taken`);
  }
};

const drain = async (sqs: SQSClient, QueueUrl: string): Promise<string[]> => {
  const ids: string[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 });
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) return ids;
    for (const { Body = '{}' } of Messages) ids.push(JSON.parse(Body).detail[marker]);
  }
};

beforeAll(async () => {
  aws = await startLocalAws();
  const events = new EventBridgeClient({ endpoint: aws.endpoint });
  const sqs = new SQSClient({ endpoint: aws.endpoint });
  await events.send(new CreateEventBusCommand({ Name: bus }));
  const urls = await listen(events, sqs);
  fixtures = [];
  for (const { name: source } of sources) {
    for (const name of await fixturesOf(source)) {
      fixtures.push({ source, name, event: await readFixture(source, name) });
    }
  }
  await publish(events, fixtures);
  for (const [source, url] of urls) delivered.set(source, await drain(sqs, url));
}, 300_000);
afterAll(() => aws?.stop());

type Fields = Readonly<Record<string, unknown>>;

/** What EventBridge documents of the parts of patterns that sources use: lists of values at the leaves, and `$or`. */
const fits = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern)) return pattern.includes(value);
  return Object.entries(pattern as Fields).every(([key, inner]) =>
    key === '$or'
      ? (inner as unknown[]).some((one) => fits(one, value))
      : fits(inner, (value as Fields | null | undefined)?.[key]),
  );
};

const leavesOf = (pattern: unknown): unknown[] => {
  if (Array.isArray(pattern)) return pattern;
  return Object.entries(pattern as Fields).flatMap(([key, inner]) =>
    key === '$or' ? (inner as unknown[]).flatMap(leavesOf) : leavesOf(inner),
  );
};

describe.each(sources)('the rule of $name', ({ name, pattern }) => {
  const own = () => fixtures.filter(({ source }) => source === name);

  it('delivers its own fixtures that its pattern lists, each once, and none of another source', () => {
    const expected = own()
      .filter(({ event }) => fits(pattern.detail ?? {}, event.detail))
      .map(idOf);
    expect(expected.length).toBeGreaterThan(0);
    expect(delivered.get(name)?.sort()).toEqual(expected.sort());
  });

  it('delivers everything that means a change, or news for the registry', () => {
    const meant = own().filter(({ event }) => {
      const { changes, seen = [] } = sourceOf(event, sources)?.normalise(event) ?? { changes: [] };
      return changes.length + seen.length > 0;
    });
    expect(delivered.get(name)).toEqual(expect.arrayContaining(meant.map(idOf)));
  });

  it('reaches into no array', () => {
    for (const leaf of leavesOf(pattern.detail ?? {})) {
      expect(['string', 'number']).toContain(typeof leaf);
    }
    expect(JSON.stringify(pattern)).not.toContain('target');
  });
});
