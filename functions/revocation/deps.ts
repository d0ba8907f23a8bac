import type { Revokers } from '../credentials/credential-revoker.ts';
import type { OwnershipRules } from '../domain/ownership.ts';
import type { Protection } from '../domain/protection.ts';
import type { Entitlements, SourceSettings } from '../domain/settings.ts';
import type { EmptyCaches } from '../enforcement/authorizer-caches.ts';
import type { Exposure } from '../enforcement/exposure.ts';
import type { AskKey } from '../identity/access-key.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { WorkQueue } from '../shared/queues.ts';
import type { Recorder } from '../shared/recorder.ts';
import type { Brakes } from '../stores/brakes.ts';
import type { Links } from '../stores/links.ts';
import type { Losses } from '../stores/losses.ts';
import type { Recency } from '../stores/recency.ts';
import type { Registry } from '../stores/registry.ts';
import type { Revocations } from '../stores/revocations.ts';
import type { Standing } from '../stores/standing.ts';

export interface Rules {
  readonly ownership: OwnershipRules;
  readonly protection: Protection;
}

/** What it takes to cut one credential. */
export interface CutDeps {
  readonly revokers: Revokers;
  readonly standing: Standing;
  readonly record: Recorder;
  /** Of the authorizer's answers, where API Gateway keeps any. */
  readonly emptyCaches?: EmptyCaches | undefined;
}

/** What it takes to find a subject's principals and to start work on them. */
export interface ContainDeps extends CutDeps {
  readonly now: () => Date;
  /** The deployment's own account and region. */
  readonly home: Place;
  readonly registry: Registry;
  readonly keyNow: AskKey;
  readonly losses: Losses;
  readonly revocations: Revocations;
  readonly work: WorkQueue;
  readonly rules: Rules;
  /** How late a row on the denylist may be obeyed, where anything is remembered. */
  readonly exposure?: Exposure | undefined;
}

/** What it takes to let a change in. */
export interface AdmitDeps extends ContainDeps {
  readonly brakes: Brakes;
  readonly recency: Recency;
  readonly links: Links;
  readonly entitlements: Entitlements;
  readonly sources: Readonly<Record<string, SourceSettings>>;
}
