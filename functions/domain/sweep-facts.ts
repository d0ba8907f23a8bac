import type { Credential } from './credential.ts';
import type { Orphan } from './registry-entry.ts';
import type { SweptKind } from './sweep-settings.ts';

/** A credential of a kind that policies can name. */
export type Swept = Extract<Credential, { kind: SweptKind }>;

/**
 * When it was last used, times in ISO 8601: `at`; or some time before `before`, if ever, where its service tells no further back;
 * `never`; or `unknown`, where its service does not tell. What is not known makes no policy act.
 */
export type LastUse = { readonly at: string } | { readonly before: string } | 'never' | 'unknown';

/** What is known of one credential when a policy asks, as it was just read. Times are ISO 8601; absent is not known. */
export interface SweepFacts {
  readonly credential: Swept;
  /** Of the principal that it hangs off: an access key has neither ARN nor tags. */
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Of an IAM user, `/` at least. */
  readonly path?: string;
  /** Subject keys. */
  readonly owners: readonly string[];
  readonly orphan?: Orphan;
  /** Whether it works: what was disabled is not swept again. */
  readonly isActive: boolean;
  readonly createdAt?: string;
  readonly rotatedAt?: string;
  readonly expiresAt?: string;
  readonly lastUse: LastUse;
  readonly isProtected: boolean;
}

/** What the service itself tells; whose it is and when it expires, the registry says. */
export type LiveFacts = Omit<SweepFacts, 'owners' | 'orphan' | 'expiresAt' | 'isProtected'>;
