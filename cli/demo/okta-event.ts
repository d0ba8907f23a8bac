import { randomUUID } from 'node:crypto';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Change, revocationIdOf } from '../../functions/domain/change.ts';
import { okta } from '../../functions/sources/okta.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';

/** A System Log event as Okta's AWS EventBridge log stream sends it, with made-up people. */
export const deactivationOf = (email: string, at: Date) => ({
  actor: { id: '00u4admin', type: 'User', alternateId: 'it.admin@acme.example', displayName: 'It Admin' },
  client: { ipAddress: '203.0.113.40', userAgent: { rawUserAgent: 'Mozilla/5.0', os: 'Linux' } },
  displayMessage: 'Deactivate Okta user',
  eventType: 'user.lifecycle.deactivate',
  outcome: { result: 'SUCCESS' },
  published: at.toISOString(),
  severity: 'INFO',
  uuid: randomUUID() as string,
  version: '0',
  target: [{ id: '00u1leaver', type: 'User', alternateId: email, displayName: 'A Leaver' }],
});

export type OktaEvent = ReturnType<typeof deactivationOf>;

const source = 'aws.partner/okta.com/acme/cutoff-demo';

/** Onto the identity bus; EventBridge puts an envelope around it and the rule takes it from there. */
export const publish = async (event: OktaEvent, { clients, outputs }: LocalCutoff): Promise<void> => {
  const entry = {
    EventBusName: outputs.EventBus,
    Source: source,
    DetailType: 'SystemLog',
    Detail: JSON.stringify(event),
  };
  const { FailedEntryCount } = await clients.eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount) throw new Error('EventBridge did not take the event');
};

/** The revocation that an event causes; its id follows from the event alone. */
export const revocationOf = (event: OktaEvent): string => {
  const envelope = {
    id: event.uuid,
    source,
    'detail-type': 'SystemLog',
    time: event.published,
    detail: event,
  };
  const [change] = okta.normalise(envelope).changes as [Change];
  return revocationIdOf(change);
};
