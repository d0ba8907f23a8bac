import type { ApiGatewayKey, CognitoAppClient, IamAccessKey } from '../domain/credential.ts';
import { CutoffError } from '../domain/errors.ts';
import type { Issuance, IssuedKind } from '../stores/issuances.ts';

export type IssuedCredential = ApiGatewayKey | IamAccessKey | CognitoAppClient;

/** Tag of API keys and of secrets: the issuance that they came from. */
export const issuanceTag = 'cutoff:issuance';

/** Names of secrets begin so; the function may write no others. */
export const secretPrefix = 'cutoff/issued/';

/** What its holder has to know, by the names that its service gives it. */
export type Secret = Readonly<Record<string, string>>;

export interface Made<C extends IssuedCredential = IssuedCredential> {
  readonly credential: C;
  readonly secret: Secret;
}

/** Something that says of itself which issuance it came from. */
export interface Marked<C extends IssuedCredential = IssuedCredential> {
  readonly credential: C;
  /** Id of the issuance. */
  readonly issuance: string;
  /** ISO 8601, where the listing tells it. */
  readonly createdAt?: string | undefined;
}

/**
 * One file a kind. All that it needs is in the issuance's handle, so that whoever comes after a crash can find what was
 * made. Errors are `CutoffError`s; one that is not `unavailable` means that the service refused, and made nothing.
 */
export interface Issuer<C extends IssuedCredential = IssuedCredential> {
  /** Asks once: an answer that is lost must not make a second one. Not usable yet, where the service has such a state. */
  create(issuance: Issuance): Promise<Made<C>>;
  /** From now on it works. May be done twice, where an answer was lost. */
  activate(credential: C, issuance: Issuance): Promise<void>;
  /**
   * What exists of the issuance, listed live: none, one, or more where somebody asked more than once. Throws `access-denied`
   * where nobody may look: the settings do not name it any more.
   */
  find(issuance: Issuance): Promise<C[]>;
  /** All that the settings name and that carries the mark of any issuance; none of a kind that cannot carry one. */
  marked(): AsyncIterable<Marked<C>>;
}

/** Exactly one issuer per kind; a kind without one does not compile. */
export type Issuers = {
  readonly [K in IssuedKind]: Issuer<Extract<IssuedCredential, { kind: K }>>;
};

/** The one assertion that a credential goes with the issuer of its own kind, which TypeScript cannot follow. */
export const issuerFor = (issuers: Issuers, kind: IssuedKind): Issuer => issuers[kind] as unknown as Issuer;

/** Grants follow the settings, so what these do not name cannot be asked for. */
export const mustStillBeNamed = (isNamed: boolean, setting: string): void => {
  if (isNamed) return;
  const message = `it is not among the settings any more (issue.${setting})`;
  throw new CutoffError(message, { code: 'access-denied', retryable: true });
};

const mark = 'iss-[0-9a-f]{32}';
const anyMark = new RegExp(mark);
const lastMark = new RegExp(`(?:^|\\s)(${mark})$`);

/** A name that somebody chooses must not look like a mark. */
export const hasMark = (name: string): boolean => anyMark.test(name);

/** The issuance that a name carries, at its end, where its issuer puts it; `undefined` where it carries none. */
export const issuanceIn = (name: string | undefined): string | undefined => name?.match(lastMark)?.[1];

/** The name that somebody chose. */
export const withoutMark = (name: string): string => name.replace(lastMark, '');

/** One text of a handle, which its own kind has put there. */
export const textIn = ({ handle }: Pick<Issuance, 'handle'>, field: string): string => {
  const value = handle[field];
  return typeof value === 'string' ? value : '';
};

export const textsIn = ({ handle }: Pick<Issuance, 'handle'>, field: string): readonly string[] => {
  const value = handle[field];
  return Array.isArray(value) ? value : [];
};
