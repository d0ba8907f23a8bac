import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../functions/domain/audit-record.ts';
import { recorder } from '../../../functions/shared/recorder.ts';

const eventBridge = mockClient(EventBridgeClient);
const entry: AuditEntry = {
  type: 'verified',
  revocationId: 'rev-1',
  credential: 'iam-access-key:123456789012:global:AKIA1',
  once: 'verified@2',
  data: { action: 'disable' },
};

const setUp = () => {
  const appended: AuditEntry[] = [];
  const counted: string[] = [];
  const audit = { append: async (one: AuditEntry) => void appended.push(one) };
  const count = (metric: string) => counted.push(metric);
  const record = recorder({ audit, events: new EventBridgeClient({}), bus: 'cutoff-identity', count });
  return { appended, counted, record };
};

describe('the recorder', () => {
  beforeEach(() => {
    eventBridge.reset();
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  });

  it('appends, counts and publishes an outcome', async () => {
    const { appended, counted, record } = setUp();
    await record(entry);
    expect(appended).toEqual([entry]);
    expect(counted).toEqual(['TaskVerified']);
    expect(eventBridge.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      {
        EventBusName: 'cutoff-identity',
        Source: 'cutoff',
        DetailType: 'Credential Verified',
        Detail: JSON.stringify(entry),
      },
    ]);
  });

  it('keeps steps on the way to the audit trail', async () => {
    const { appended, record } = setUp();
    await record({ ...entry, type: 'revoked' });
    expect(appended).toHaveLength(1);
    expect(eventBridge.calls()).toHaveLength(0);
  });

  it('publishes nothing of what could not be read, and counts it', async () => {
    const { counted, record } = setUp();
    await record({ ...entry, type: 'failed', revocationId: 'rejected' });
    expect(counted).toEqual(['EventRejected']);
    expect(eventBridge.calls()).toHaveLength(0);
  });

  it('tries again when the bus did not take the event, which answers 200 all the same', async () => {
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    await expect(setUp().record(entry)).rejects.toMatchObject({ retryable: true });
  });
});
