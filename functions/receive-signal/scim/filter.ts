import { attributeName } from './attributes.ts';
import { InvalidScim } from './problem.ts';

/** `attribute eq value`; the attribute as `attributeName` spells it. */
export interface Condition {
  readonly attribute: string;
  readonly value: string | boolean;
}

const longestFilter = 1024;

/** The value is JSON text, or bare as Entra's documentation shows it (`externalId eq jyoung`). */
const condition = /\s*([a-z$][\w$.:-]*)\s+eq\s+("(?:[^"\\]|\\.)*"|[^\s"()[\]]+)(\s+and\s+|\s*$)/iy;

const valueIn = (text: string, field: string): string | boolean => {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    throw new InvalidScim('invalidFilter', field, 'has a value that is not JSON text');
  }
};

/** Conditions that must all hold. The operators are those that Okta and Entra use: `eq` and `and`. */
export const parseFilter = (text: string, field: string): Condition[] => {
  const conditions: Condition[] = [];
  const pattern = new RegExp(condition);
  let joint = 'and';
  while (joint !== '') {
    const [, name = '', value = '', after = ''] = pattern.exec(text.slice(0, longestFilter)) ?? [];
    if (name === '') throw new InvalidScim('invalidFilter', field, 'is not one that this service knows');
    conditions.push({ attribute: attributeName(name), value: valueIn(value, field) });
    joint = after.trim();
  }
  return conditions;
};
