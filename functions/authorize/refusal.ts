/** Why a request without a valid identity is answered 401. Stable: logs and tests refer to these. */
export type UnauthenticatedReason =
  | 'not-understood'
  | 'no-credential'
  | 'authorization-ambiguous'
  | 'authorization-too-long'
  | 'authorization-malformed'
  | 'api-key-without-id'
  | 'api-key-ambiguous'
  | 'api-key-too-long'
  | 'token-malformed'
  | 'algorithm-refused'
  | 'critical-header-unknown'
  | 'token-type-wrong'
  | 'key-unknown'
  | 'signature-invalid'
  | 'issuer-unknown'
  | 'token-use-wrong'
  | 'audience-wrong'
  | 'token-without-exp'
  | 'token-without-iat'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-from-the-future'
  | 'token-lives-too-long'
  | 'subject-unusable'
  | 'token-id-unusable';

/** Something needed for a decision could not be asked: refused as well, but it is our trouble, so it is counted. */
export type UnavailableReason = 'denylist-unreachable' | 'issuer-unreachable' | 'unexpected-error';

/** Nobody we know sent this. Answered 401. The message is the reason alone, never what was sent. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
  readonly reason: UnauthenticatedReason;

  constructor(reason: UnauthenticatedReason) {
    super(reason);
    this.reason = reason;
  }
}

/** When in doubt, refuse: answered 403. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}
