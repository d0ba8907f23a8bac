import { attributesOf, withoutSchema } from './attributes.ts';
import { type Condition, parseFilter } from './filter.ts';
import { InvalidScim } from './problem.ts';

/** One operation of a patch on one attribute, spelt in one way (RFC 7644 section 3.5.2). */
export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  /** As `attributeName` spells it. */
  readonly attribute: string;
  /** What stood in brackets; empty where nothing did. */
  readonly where: readonly Condition[];
  /** What stood after the dot, in lower case. */
  readonly sub?: string;
  readonly value: unknown;
  /** For messages. */
  readonly field: string;
}

const longestPath = 1024;
const mostOperations = 2000;

/** `attribute`, `attribute.sub`, `attribute[filter]`, `attribute[filter].sub` */
const pathPattern = /^([a-z$][\w$-]*)(?:\[(.*)\])?(?:\.([a-z$][\w$-]*))?$/i;

const readOp = (value: unknown, field: string): Operation['op'] => {
  const op = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (op === 'add' || op === 'replace' || op === 'remove') return op;
  throw new InvalidScim('invalidSyntax', `${field}.op`, 'is not add, replace or remove');
};

interface Context {
  readonly known: ReadonlySet<string>;
  readonly field: string;
}

interface Target {
  readonly path: string;
  readonly value: unknown;
}

/**
 * Without a path the value names the attributes, each of them once. Its keys are read as paths, which Entra's are, and
 * keep their case, which matters inside of filters.
 */
const targetsOf = (path: unknown, value: unknown, field: string): Target[] => {
  if (typeof path === 'string' && path !== '') return [{ path, value }];
  if (path !== undefined && path !== null && path !== '') {
    throw new InvalidScim('invalidPath', `${field}.path`, 'is not a text');
  }
  attributesOf(value, `${field}.value`);
  return Object.entries(value as object).map(([key, one]) => ({ path: key, value: one }));
};

/** Nothing where the attribute is none of those that are kept: such are ignored, however they are addressed. */
const operationOn = (op: Operation['op'], target: Target, { known, field }: Context): Operation[] => {
  const path = withoutSchema(target.path);
  const attribute = (/^[a-z$][\w$-]*/i.exec(path)?.[0] ?? '').toLowerCase();
  if (!known.has(attribute)) return [];
  const [match, , filter, sub] = path.length > longestPath ? [] : (pathPattern.exec(path) ?? []);
  if (match === undefined) throw new InvalidScim('invalidPath', `${field}.path`, 'cannot be read');
  const where = filter === undefined ? [] : parseFilter(filter, `${field}.path`);
  return [{ op, attribute, where, ...(sub && { sub: sub.toLowerCase() }), value: target.value, field }];
};

/**
 * The operations of a PatchOp message on the attributes that are `known`, in order. Names and operators may have any
 * case. Pure; throws `InvalidScim`.
 */
export const operationsOf = (body: unknown, known: ReadonlySet<string>): Operation[] => {
  const operations = attributesOf(body, 'body').get('operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new InvalidScim('invalidSyntax', 'Operations', 'is not a list of operations');
  }
  if (operations.length > mostOperations) {
    throw new InvalidScim('invalidValue', 'Operations', `has more than ${mostOperations} entries`);
  }
  return operations.flatMap((one: unknown, index) => {
    const field = `Operations.${index}`;
    const attributes = attributesOf(one, field);
    const op = readOp(attributes.get('op'), field);
    const path = attributes.get('path');
    if (op === 'remove' && !path) throw new InvalidScim('noTarget', `${field}.path`, 'is missing');
    // A replacement that lost its value must not be taken for one by nothing.
    const isComplete = op === 'remove' || attributes.has('value');
    if (!isComplete) throw new InvalidScim('invalidValue', `${field}.value`, 'is missing');
    const targets = targetsOf(path, attributes.get('value'), field);
    return targets.flatMap((target) => operationOn(op, target, { known, field }));
  });
};
