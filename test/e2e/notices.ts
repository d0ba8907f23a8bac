import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';
import { atLocalAws } from '../../infra/local/queue-address.ts';

/** As a subscriber of the topic reads it. */
export interface ReceivedNotice {
  readonly subject: string;
  readonly text: string;
  /** What filter policies go by: texts, and lists of texts. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Notices {
  /** All that came so far, in no order that counts. */
  received(): Promise<readonly ReceivedNotice[]>;
}

/** "Amazon SNS message and JSON formats": what SNS puts into a queue. */
const notificationSchema = z.object({
  Subject: z.string().default(''),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Type: z.string(), Value: z.string() })).default({}),
});

const noticeIn = (body: string): ReceivedNotice => {
  const { Subject, Message, MessageAttributes } = notificationSchema.parse(JSON.parse(body));
  const attributes = Object.entries(MessageAttributes).map(([name, { Type, Value }]) => {
    const value: unknown = Type === 'String.Array' ? JSON.parse(Value) : Value;
    return [name, value] as const;
  });
  return { subject: Subject, text: Message, attributes: Object.fromEntries(attributes) };
};

type Watched = Pick<LocalCutoff, 'clients' | 'outputs'>;

const subscribedQueue = async ({ clients, outputs }: Watched): Promise<string> => {
  const { sqs, sns, endpoint } = clients;
  const QueueName = `notices-${crypto.randomUUID()}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const queueUrl = atLocalAws(QueueUrl, endpoint);
  const ask = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes } = await sqs.send(ask);
  const where = { TopicArn: outputs.NoticesTopic, Protocol: 'sqs', Endpoint: Attributes?.QueueArn };
  await sns.send(new SubscribeCommand(where));
  return queueUrl;
};

/** Hears what owners are told, from now on, by a queue of its own. */
export const noticesOf = async (cutoff: Watched): Promise<Notices> => {
  const { sqs } = cutoff.clients;
  const QueueUrl = await subscribedQueue(cutoff);
  const all: ReceivedNotice[] = [];
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
  const received = async (): Promise<readonly ReceivedNotice[]> => {
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) return all;
    all.push(...Messages.map(({ Body = '' }) => noticeIn(Body)));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return received();
  };
  return { received };
};
