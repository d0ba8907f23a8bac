import { type BearerToken, bearerToken } from '../domain/credential.ts';
import { normaliseEmail } from '../domain/email.ts';
import type { Issuer } from '../domain/settings.ts';
import type { Subject } from '../domain/subject.ts';
import type { Place } from '../shared/aws-clients.ts';

/** The value that the issuer's subject claim holds for this subject, if the subject can be named that way. */
const claimOf = (subject: Subject, { issuer, subjectClaim, subjectFormat }: Issuer): string | undefined => {
  const asClaim = (value: string) => (subjectFormat === 'email' ? normaliseEmail(value) : value);
  if (subject.format === 'iss_sub') {
    // `sub` is the claim of that name, and nothing else that an issuer may name people by.
    return subject.iss === issuer && subjectClaim === 'sub' ? asClaim(subject.sub) : undefined;
  }
  if (subject.format !== subjectFormat) return undefined;
  return subject.format === 'email' ? asClaim(subject.email) : subject.id;
};

/** What denylist rows can name the subject by at this issuer; an application is also the client of others' tokens. */
export const namesOf = (
  subject: Subject,
  issuer: Issuer,
  clients = false,
): Pick<BearerToken, 'by' | 'value'>[] => {
  const value = claimOf(subject, issuer);
  return [
    ...(value === undefined ? [] : [{ by: 'subject', value } as const]),
    ...(clients && subject.format === 'opaque' ? [{ by: 'client', value: subject.id } as const] : []),
  ];
};

/**
 * Tokens as somebody names them by hand, spelled as the authorizer spells them; `undefined` for an issuer that it does not
 * trust, whose rows it never reads.
 */
export const tokenNamed = (
  { issuer, by, value }: Pick<BearerToken, 'issuer' | 'by' | 'value'>,
  { home, issuers }: { readonly home: Place; readonly issuers: readonly Issuer[] },
): BearerToken | undefined => {
  const known = issuers.find((one) => one.issuer === issuer);
  if (!known) return undefined;
  const isEmail = by === 'subject' && known.subjectFormat === 'email';
  const spelled = isEmail ? normaliseEmail(value) : value.trim();
  return bearerToken(home, { issuer, by, value: spelled });
};
