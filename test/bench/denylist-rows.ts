import { tokenDenialKey } from '../../functions/domain/denial.ts';

/** What a row can name a token by, in the order in which rows take turns. */
export const kinds = ['subject', 'jti', 'sid', 'client'] as const;
export type Kind = (typeof kinds)[number];

/** A row as DynamoDB sends it. */
export interface Row {
  readonly key: { readonly S: string };
  readonly blocked: { readonly BOOL: boolean };
  readonly notBefore?: { readonly N: string };
  readonly expiresAt: { readonly N: string };
}

/** Epoch seconds at which the rows were written: after the tokens were issued, before they expire. */
export interface Written {
  readonly issuer: string;
  readonly at: number;
}

/** `outlived` refuses only tokens older than any here; `expired` waits for DynamoDB to delete it. */
export type State = 'in-force' | 'outlived' | 'expired';

export const stateOf = (number: number): State =>
  number % 20 === 10 ? 'outlived' : number % 20 === 5 ? 'expired' : 'in-force';

/** Where the row stands that names something by this number. */
export const rowNumberOf = (kind: Kind, number: number): number =>
  number * kinds.length + kinds.indexOf(kind);

export const nameOf = (kind: Kind, number: number): string => `${kind}-${number}`;

/** A day is longer than any token of the bench lives. */
const day = 86_400;

/** Row `rowNumber` of a denylist: the same rule makes ten thousand and a million. */
export const rowOf = (rowNumber: number, { issuer, at }: Written): Row => {
  const kind = kinds[rowNumber % kinds.length] ?? 'subject';
  const number = Math.floor(rowNumber / kinds.length);
  const state = stateOf(number);
  const blocked = kind === 'subject' && state !== 'outlived';
  return {
    key: { S: tokenDenialKey(issuer, kind, nameOf(kind, number)) },
    blocked: { BOOL: blocked },
    ...(!blocked && { notBefore: { N: String(state === 'outlived' ? at - day : at) } }),
    expiresAt: { N: String(state === 'expired' ? at - 1 : at + day) },
  };
};

export const rowsOf = (size: number, written: Written): Map<string, Row> => {
  const rows = new Map<string, Row>();
  for (let number = 0; number < size; number += 1) {
    const row = rowOf(number, written);
    rows.set(row.key.S, row);
  }
  return rows;
};
