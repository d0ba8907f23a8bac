import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Recorder } from '../shared/recorder.ts';
import type { SendNotice } from './notice.ts';
import { sendNotice } from './send-notice.ts';

interface NoticeEnv {
  readonly NOTICES_TOPIC: string;
  readonly EVENT_BUS: string;
}

/** What tells owners, over the deployment's own topic and bus. */
export const noticesFrom = (
  { NOTICES_TOPIC: topicArn, EVENT_BUS: bus }: NoticeEnv,
  record: Recorder,
): SendNotice =>
  sendNotice({ sns: new SNSClient({}), topicArn, events: new EventBridgeClient({}), bus, record });
