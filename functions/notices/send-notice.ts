import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { calling } from '../credentials/aws-errors.ts';
import { credentialKey } from '../domain/credential.ts';
import { CutoffError } from '../domain/errors.ts';
import type { Recorder } from '../shared/recorder.ts';
import type { Notice, SendNotice } from './notice.ts';
import { chatOf, subjectOf, textOf } from './notice-text.ts';

export interface NoticeDeps {
  readonly sns: SNSClient;
  readonly topicArn: string;
  readonly events: EventBridgeClient;
  readonly bus: string;
  readonly record: Recorder;
}

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });

/**
 * What subscriptions filter by ("Amazon SNS message attributes"). An orphan has no `owner`, and what nothing happens to no `step`:
 * `{"exists": false}` fits those.
 */
const attributesOf = ({
  owners,
  credential,
  policy,
  planned,
}: Notice): Record<string, MessageAttributeValue> => ({
  ...(owners.length > 0 && { owner: { DataType: 'String.Array', StringValue: JSON.stringify(owners) } }),
  kind: text(credential.kind),
  policy: text(policy),
  ...(planned && { step: text(planned.step) }),
});

/** A text for people; what comes over HTTPS is for Amazon Q Developer in chat applications, which reads its own JSON alone. */
const publish = async (notice: Notice, { sns, topicArn }: NoticeDeps): Promise<void> => {
  const message = { default: textOf(notice), https: JSON.stringify(chatOf(notice)) };
  const command = new PublishCommand({
    TopicArn: topicArn,
    Subject: subjectOf(notice),
    MessageStructure: 'json',
    Message: JSON.stringify(message),
    MessageAttributes: attributesOf(notice),
  });
  await calling('sns:Publish', () => sns.send(command));
};

const putEvent = async (notice: Notice, { events, bus }: NoticeDeps): Promise<void> => {
  const Detail = JSON.stringify(notice);
  const entry = { EventBusName: bus, Source: 'cutoff', DetailType: 'Credential Notice', Detail };
  const put = new PutEventsCommand({ Entries: [entry] });
  const { FailedEntryCount } = await calling('events:PutEvents', () => events.send(put));
  if (!FailedEntryCount) return;
  throw new CutoffError('the notice was not accepted as an event', { code: 'unavailable', retryable: true });
};

/** In the chain of the revocation, where there is one; else under the policy: `npm run audit -- show notice:POLICY`. */
const recordIt = ({ id, credential, policy, revocationId, ...rest }: Notice, { record }: NoticeDeps) =>
  record({
    type: 'notified',
    revocationId: revocationId ?? `notice:${policy}`,
    credential: credentialKey(credential),
    once: `notified:${id}`,
    data: { notice: id, policy, ...rest },
  });

/** Tells the topic and the bus, and writes it down last: what is on record was sent. */
export const sendNotice =
  (deps: NoticeDeps): SendNotice =>
  async (notice) => {
    await publish(notice, deps);
    await putEvent(notice, deps);
    await recordIt(notice, deps);
  };
