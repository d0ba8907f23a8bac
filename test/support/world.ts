import type { Revokers } from '../../functions/credentials/credential-revoker.ts';
import type { AuditEntry } from '../../functions/domain/audit-record.ts';
import type { Change } from '../../functions/domain/change.ts';
import { isRetryable } from '../../functions/domain/errors.ts';
import type { Entitlements } from '../../functions/domain/settings.ts';
import { type DriftSettings, driftSchema } from '../../functions/domain/sweep-settings.ts';
import type { EmptyCaches } from '../../functions/enforcement/authorizer-caches.ts';
import type { Exposure } from '../../functions/enforcement/exposure.ts';
import type { LookUps } from '../../functions/identity/look-up.ts';
import { ingest } from '../../functions/ingest/ingest.ts';
import type { Notice } from '../../functions/notices/notice.ts';
import { type OperatorDeps, operate } from '../../functions/operator/operator.ts';
import { admit } from '../../functions/revocation/admit.ts';
import { revoke } from '../../functions/revoke/revoke.ts';
import {
  type IdentityQueue,
  type LookMessage,
  lookMessageSchema,
  type WorkMessage,
  workMessageSchema,
} from '../../functions/shared/queues.ts';
import { parseMessage } from '../../functions/shared/sqs-batch.ts';
import { type Drifted, driftEvent } from '../../functions/sources/drift.ts';
import { sources } from '../../functions/sources/index.ts';
import { verify } from '../../functions/verify/verify.ts';
import { issuer, MemoryAccount } from './memory-account.ts';
import { MemoryLinks } from './memory-directory.ts';
import { MemoryDrifts } from './memory-drifts.ts';
import { MemoryDriftBaseline, MemoryIssuances } from './memory-issuances.ts';
import { MemoryKeeps } from './memory-keeps.ts';
import { memoryLookUps } from './memory-look-ups.ts';
import {
  MemoryBrakes,
  MemoryLosses,
  MemoryRecency,
  MemoryRegistry,
  MemoryRevocations,
  MemoryStanding,
} from './memory-stores.ts';
import { MemorySweepCases, MemorySweepRuns } from './memory-sweeps.ts';
import { sqsRecord } from './sqs-event.ts';

const start = Date.parse('2026-03-02T09:00:00.000Z');

/** Of `issue`, as events name it. */
export const ownRole = 'arn:aws:iam::123456789012:role/CutoffIssue';

type Message = { due: number; run: () => Promise<void>; receives: number };

export interface WorldSettings {
  readonly mode?: 'observe' | 'enforce';
  readonly capPerHour?: number;
  readonly lookUps?: Partial<LookUps>;
  readonly minSeverity?: number;
  readonly restore?: 'operator' | 'automatic';
  readonly entitlements?: Entitlements;
  /** Instead of those of the account in memory. */
  readonly revokers?: Revokers;
  readonly emptyCaches?: EmptyCaches;
  readonly exposure?: Exposure;
  readonly drift?: Partial<DriftSettings>;
}

