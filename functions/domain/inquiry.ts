/**
 * What must be looked up before an event is a change: some events carry an id alone, or do not say in which
 * direction something changed. Sources are pure and only ask; `functions/identity/` answers.
 */
export type Inquiry =
  /** Whose access key is it? The answer gives the change its credential. */
  | { readonly ask: 'access-key'; readonly account: string; readonly keyId: string }
  /** Names of an Identity Center user, which events mask; with `onlyIfDisabled`, also whether it is disabled. */
  | {
      readonly ask: 'identity-center-user';
      /** Empty where the event names none. */
      readonly identityStoreId: string;
      readonly userId: string;
      readonly onlyIfDisabled: boolean;
    }
  /** Whose membership of which group was it? The event has its id alone, and it is deleted. */
  | {
      readonly ask: 'identity-center-membership';
      readonly identityStoreId: string;
      readonly membershipId: string;
    }
  /** Who is no longer a member? The event hides it, so the group is compared with what is remembered. */
  | { readonly ask: 'identity-center-group'; readonly identityStoreId: string; readonly groupId: string }
  /** An Entra user: names, and whether the account was disabled or deleted or only edited. */
  | { readonly ask: 'entra-user'; readonly tenantId: string; readonly userId: string }
  /** The access keys that an Access Analyzer finding is about. */
  | { readonly ask: 'unused-access-keys'; readonly analyzerArn: string; readonly findingId: string }
  /** The credential whose secret has this SHA-256 (hex). */
  | { readonly ask: 'secret'; readonly sha256: string }
  /**
   * Whether what a sweep found is still so: alive, and not used since (ISO 8601; absent where it never was). With
   * `evenIfUsed` no use makes it untrue.
   */
  | { readonly ask: 'still-stale'; readonly lastUsedAt?: string; readonly evenIfUsed?: true }
  /** Whether it is over now: its expiry may have been moved since the event was made. */
  | { readonly ask: 'expiry'; readonly expiresAt: string }
  /** Whether Cutoff holds the change's credential down. `actor` is the ARN of the role that acted, if any. */
  | { readonly ask: 'standing'; readonly actor?: string };
