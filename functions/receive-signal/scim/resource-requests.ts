import { isDeepStrictEqual } from 'node:util';
import { nameOf, type ScimResource, type ScimResources } from '../../stores/scim-directory.ts';
import type { Received, SignalAnswer } from '../channel.ts';
import { signalOf } from './changes.ts';
import { listAnswer, readPage } from './list.ts';
import { scimAnswer, scimRefusal } from './problem.ts';
import type { ResourceKind } from './resource-kind.ts';

/** One request on users or on groups. `id` is absent for the collection. */
export interface ResourceRequest {
  readonly method: string;
  readonly id: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  /** Reads the JSON; throws `Refused` where it is none. */
  readonly body: () => unknown;
}

/** A kind of resource and where it is kept. */
export interface Resources<T extends ScimResource> {
  readonly kind: ResourceKind<T>;
  readonly store: ScimResources<T>;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** Two states of a resource; absent is not there. */
interface Move<T> {
  readonly before?: T;
  readonly after?: T;
}

/** Ids are given out by this service and have 36 characters; a key of the table takes no more than 2,048 bytes. */
const longestId = 64;

const answered = (answer: SignalAnswer): Received => ({ answer, signals: [] });

const notAllowed = (allow: string) => scimRefusal(405, 'the method is not answered', { headers: { allow } });

const withoutMembers = ({ query }: ResourceRequest): boolean =>
  (query.excludedAttributes ?? '').split(',').some((name) => name.trim().toLowerCase() === 'members');

/** Stored once the bus has the signals: a crash in between repeats them and loses none. */
const moved = async <T extends ScimResource>(
  { kind, store, now }: Resources<T>,
  { before, after }: Move<T>,
  answer: SignalAnswer,
): Promise<Received> => {
  const receivedAt = now().toISOString();
  const signals = (await kind.changes(before, after)).map((change) => signalOf(change, receivedAt));
  const settle = async () => {
    if (after) await store.save(after, before);
    else if (before) await store.remove(before);
  };
  return { answer, signals, settle };
};

/** A name that is new to the resource must be free, and its versions go on where its last holder's ended. */
const named = async <T extends ScimResource>({ store }: Resources<T>, next: T, before?: T): Promise<T> => {
  if (before && nameOf(before) === nameOf(next)) return next;
  const [holder] = await store.find('name', nameOf(next));
  const isTaken = holder !== undefined && holder.id !== next.id;
  if (isTaken) throw scimRefusal(409, 'the name is taken', { scimType: 'uniqueness' });
  return { ...next, version: Math.max(next.version, await store.lastVersion(nameOf(next))) };
};

const created = async <T extends ScimResource>(resources: Resources<T>, body: unknown): Promise<Received> => {
  const { kind } = resources;
  const id = resources.newId();
  const after = await named(resources, kind.read(body, kind.blank({ id, version: 0 })));
  const headers = { location: `/scim/v2/${kind.path}/${id}` };
  return moved(resources, { after }, scimAnswer(201, kind.present(after, true), headers));
};

const updated = async <T extends ScimResource>(
  resources: Resources<T>,
  { before, after }: Required<Move<T>>,
  answer: SignalAnswer,
): Promise<Received> => {
  if (isDeepStrictEqual(before, after)) return answered(answer);
  return moved(resources, { before, after: await named(resources, after, before) }, answer);
};

const onCollection = async <T extends ScimResource>(
  resources: Resources<T>,
  request: ResourceRequest,
): Promise<Received> => {
  const { kind, store } = resources;
  if (request.method === 'POST') return created(resources, request.body());
  if (request.method !== 'GET') throw notAllowed('GET, POST');
  const page = await readPage(request.query, kind, store);
  // A page of large groups with all their members would be more than Lambda can answer with (6 MB).
  const withMembers = page.isFiltered && !withoutMembers(request);
  return answered(listAnswer(page, (resource) => kind.present(resource, withMembers)));
};

const onResource = async <T extends ScimResource>(
  resources: Resources<T>,
  request: ResourceRequest,
  id: string,
): Promise<Received> => {
  const { kind, store } = resources;
  const before = id.length > longestId ? undefined : await store.get(id);
  if (!before) throw scimRefusal(404, 'there is no such resource');
  const whole = (resource: T) => scimAnswer(200, kind.present(resource, true));
  switch (request.method) {
    case 'GET':
      return answered(scimAnswer(200, kind.present(before, !withoutMembers(request))));
    case 'PUT': {
      const after = kind.read(request.body(), before);
      return updated(resources, { before, after }, whole(after));
    }
    case 'PATCH': {
      const after = kind.patch(before, request.body());
      // Entra wants no body after patching a group, which may be long; Okta takes either.
      return updated(resources, { before, after }, kind.path === 'Groups' ? scimAnswer(204) : whole(after));
    }
    case 'DELETE':
      return moved(resources, { before }, scimAnswer(204));
    default:
      throw notAllowed('GET, PUT, PATCH, DELETE');
  }
};

/** The requests of RFC 7644 section 3 that Okta and Entra make, alike for users and groups. */
export const onResources = <T extends ScimResource>(
  resources: Resources<T>,
  request: ResourceRequest,
): Promise<Received> =>
  request.id === undefined ? onCollection(resources, request) : onResource(resources, request, request.id);
