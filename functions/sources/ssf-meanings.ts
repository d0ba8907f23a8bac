import type { ChangeKind } from '../domain/change.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { About, Members } from './ssf-identifiers.ts';

/** Says why an event that fits changes nothing; throws `InvalidInput` where a required field cannot be read. */
type Condition = (event: Members, field: string) => string | undefined;

export type Meaning =
  | {
      readonly does: 'change';
      readonly change: ChangeKind;
      readonly about: About | ((event: Members) => About);
      readonly unless?: Condition;
      /** Names the account where the subject is a token. */
      readonly whose?: string;
    }
  | { readonly does: 'rename' | 'recycle' | 'stream' | 'verification' }
  | { readonly does: 'nothing' };

/** Transmitters differ in case and hyphens: HIGH and high, not-compliant and not_compliant. */
const spelled = (value: string): string => value.toLowerCase().replaceAll('_', '-');

const textIn = (event: Members, name: string, field: string): string | undefined => {
  const value = event[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidInput(`${field}.${name}`, 'is no text');
};

/** Only these values revoke (pitfall "ssf-direction"). */
const unlessIs =
  (name: string, presence: 'required' | 'optional', ...values: string[]): Condition =>
  (event, field) => {
    const value = textIn(event, name, field);
    if (value === undefined && presence === 'required')
      throw new InvalidInput(`${field}.${name}`, 'is missing');
    return value !== undefined && values.includes(spelled(value))
      ? undefined
      : `${name} is not ${values.join(' or ')}`;
  };

/** Not what somebody did, but how long tokens are kept. */
const ifHousekeeping: Condition = (event, field) =>
  ['inactive', 'too-many'].includes(spelled(textIn(event, 'reason', field) ?? ''))
    ? 'the token was given up for its age or number'
    : undefined;

const principals: Readonly<Record<string, About>> = { user: 'person', session: 'session' };

/** `principal` of a risk event; a sender that leaves it out, though it is required, speaks of a user. */
const principalOf = ({ principal = 'user' }: Members): About => {
  const name = typeof principal === 'string' ? spelled(principal) : '';
  return (Object.hasOwn(principals, name) && principals[name]) || 'thing';
};

const ends = (
  change: ChangeKind,
  about: About | ((event: Members) => About) = 'person',
  more: { unless?: Condition; whose?: string } = {},
): Meaning => ({ does: 'change', change, about, ...more });
const nothing: Meaning = { does: 'nothing' };
const isHigh = unlessIs('current_level', 'required', 'high');

/** CAEP 1.0, section 3. An opaque subject of `session-revoked` is a session, as in the examples of the specification. */
const caep: Readonly<Record<string, Meaning>> = {
  'session-revoked': ends('session-revoked', 'session'),
  'token-claims-change': ends('session-revoked'),
  'credential-change': ends('session-revoked', 'person', {
    unless: unlessIs('change_type', 'required', 'revoke', 'delete', 'update'),
  }),
  'assurance-level-change': ends('session-revoked', 'person', {
    // Optional. Levels of unknown namespaces cannot be compared, so without it nothing went down.
    unless: unlessIs('change_direction', 'optional', 'decrease'),
  }),
  'device-compliance-change': ends('session-revoked', 'thing', {
    unless: unlessIs('current_status', 'required', 'not-compliant'),
  }),
  'risk-level-change': ends('session-revoked', principalOf, { unless: isHigh }),
  'session-established': nothing,
  'session-presented': nothing,
};

/** RISC 1.0, section 2. */
const risc: Readonly<Record<string, Meaning>> = {
  'account-disabled': ends('suspended'),
  'account-enabled': ends('reactivated'),
  'account-purged': ends('deleted'),
  'account-credential-change-required': ends('session-revoked'),
  'credential-compromise': ends('credential-compromised'),
  // Deprecated, and what Google sends.
  'sessions-revoked': ends('session-revoked'),
  'identifier-changed': { does: 'rename' },
  'identifier-recycled': { does: 'recycle' },
  'recovery-activated': nothing,
  'recovery-information-changed': nothing,
  'opt-in': nothing,
  'opt-out-initiated': nothing,
  'opt-out-cancelled': nothing,
  'opt-out-effective': nothing,
  verification: { does: 'verification' },
};

/** "OAuth Event Types 1.0" (draft), which Google sends. A token is a refresh token of the sender's and no token of ours. */
const oauth: Readonly<Record<string, Meaning>> = {
  'tokens-revoked': ends('session-revoked'),
  'token-revoked': ends('session-revoked', 'person', { unless: ifHousekeeping, whose: 'token_subject' }),
};

/** SSF 1.0, "Verification" and "Stream Updated Event"; `sse` was its name in drafts. */
const stream: Readonly<Record<string, Meaning>> = {
  verification: { does: 'verification' },
  'stream-updated': { does: 'stream' },
};

/** What Okta's partners send (Okta API reference, "SSF Security Event Tokens"). */
const okta: Readonly<Record<string, Meaning>> = {
  'user-risk-change': ends('session-revoked', 'person', { unless: isHigh }),
  'device-risk-change': ends('session-revoked', 'thing', { unless: isHigh }),
  'ip-change': nothing,
};

const openid = 'https://schemas.openid.net/secevent';
const families: readonly (readonly [string, Readonly<Record<string, Meaning>>])[] = [
  [`${openid}/caep/event-type/`, caep],
  [`${openid}/risc/event-type/`, risc],
  [`${openid}/oauth/event-type/`, oauth],
  [`${openid}/ssf/event-type/`, stream],
  [`${openid}/sse/event-type/`, stream],
  ['https://schemas.okta.com/secevent/okta/event-type/', okta],
];

/** The meaning of an event type URI with its short name, such as `session-revoked`; undefined for all others. */
export const meaningOf = (uri: string): { name: string; meaning: Meaning } | undefined => {
  const [base, table] = families.find(([prefix]) => uri.startsWith(prefix)) ?? [];
  if (base === undefined || table === undefined) return undefined;
  const name = uri.slice(base.length);
  const meaning = Object.hasOwn(table, name) ? table[name] : undefined;
  return meaning && { name, meaning };
};
