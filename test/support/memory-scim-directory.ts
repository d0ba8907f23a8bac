import { Conflict } from '../../functions/domain/errors.ts';
import {
  foldedName,
  nameOf,
  type ScimDirectory,
  type ScimGroup,
  type ScimPage,
  type ScimResource,
  type ScimResources,
  type ScimUser,
} from '../../functions/stores/scim-directory.ts';

/** Double of the DynamoDB class, held to the same contract. */
class MemoryScimResources<T extends ScimResource> implements ScimResources<T> {
  readonly #rows = new Map<string, T>();
  readonly #released = new Map<string, number>();

  async get(id: string): Promise<T | undefined> {
    return this.#rows.get(id);
  }

  async getAll(ids: readonly string[]): Promise<T[]> {
    return ids.flatMap((id) => this.#rows.get(id) ?? []);
  }

  async find(by: 'name' | 'externalId', value: string): Promise<T[]> {
    const fits = (row: T) =>
      by === 'externalId' ? row.externalId === value : foldedName(nameOf(row)) === foldedName(value);
    return this.#sorted().filter(fits);
  }

  async page(startIndex: number, count: number): Promise<ScimPage<T>> {
    const resources = this.#sorted().slice(startIndex - 1, startIndex - 1 + count);
    return { total: this.#rows.size, resources };
  }

  async lastVersion(name: string): Promise<number> {
    return this.#released.get(foldedName(name)) ?? 0;
  }

  async save(resource: T, before?: T): Promise<void> {
    const [holder] = await this.find('name', nameOf(resource));
    const isTaken = holder !== undefined && holder.id !== resource.id;
    if (isTaken || this.#rows.get(resource.id)?.version !== before?.version) throw new Conflict(resource.id);
    if (before) this.#release(before);
    this.#released.delete(foldedName(nameOf(resource)));
    this.#rows.set(resource.id, { ...resource, version: resource.version + 1 });
  }

  async remove(resource: T): Promise<void> {
    if (this.#rows.get(resource.id)?.version !== resource.version) throw new Conflict(resource.id);
    this.#release(resource);
    this.#rows.delete(resource.id);
  }

  readonly #release = (resource: T) => this.#released.set(foldedName(nameOf(resource)), resource.version + 1);

  readonly #sorted = () => [...this.#rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export const memoryScimDirectory = (): ScimDirectory => ({
  users: new MemoryScimResources<ScimUser>(),
  groups: new MemoryScimResources<ScimGroup>(),
});
