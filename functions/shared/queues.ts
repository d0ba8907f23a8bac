import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { type Credential, credentialKey, credentialKinds } from '../domain/credential.ts';
import { CutoffError } from '../domain/errors.ts';
import type { EventEnvelope } from '../sources/event-source.ts';

const id = z.string().min(1).max(1024);
const kind = z.enum(credentialKinds);

/** One task, one restore, one removal or one discovery: what `revoke` is asked to do. The state is in the table, not here. */
export const workMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('revoke'), revocationId: id, kind, principal: id }),
  z.strictObject({ type: z.literal('restore'), revocationId: id, kind, principal: id }),
  z.strictObject({ type: z.literal('remove'), revocationId: id, kind, principal: id }),
  z.strictObject({ type: z.literal('discover'), revocationId: id, kind, again: z.boolean() }),
]);
export type WorkMessage = z.output<typeof workMessageSchema>;

/** Asks `revoke` to work on one task. */
export const taskMessage = (
  type: 'revoke' | 'restore' | 'remove',
  { revocationId, principal }: { readonly revocationId: string; readonly principal: Credential },
): WorkMessage => ({ type, revocationId, kind: principal.kind, principal: credentialKey(principal) });

/** `look` counts from 0; a message whose look was already taken is a duplicate. */
export const lookMessageSchema = z.strictObject({
  revocationId: id,
  principal: id,
  look: z.int().min(0),
});
export type LookMessage = z.output<typeof lookMessageSchema>;

export interface WorkQueue {
  send(messages: readonly WorkMessage[], delaySeconds?: number): Promise<void>;
}

export interface LookQueue {
  send(message: LookMessage, delaySeconds: number): Promise<void>;
}

/** What our own functions found out comes to ingest as an event, without a bus between them. */
export interface IdentityQueue {
  /** Each may have a delay of its own: seconds, 900 at most ("SendMessageBatchRequestEntry", SQS API Reference). */
  send(
    envelopes: readonly EventEnvelope[],
    delaySeconds?: (envelope: EventEnvelope) => number,
  ): Promise<void>;
}

/** SQS: "You can use this action to send up to 10 messages" (SendMessageBatch). */
const batchSize = 10;

const sendAll = async (
  client: SQSClient,
  queueUrl: string,
  entries: { body: unknown; delay?: number | undefined }[],
) => {
  for (let start = 0; start < entries.length; start += batchSize) {
    const batch = entries.slice(start, start + batchSize);
    const command = new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: batch.map(({ body, delay }, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(body),
        ...(delay !== undefined && { DelaySeconds: delay }),
      })),
    });
    // The call answers 200 with a list of what was not taken.
    const { Failed } = await client.send(command);
    if (Failed?.length) {
      throw new CutoffError(`${Failed.length} messages were not queued`, {
        code: 'unavailable',
        retryable: true,
      });
    }
  }
};

/** API Gateway's control plane allows 10 requests a second, so its work has a queue of its own. */
export const workQueue = (client: SQSClient, urls: { others: string; apiGateway: string }): WorkQueue => ({
  send: async (messages, delay) => {
    const { apiGateway = [], others = [] } = Object.groupBy(messages, (message) =>
      message.kind === 'api-gateway-key' ? 'apiGateway' : 'others',
    );
    await sendAll(
      client,
      urls.others,
      others.map((body) => ({ body, delay })),
    );
    await sendAll(
      client,
      urls.apiGateway,
      apiGateway.map((body) => ({ body, delay })),
    );
  },
});

export const lookQueue = (client: SQSClient, url: string): LookQueue => ({
  send: (body, delay) => sendAll(client, url, [{ body, delay }]),
});

export const identityQueue = (client: SQSClient, url: string): IdentityQueue => ({
  send: (envelopes, delaySeconds) =>
    sendAll(
      client,
      url,
      envelopes.map((body) => ({ body, delay: delaySeconds?.(body) })),
    ),
});

export interface BackOff {
  /** Hides a message for some seconds, instead of for the queue's whole visibility timeout. */
  postpone(receiptHandle: string, queueArn: string, seconds: number): Promise<void>;
}

/** `urls` are the queues that the function reads; an ARN and a URL of one queue end in the same name. */
export const sqsBackOff = (client: SQSClient, urls: readonly string[]): BackOff => ({
  postpone: async (receiptHandle, queueArn, seconds) => {
    const name = queueArn.split(':').at(-1) ?? '';
    const QueueUrl = urls.find((url) => url.endsWith(`/${name}`));
    if (!QueueUrl) return; // the visibility timeout applies
    const hide = { QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await client.send(new ChangeMessageVisibilityCommand(hide));
  },
});
