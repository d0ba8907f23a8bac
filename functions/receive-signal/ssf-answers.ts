import { Refused } from './channel.ts';
import type { TokenFault } from './signed-token.ts';

/** RFC 8935 section 2.4; `invalid_state` is added by SSF 1.0, "Verification Event". */
type Err =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'
  | 'invalid_state';

export type SsfFault =
  | TokenFault
  | 'content-type-wrong'
  | 'body-too-large'
  | 'events-malformed'
  | 'subject-missing'
  | 'state-wrong';

/** Fixed texts: whoever sends something must not get any of it back. */
const answers: Readonly<Record<SsfFault, readonly [Err, string]>> = {
  'content-type-wrong': ['invalid_request', 'The content type must be application/secevent+jwt.'],
  'body-too-large': ['invalid_request', 'The request is too large.'],
  'token-malformed': ['invalid_request', 'The request body is not a security event token.'],
  'token-type-refused': ['invalid_request', 'The typ header must be secevent+jwt.'],
  'critical-header-unknown': ['invalid_request', 'The token has a critical header that is not understood.'],
  'algorithm-refused': ['authentication_failed', 'The token is not signed with an accepted algorithm.'],
  'issuer-unknown': ['invalid_issuer', 'The issuer is not accepted.'],
  'key-unknown': ['invalid_key', 'The key that signed the token is not known.'],
  'signature-invalid': ['authentication_failed', 'The signature does not hold.'],
  'audience-wrong': ['invalid_audience', 'The token is for another audience.'],
  'token-without-jti': ['invalid_request', 'The token has no jti.'],
  'token-without-iat': ['invalid_request', 'The token has no iat.'],
  'token-without-exp': ['invalid_request', 'The token has no exp.'],
  'token-expired': ['invalid_request', 'The token has expired.'],
  'token-not-yet-valid': ['invalid_request', 'The token is not valid yet.'],
  'token-from-the-future': ['invalid_request', 'The token was issued in the future.'],
  'token-too-old': ['invalid_request', 'The token was issued too long ago.'],
  'events-malformed': ['invalid_request', 'The token has no events that can be read.'],
  'subject-missing': ['invalid_request', 'The token names no subject.'],
  'state-wrong': ['invalid_state', 'The state is not the one that was asked for.'],
};

/** RFC 8935 section 2.3. A 400 is final: the transmitter does not send that token again. */
export const refusal = (fault: SsfFault): Refused => {
  const [err, description] = answers[fault];
  return new Refused(fault, {
    status: 400,
    headers: { 'content-type': 'application/json', 'content-language': 'en' },
    body: JSON.stringify({ err, description }),
  });
};
