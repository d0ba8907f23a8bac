import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { tokenDenialKey } from '../../functions/domain/denial.ts';
import { type Kind, kinds, nameOf, rowNumberOf, stateOf } from './denylist-rows.ts';

/** One token, the keys that its row may stand under, and what the largest denylist says about it. */
export interface Sample {
  readonly token: string;
  readonly keys: readonly string[];
  /** Denylists with more rows than this have one for it. */
  readonly rowNumber?: number;
  readonly revoked: boolean;
}

/** How many of its keys have a row, and what must be answered, with so many rows on the denylist. */
export const expectedOf = ({ rowNumber, revoked }: Sample, size: number) => {
  const found = rowNumber !== undefined && rowNumber < size;
  return { rows: found ? 1 : 0, effect: found && revoked ? 'Deny' : 'Allow' } as const;
};

/** Every fifth token is named by a row, by one kind of name after the other. */
export const namedBy = (number: number): Kind | undefined =>
  number % 5 === 0 ? kinds[Math.floor(number / 20) % kinds.length] : undefined;

/** Whom nobody revokes has many tokens. */
const subjects = 100;

const claimOf = (kind: Kind, number: number): string => {
  if (namedBy(number) === kind) return nameOf(kind, number);
  return `free-${nameOf(kind, kind === 'subject' ? number % subjects : number)}`;
};

export const sampleOf = (number: number, issuer: string): Omit<Sample, 'token'> => {
  const kind = namedBy(number);
  return {
    keys: kinds.map((each) => tokenDenialKey(issuer, each, claimOf(each, number))),
    ...(kind && { rowNumber: rowNumberOf(kind, number) }),
    revoked: kind !== undefined && stateOf(number) === 'in-force',
  };
};

export const audience = 'orders-api';

export interface Signed {
  readonly samples: readonly Sample[];
  readonly jwks: { readonly keys: readonly object[] };
}

/** Signed with ES256, issued a minute before the denylist's rows, good for an hour. */
export const signTokens = async (
  count: number,
  { issuer, at }: { readonly issuer: string; readonly at: number },
): Promise<Signed> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const header = { alg: 'ES256', kid: 'bench-1', typ: 'at+jwt' };
  const claimsOf = (number: number) => ({
    iss: issuer,
    aud: audience,
    sub: claimOf('subject', number),
    jti: claimOf('jti', number),
    sid: claimOf('sid', number),
    client_id: claimOf('client', number),
    scope: 'orders:read orders:write',
    iat: at - 60,
    exp: at + 3600,
  });
  const sign = async (_: unknown, number: number): Promise<Sample> => ({
    token: await new SignJWT(claimsOf(number)).setProtectedHeader(header).sign(privateKey),
    ...sampleOf(number, issuer),
  });
  const samples = await Promise.all(Array.from({ length: count }, sign));
  return { samples, jwks: { keys: [{ ...(await exportJWK(publicKey)), ...header, use: 'sig' }] } };
};
