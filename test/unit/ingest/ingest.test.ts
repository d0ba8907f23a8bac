import { describe, expect, it } from 'vitest';
import { credentialKey } from '../../../functions/domain/credential.ts';
import { InvalidInput } from '../../../functions/domain/errors.ts';
import { ingest } from '../../../functions/ingest/ingest.ts';
import { processBatch } from '../../../functions/shared/sqs-batch.ts';
import type { EventSource, Understood } from '../../../functions/sources/event-source.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { danaTarget, envelope, logEvent } from '../../fixtures/events/okta/log-event.ts';
import { sqsEvent, sqsRecord } from '../../support/sqs-event.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const leaving = envelope(logEvent('user.lifecycle.deactivate'));

const company = () => {
  const world = makeWorld();
  world.account.addUser('dana', { 'cutoff:owner': 'dana@acme.example' }, ['AKIADANA1']);
  return world;
};

const rejectionOf = async (body: unknown) => {
  const world = company();
  const error = await ingest(sqsRecord(body), world).catch((caught: unknown) => caught);
  return { world, field: error instanceof InvalidInput ? error.field : error };
};

describe('an event', () => {
  it('becomes a revocation of the person it targets', async () => {
    const world = company();
    await ingest(sqsRecord(leaving), world);
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
  });

  it('delivered in another envelope is the same revocation', async () => {
    const world = company();
    await ingest(sqsRecord(leaving), world);
    await world.drain();
    const records = world.audit.length;
    await ingest(sqsRecord({ ...leaving, id: 'another-envelope', time: '2026-03-02T10:00:00Z' }), world);
    await world.drain();
    expect(world.audit).toHaveLength(records);
  });

  it('that names a token and not where, is about this account and region', async () => {
    const world = company();
    const detail = {
      ...{ iss: 'https://id.acme.example', jti: 'set-1', iat: 1_772_441_998, aud: 'cutoff' },
      sub_id: { format: 'opaque', id: 'session-1' },
      events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} },
    };
    const { account: _, region: __, ...nowhere } = envelope(detail);
    const event = { ...nowhere, source: 'cutoff.ssf', 'detail-type': 'SecurityEventToken' };
    await ingest(sqsRecord(event), world);
    expect(world.account.denylist.rows.get('sid#https://id.acme.example#session-1')?.blocked).toBe(true);
  });

  it('of no meaning is written down as skipped, with its reason', async () => {
    const world = company();
    await ingest(sqsRecord(envelope(logEvent('user.session.start'))), world);
    expect(world.recorded('skipped')).toMatchObject([
      { data: { reason: "user.session.start does not end anybody's access", source: 'okta' } },
    ]);
    expect(world.account.calls).toEqual([]);
  });

  it('that names somebody unreadable beside a leaver cuts the leaver, and goes to the DLQ', async () => {
    const world = company();
    const target = [{ ...danaTarget, id: '00uOther', alternateId: 'a@b@c' }, danaTarget];
    const event = sqsRecord(envelope(logEvent('user.lifecycle.deactivate', { target })));
    await expect(ingest(event, world)).rejects.toBeInstanceOf(InvalidInput);
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    expect(world.audit.filter((entry) => entry.revocationId === 'rejected')).toHaveLength(1);
  });

  it('that names two people cuts the second although the first one fails', async () => {
    const world = company();
    const target = [{ ...danaTarget, id: '00uOther', alternateId: 'other@acme.example' }, danaTarget];
    const open = world.revocations.open.bind(world.revocations);
    world.revocations.open = async (revocation) => {
      if (
        revocation.change.aliases[0]?.format === 'opaque' &&
        revocation.change.aliases[0].id === '00uOther'
      ) {
        throw new Error('the table is down');
      }
      return open(revocation);
    };
    const event = sqsRecord(envelope(logEvent('user.lifecycle.deactivate', { target })));
    await expect(ingest(event, world)).rejects.toThrow('the table is down');
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
  });
});