/** The whole way of the data in memory: a clock that is moved by hand and queues that are drained by hand. */
export const makeWorld = (settings: WorldSettings = {}) => {
  let clock = start;
  let requests = 0;
  const now = () => new Date(clock);
  const account = new MemoryAccount(now);
  const audit: AuditEntry[] = [];
  const notices: Notice[] = [];
  const counted: string[] = [];
  const queue: Message[] = [];
  const dead: Message[] = [];
  const enqueue = (delaySeconds: number, run: () => Promise<void>) => {
    queue.push({ due: clock + delaySeconds * 1000, run, receives: 0 });
  };
  const protection = { arns: [] as string[], tags: ['cutoff:protected'], emails: [] as string[] };
  const sourceSettings = {
    mode: settings.mode ?? ('enforce' as const),
    capPerHour: settings.capPerHour ?? 100,
    minSeverity: settings.minSeverity ?? 0,
    restore: settings.restore ?? ('operator' as const),
  };
  const deps = {
    now,
    revokers: settings.revokers ?? account.revokers,
    registry: new MemoryRegistry(),
    keyNow: account.keyNow,
    losses: new MemoryLosses(),
    revocations: new MemoryRevocations(),
    standing: new MemoryStanding(),
    brakes: new MemoryBrakes(now),
    recency: new MemoryRecency(),
    links: new MemoryLinks(),
    entitlements: settings.entitlements ?? [],
    emptyCaches: settings.emptyCaches,
    exposure: settings.exposure,
    sources: {
      ...Object.fromEntries(sources.map(({ name }) => [name, sourceSettings])),
      operator: { ...sourceSettings, mode: 'enforce' as const, capPerHour: 100 },
    },
    rules: {
      ownership: {
        ownerTags: ['cutoff:owner', 'owner'],
        workloadTags: ['cutoff:workload'],
        sharedOwnerTags: ['cutoff:owners'],
        entitlementTags: ['cutoff:entitlements'],
        exactUserNames: false,
      },
      protection,
    },
    firstDelaySeconds: 1,
    secondDiscoverySeconds: 10,
    settings: { consistencyWindowSeconds: 10, firstDelaySeconds: 1, looksBeforeUnverified: 6 },
    record: async (entry: AuditEntry) => {
      const same = (one: AuditEntry) =>
        one.once === entry.once &&
        one.revocationId === entry.revocationId &&
        one.credential === entry.credential;
      if (!audit.some(same)) audit.push(structuredClone(entry));
    },
    work: {
      send: async (messages: readonly WorkMessage[], delay = 0) => {
        for (const message of messages) {
          const body = JSON.stringify(message); // as it crosses the wire: strictly parsed by its reader
          enqueue(delay, () => revoke(parseMessage(body, workMessageSchema), deps));
        }
      },
    },
    looks: {
      send: async (message: LookMessage, delay: number) => {
        const body = JSON.stringify(message);
        enqueue(delay, () => verify(parseMessage(body, lookMessageSchema), deps));
      },
    },
    home: { account: '123456789012', region: 'eu-west-1' },
    hold: { days: 30, removal: true },
    keeps: new MemoryKeeps(),
    drifts: new MemoryDrifts(),
    treatments: driftSchema.parse(settings.drift ?? {}),
    ownRoles: [ownRole],
    pools: ['eu-west-1_AcmePool1'],
    notices,
    notify: async (notice: Notice) => {
      notices.push(notice);
    },
    runs: new MemorySweepRuns(now),
    cases: new MemorySweepCases(),
    issuances: new MemoryIssuances(),
    issuedTokens: { remember: async () => undefined },
    issuers: [issuer],
    counted,
    count: (metric: string) => {
      counted.push(metric);
    },
  };
  const lookUps = { ...memoryLookUps({ account, ...deps }), ...settings.lookUps };
  const tell = (envelope: unknown) =>
    ingest(sqsRecord(envelope), { ...deps, lookUps, eventSources: sources });
  const events: IdentityQueue = {
    send: async (envelopes, delaySeconds) => {
      for (const envelope of envelopes) {
        const body = JSON.stringify(envelope);
        enqueue(delaySeconds?.(envelope) ?? 0, () => tell(body));
      }
    },
  };
  /** One delivery of the message that is due next; a failure puts it back, as the queue does. */
  const deliver = async (): Promise<boolean> => {
    const message = queue.sort((a, b) => a.due - b.due).shift();
    if (!message) return false;
    clock = Math.max(clock, message.due);
    try {
      await message.run();
    } catch (error) {
      message.receives += 1;
      if (isRetryable(error) && message.receives < 12) queue.push({ ...message, due: clock + 2000 });
      else dead.push({ ...message, receives: 0 });
    }
    return true;
  };
  const ownerOfKey: OperatorDeps['ownerOfKey'] = (change, key) =>
    lookUps['access-key'](change, { ask: 'access-key', ...key });
  return {
    ...deps,
    ownerOfKey,
    lookUps,
    eventSources: sources,
    account,
    audit,
    queue,
    dead,
    deliver,
    advance: (seconds: number) => {
      clock += seconds * 1000;
    },
    submit: (change: Change) => admit(change, deps),
    /** An event as its rule delivers it, to the end of ingest. */
    tell,
    /** What our own functions found out, on its way to ingest. */
    events,
    end: (drifted: Drifted) => events.send([driftEvent(drifted)]),
    baseline: new MemoryDriftBaseline(now),
    /** A report that was made just now. */
    reportedUsers: async () => account.reportedUsers(),
    /** As a change that ingest read from its queue, after `delaySeconds`. */
    arrive: (change: Change, delaySeconds: number) =>
      enqueue(delaySeconds, async () => void (await admit(change, deps))),
    /** What an operator does with a DLQ once the cause is mended. */
    redrive: () => queue.push(...dead.splice(0).map((message) => ({ ...message, due: clock }))),
    operate: (request: unknown) => {
      requests += 1;
      return operate(request, { ...deps, ownerOfKey, requestId: `request-${requests}` });
    },
    /** Delivers until nothing is queued, or `most` messages were. */
    drain: async (most = 500) => {
      let count = 0;
      while (count < most && (await deliver())) count += 1;
      return count;
    },
    /** Delivers until the condition holds; fails where the queue runs dry before. */
    until: async (condition: () => Promise<boolean>) => {
      while (!(await condition())) if (!(await deliver())) throw new Error('nothing is left to deliver');
    },
    recorded: (type: AuditEntry['type']) => audit.filter((entry) => entry.type === type),
  };
};

export type World = ReturnType<typeof makeWorld>;

/** A leaver's change as the Okta source makes it. */
export const changeOf = (
  email: string,
  change: Change['change'],
  overrides: Partial<Change> = {},
): Change => ({
  change,
  source: 'okta',
  eventId: `${change}-of-${email}`,
  subject: { format: 'email', email },
  aliases: [],
  occurredAt: '2026-03-02T08:59:58.000Z',
  reason: `user.lifecycle.${change}`,
  ...overrides,
});
