import type { ScimPage, ScimResource, ScimResources } from '../../stores/scim-directory.ts';
import type { SignalAnswer } from '../channel.ts';
import { parseFilter } from './filter.ts';
import { InvalidScim, scimAnswer } from './problem.ts';
import type { ResourceKind } from './resource-kind.ts';

/** Resources in one answer; `ServiceProviderConfig` names it. */
export const mostResults = 100;

type Query = Readonly<Record<string, string>>;

export interface ResultPage<T> extends ScimPage<T> {
  readonly startIndex: number;
  /** Whoever filters wants one resource, and can have all of it. */
  readonly isFiltered: boolean;
}

/** RFC 7644 section 3.4.2.4: what is below the least counts as the least. */
const readCount = (query: Query, name: 'startIndex' | 'count', usual: number, least: number): number => {
  const text = query[name];
  if (text === undefined) return usual;
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidScim('invalidValue', name, 'is not a whole number');
  return Math.max(least, Number(text));
};

const readFiltered = async <T extends ScimResource>(
  filter: string,
  { filters }: ResourceKind<T>,
  store: ScimResources<T>,
): Promise<T[]> => {
  const [condition, ...others] = parseFilter(filter, 'filter');
  const by = condition && filters.get(condition.attribute);
  if (!by || others.length > 0 || typeof condition.value !== 'string') {
    throw new InvalidScim('invalidFilter', 'filter', `is not: ${[...filters.keys()].join(' or ')} eq "…"`);
  }
  return store.find(by, condition.value);
};

export const readPage = async <T extends ScimResource>(
  query: Query,
  kind: ResourceKind<T>,
  store: ScimResources<T>,
): Promise<ResultPage<T>> => {
  const startIndex = readCount(query, 'startIndex', 1, 1);
  const count = Math.min(mostResults, readCount(query, 'count', mostResults, 0));
  if (query.filter === undefined)
    return { ...(await store.page(startIndex, count)), startIndex, isFiltered: false };
  const found = await readFiltered(query.filter, kind, store);
  const resources = found.slice(startIndex - 1, startIndex - 1 + count);
  return { total: found.length, resources, startIndex, isFiltered: true };
};

export const listAnswer = <T>(
  { total, resources, startIndex }: Omit<ResultPage<T>, 'isFiltered'>,
  present: (resource: T) => object,
): SignalAnswer =>
  scimAnswer(200, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources.map(present),
  });