describe('what the registry learns of an event', () => {
  const email = 'email:dana@acme.example';
  const ownedIn = async ({ registry }: ReturnType<typeof company>) =>
    (await registry.ownedBy([email])).map(credentialKey);
  const dana = 'iam-user:123456789012:global:dana';
  const apiKey = 'api-gateway-key:123456789012:eu-west-1:k3yacme001';
  const withApiKey = () => {
    const world = company();
    world.account.addApiKey('k3yacme001', { 'cutoff:owner': 'dana@acme.example' });
    return world;
  };

  /** Dana leaves in the same event that tells of an API key; no provider’s event says both today. */
  const both = (world: ReturnType<typeof company>) => {
    const seen = { kind: 'api-gateway-key', account: '123456789012', region: 'eu-west-1', id: 'k3yacme001' };
    const changes = [changeOf('dana@acme.example', 'deactivated')];
    const normalise = () => ({ eventId: 'both', changes, seen: [seen] }) as Understood;
    const source: EventSource = {
      name: 'okta',
      pattern: { source: ['acme.both'] },
      bus: 'default',
      normalise,
    };
    const event = sqsRecord({ ...leaving, source: 'acme.both' });
    return ingest(event, { ...world, eventSources: [source] });
  };
  const failing = (world: ReturnType<typeof company>, call: string) => {
    world.account.fault = (made) => (made === call ? new Error(`${call} throttled`) : undefined);
  };

  it.each([
    ['user-created', [dana]],
    ['user-tagged', [dana]],
    ['create-access-key', [dana, 'iam-access-key:123456789012:global:AKIAACMEQIUFAXR4G23G']],
    ['api-key-created', [apiKey]],
    ['api-key-tagged', [apiKey]],
  ])('%s: whose it is, as it stands in the account now', async (name, credentials) => {
    const world = withApiKey();
    await world.tell(await readFixture('iam', `${name}.json`));
    expect(await ownedIn(world)).toEqual(credentials);
  });

  it('is no occasion for a record of nothing', async () => {
    const world = company();
    await world.tell(await readFixture('iam', 'user-tagged.json'));
    expect(world.audit).toEqual([]);
  });

  it('is nothing where the principal is gone again, or of another account or region', async () => {
    const world = withApiKey();
    world.account.users.clear();
    await world.tell(await readFixture('iam', 'user-created.json'));
    world.account.calls.length = 0;
    const event = await readFixture('iam', 'api-key-created.json');
    for (const elsewhere of [{ awsRegion: 'us-east-1' }, { recipientAccountId: '210987654321' }]) {
      await world.tell({ ...event, detail: { ...(event.detail as object), ...elsewhere } });
    }
    expect(await ownedIn(world)).toEqual([]);
    expect(world.account.calls).toEqual([]);
  });

  it('waits for nobody who leaves: trouble with it is tried again after the cut', async () => {
    const world = withApiKey();
    failing(world, 'api-gateway-key:describe');
    await expect(both(world)).rejects.toThrow('throttled');
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    world.account.fault = () => undefined;
    await both(world);
    expect(await ownedIn(world)).toContain(apiKey);
  });

  it('is learnt although the cut fails, whose trouble is the one that is told', async () => {
    const world = withApiKey();
    world.revocations.open = async () => {
      throw new Error('the table is down');
    };
    await expect(both(world)).rejects.toThrow('the table is down');
    expect(await ownedIn(world)).toEqual([apiKey]);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['no JSON', '{"detail":', 'body'],
    ['no envelope', [], 'body'],
    ['an envelope without a source', { ...leaving, source: undefined }, 'body.source'],
    ['an unknown source', { ...leaving, source: 'acme.hr' }, 'body.source'],
    [
      'no User among the targets',
      envelope(logEvent('user.lifecycle.suspend', { target: null })),
      'detail.target',
    ],
  ])('%s: is named, recorded by its hash and touches nothing', async (_, body, expected) => {
    const { world, field } = await rejectionOf(body);
    expect(field).toBe(expected);
    expect(world.audit).toHaveLength(1);
    expect(world.audit[0]).toMatchObject({
      type: 'failed',
      revocationId: 'rejected',
      data: { field: expected },
    });
    expect(world.audit[0]?.credential).toMatch(/^[0-9a-f]{64}$/);
    expect(world.account.calls).toEqual([]);
  });

  it('keeps nothing of the message in the audit', async () => {
    const target = [{ ...danaTarget, alternateId: `${'s3cret'.repeat(2000)}@acme.example` }];
    const { world } = await rejectionOf(envelope(logEvent('user.lifecycle.suspend', { target })));
    expect(JSON.stringify(world.audit)).not.toContain('s3cret');
    expect(JSON.stringify(world.audit).length).toBeLessThan(600);
  });
});

describe('a batch', () => {
  const deps = () => {
    const postponed: Record<string, number> = {};
    const counted: string[] = [];
    return {
      postponed,
      counted,
      backOff: {
        postpone: async (handle: string, _: string, seconds: number) => {
          postponed[handle] = seconds;
        },
      },
      count: (metric: string) => counted.push(metric),
      log: { warn: () => undefined },
    };
  };

  it('reports only the bad message, and the others are done', async () => {
    const world = company();
    const batch = deps();
    const event = sqsEvent(sqsRecord('{', 'bad'), sqsRecord(leaving, 'good'));
    const answer = await processBatch(event, (record) => ingest(record, world), batch);
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'bad' }]);
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    expect(batch.counted).toEqual(['MessageReturned']);
  });

  it('sends what waiting cannot mend to the DLQ without waiting, and backs off from the rest', async () => {
    const batch = deps();
    const fail = async ({ body }: { body: string }) => {
      throw body === 'bad' ? new InvalidInput('body', 'is bad') : new Error('busy');
    };
    const records = [
      sqsRecord('bad', 'a', 1),
      sqsRecord('x', 'b', 1),
      sqsRecord('x', 'c', 5),
      sqsRecord('x', 'd', 11),
    ];
    const answer = await processBatch(sqsEvent(...records), fail, batch);
    expect(answer.batchItemFailures).toHaveLength(4);
    const waits = Object.values(batch.postponed);
    expect(waits[0]).toBe(0);
    // Half of each wait is left to chance: `sqs-batch.test.ts`.
    for (const [index, most] of [2, 32, 900].entries()) {
      expect(waits[index + 1]).toBeGreaterThanOrEqual(most / 2);
      expect(waits[index + 1]).toBeLessThanOrEqual(most);
    }
  });
});
