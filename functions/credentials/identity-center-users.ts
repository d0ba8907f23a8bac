import {
  DescribeUserCommand,
  GetUserIdCommand,
  type IdentitystoreClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-identitystore';
import { CutoffError } from '../domain/errors.ts';
import { type Subject, subjectKey } from '../domain/subject.ts';
import { namesOf } from '../identity/identity-center.ts';
import { unlessNotFound } from '../identity/unless-not-found.ts';
import { calling } from './aws-errors.ts';

/** "UserId" in the Identity Store API Reference. Other directories, such as Entra, have ids of this form too. */
const userId = /^([0-9a-f]{10}-)?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

/** A user, and the subject keys of what the directory calls them: of one who is gone, the id alone. */
export interface NamedUser {
  readonly id: string;
  readonly names: readonly string[];
}

export const nameOf = (id: string): string => subjectKey({ format: 'opaque', id });

/** A store that is not found is an error: it must not make everybody gone. */
const unlessNoSuchUser = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    const cause = error instanceof CutoffError ? error.cause : undefined;
    if (cause instanceof ResourceNotFoundException && cause.ResourceType !== 'IDENTITY_STORE')
      return undefined;
    throw error;
  }
};

/** Who is in the directory of Identity Center. */
export class IdentityCenterUsers {
  readonly #client: IdentitystoreClient;
  readonly #storeId: string;

  constructor(client: IdentitystoreClient, storeId: string) {
    this.#client = client;
    this.#storeId = storeId;
  }

  /** `undefined` of a user that is gone. */
  async namesOf(id: string): Promise<string[] | undefined> {
    const describe = new DescribeUserCommand({ IdentityStoreId: this.#storeId, UserId: id });
    const call = calling('identitystore:DescribeUser', () => this.#client.send(describe));
    const user = await unlessNoSuchUser(call);
    return user && namesOf({ ...user, UserId: id }).map(subjectKey);
  }

  /**
   * Users that the subject may be: those whose ids it has, also of one who is gone, since assignments may be left
   * behind. Where none of these is in the directory, those that have its addresses.
   */
  async *ofSubject(subjects: readonly Subject[]): AsyncGenerator<NamedUser> {
    let isKnown = false;
    for (const subject of subjects) {
      if (subject.format !== 'opaque' || !userId.test(subject.id)) continue;
      const names = await this.namesOf(subject.id);
      isKnown ||= names !== undefined;
      yield { id: subject.id, names: names ?? [nameOf(subject.id)] };
    }
    if (isKnown) return;
    for (const id of await this.#idsByAddress(subjects)) {
      const names = await this.namesOf(id);
      if (names) yield { id, names };
    }
  }

  /** What a user has, by a listing: nothing of one who is gone. It may be the instance that is not found: an error. */
  async listingOf<T>(id: string, listing: Promise<readonly T[]>): Promise<readonly T[]> {
    const all = await unlessNotFound(listing);
    if (all) return all;
    return (await this.namesOf(id)) ? listing : [];
  }

  /**
   * One user at most has an address: `emails.value` and `userName` are unique ("GetUserId", Identity Store API Reference).
   * Assumption: an address in other capitals is not found by it. Whether a found one is meant, its names tell.
   */
  async #idsByAddress(subjects: readonly Subject[]): Promise<Set<string>> {
    const ids = new Set<string>();
    for (const subject of subjects) {
      if (subject.format !== 'email') continue;
      for (const path of ['emails.value', 'userName']) {
        const id = await this.#idBy(path, subject.email);
        if (id) ids.add(id);
      }
    }
    return ids;
  }

  async #idBy(AttributePath: string, AttributeValue: string): Promise<string | undefined> {
    const AlternateIdentifier = { UniqueAttribute: { AttributePath, AttributeValue } };
    const get = new GetUserIdCommand({ IdentityStoreId: this.#storeId, AlternateIdentifier });
    const call = calling('identitystore:GetUserId', () => this.#client.send(get));
    return (await unlessNoSuchUser(call))?.UserId;
  }
}
