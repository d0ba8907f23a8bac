import { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';
import { type Subject, subjectSchema } from '../domain/subject.ts';
import { readDetail } from './read-detail.ts';

/** Whom or what a subject identifier names, as far as Cutoff can act on it. */
export type Named =
  /** One person under one or several names. */
  | { readonly kind: 'person'; readonly subjects: readonly [Subject, ...Subject[]] }
  /** One token or one session of an issuer. */
  | { readonly kind: 'tokens'; readonly issuer: string; readonly by: 'jti' | 'sid'; readonly value: string }
  | { readonly kind: 'nobody'; readonly why: string };

/** What an identifier stands for where it does not say so itself. `thing`: a device, a tenant, a group. */
export type About = 'person' | 'session' | 'thing';

export interface SubjectContext {
  /** Dotted path of the identifier, for errors. */
  readonly field: string;
  /** Who sent it: sessions that are named by a bare id are that issuer's. */
  readonly issuer: string;
  readonly about: About;
}

export type Members = Readonly<Record<string, unknown>>;
export type Read = (members: Members, context: SubjectContext) => Named;

const identifier = z.string().trim().min(1).max(512);
const opaqueSchema = z.object({ id: identifier });
const issSubSchema = z.object({ iss: identifier, sub: identifier });
const jwtIdSchema = z.object({ iss: identifier, jti: identifier });

export const nobody = (why: string): Named => ({ kind: 'nobody', why });

export const person = (first: Subject, ...others: readonly Subject[]): Named => ({
  kind: 'person',
  subjects: [first, ...others],
});

const thing = nobody('the subject is a device or another thing, and no person');

const simple = (candidate: unknown, { field }: SubjectContext): Subject =>
  readDetail(subjectSchema, candidate, field);

/** Ids that no two providers give: Okta's (00u…), and those of Auth0's own databases. */
const uniqueByItself = /^(?:00u[0-9A-Za-z]{12,29}|auth0\|[0-9A-Za-z]{8,64})$/;

/** Google ends its issuer with a slash in events, and not in ID tokens (Google Identity, "Cross-Account Protection", "OpenID Connect"). */
const googleInEvents = 'https://accounts.google.com/';

const subjectsOf = ({ iss, sub }: z.output<typeof issSubSchema>): [Subject, ...Subject[]] => [
  { format: 'iss_sub', iss, sub },
  ...(iss === googleInEvents ? [{ format: 'iss_sub', iss: iss.slice(0, -1), sub } as const] : []),
  ...(uniqueByItself.test(sub) ? [{ format: 'opaque', id: sub } as const] : []),
];

const issSub: Read = (members, { field, about }) => {
  const read = readDetail(issSubSchema, members, field);
  return about === 'thing' ? thing : person(...subjectsOf(read));
};

const opaque: Read = (members, { field, about, issuer }) => {
  const { id } = readDetail(opaqueSchema, members, field);
  if (about === 'thing') return thing;
  if (about === 'person') return person({ format: 'opaque', id });
  return { kind: 'tokens', issuer, by: 'sid', value: id };
};

const uri: Read = (members, context) => {
  const subject = simple({ format: 'uri', uri: members.uri }, context);
  return context.about === 'thing' ? thing : person(subject);
};

const jwtId: Read = (members, { field }) => {
  const { iss, jti } = readDetail(jwtIdSchema, members, field);
  return { kind: 'tokens', issuer: iss, by: 'jti', value: jti };
};

/** Google's own: who somebody was in the ID token. `email` and `sub` are optional, one of them is there. */
const idTokenClaims: Read = (members, context) => {
  const { email, sub } = members;
  const [first, ...others] = [
    ...(email === undefined ? [] : [simple({ format: 'email', email }, context)]),
    ...(sub === undefined ? [] : subjectsOf(readDetail(issSubSchema, members, context.field))),
  ];
  if (!first) throw new InvalidInput(`${context.field}.sub`, 'is missing, and so is email');
  return person(first, ...others);
};

const byPhone = () => nobody('nobody is known by a phone number');

/** A session by what identity providers name sessions by: a bare id, an id at an issuer, the id of a token. */
export const sessionReaders: Readonly<Record<string, Read>> = {
  opaque: (members, context) => opaque(members, { ...context, about: 'session' }),
  iss_sub: (members, { field }) => {
    const { iss, sub } = readDetail(issSubSchema, members, field);
    return { kind: 'tokens', issuer: iss, by: 'sid', value: sub };
  },
  jwt_id: jwtId,
};

/** By format: RFC 9493 section 3.2, "Additional Subject Identifier Formats" of SSF, and what Google sends. */
export const simpleReaders: Readonly<Record<string, Read>> = {
  // Only people have these two, whatever the event is about.
  email: ({ email }, context) => person(simple({ format: 'email', email }, context)),
  account: (members, context) => person(simple({ format: 'account', uri: members.uri }, context)),
  iss_sub: issSub,
  opaque,
  uri,
  // A DID is a URI; RFC 9493 section 3.2.5 names the member `url`.
  did: (members, context) => uri({ uri: members.url }, context),
  jwt_id: jwtId,
  id_token_claims: idTokenClaims,
  phone_number: byPhone,
  phone: byPhone,
  saml_assertion_id: () => nobody('a SAML assertion is no token that could be refused'),
  ip_addresses: () => nobody('nobody is known by a network address'),
  oauth_token: () => nobody('the subject is a token of the sender, and no person'),
  oauth_client: () => nobody('the subject is a client, and no person'),
};
