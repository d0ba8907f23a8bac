/**
 * Fixed texts: whoever asks must not get any of what they sent back. `error` is a code of RFC 6749 section 5.2;
 * `temporarily_unavailable` is lent from section 4.1.2.1.
 */
const refusals = {
  'identity-missing': [401, 'invalid_client', 'The caller was not identified.'],
  revoked: [401, 'invalid_client', 'The credential or its owner has been revoked.'],
  expired: [401, 'invalid_client', 'The credential has expired.'],
  'not-registered': [400, 'unauthorized_client', 'The credential is not in the registry.'],
  'no-single-owner': [400, 'unauthorized_client', 'The credential has no owner, or several.'],
  'owner-not-vouched-for': [400, 'unauthorized_client', 'Nobody but the credential itself says whose it is.'],
  disputed: [400, 'unauthorized_client', 'Whose the credential is, is in dispute.'],
  'owner-gone': [400, 'unauthorized_client', 'The owner of the credential has left.'],
  'purpose-lost': [400, 'unauthorized_client', 'The owner has lost what the credential is for.'],
  'owner-not-nameable': [
    400,
    'unauthorized_client',
    'The owner of the credential cannot be named in a token.',
  ],
  'foreign-account': [400, 'unauthorized_client', 'The identity is of another account.'],
  'root-user': [400, 'unauthorized_client', 'The root user gets no tokens.'],
  'role-session': [400, 'unauthorized_client', 'A session of a role belongs to whoever assumed it.'],
  'not-a-user': [400, 'unauthorized_client', 'Only IAM users get tokens.'],
  'not-a-long-term-key': [400, 'unauthorized_client', 'Temporary credentials get no tokens.'],
  'just-signed-out': [503, 'temporarily_unavailable', 'Earlier tokens were ended a moment ago. Try again.'],
} as const;

export type RefusalReason = keyof typeof refusals;

/** Who asks gets no token, and hears so. The message is the reason, for logs. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason);
    this.reason = reason;
  }

  get answer(): { readonly status: number; readonly error: string; readonly description: string } {
    const [status, error, description] = refusals[this.reason];
    return { status, error, description };
  }
}
