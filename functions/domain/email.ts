/**
 * One spelling for an email address, used on both sides of every comparison: events, tags, token claims.
 * The local part is lower-cased too: RFC 5321 section 2.4 lets a host treat it case-sensitively, but the
 * identity providers Cutoff listens to do not, and a leaver must not escape by a capital letter.
 */
export const normaliseEmail = (email: string): string => asSpelled(asSpelled(email).toLowerCase());

/** Characters (RFC 5321 section 4.5.3.1.3, less the angle brackets). */
export const longestEmail = 254;

/** As loose as addresses in events are; what is no address to it, no event can name. */
export const emailPattern = /^\s*[^\s@]+@[^\s@]+\s*$/;

/** As somebody wrote it, but for what nobody sees. */
export const asSpelled = (email: string): string => email.trim().normalize('NFC');
