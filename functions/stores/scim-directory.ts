/** What both kinds have. `version` counts the saves; an update must have seen the newest. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** `type` and `primary` are kept because patches address an email by them. */
export interface ScimEmail {
  readonly value: string;
  readonly type?: string;
  readonly primary?: boolean;
}

export interface ScimUser extends Versioned {
  readonly userName: string;
  readonly externalId?: string;
  readonly emails: readonly ScimEmail[];
  readonly active: boolean;
}

export interface ScimGroup extends Versioned {
  readonly displayName: string;
  readonly externalId?: string;
  /** Ids of users. */
  readonly members: readonly string[];
}

export type ScimResource = ScimUser | ScimGroup;

/**
 * One item of a table holds a whole group, and takes 400 kB: this many ids of 64 characters are below it with room to
 * spare. More are refused, so that the provider's administrator sees it; none is dropped in silence.
 */
export const mostMembers = 5000;

export interface ScimPage<T> {
  readonly total: number;
  readonly resources: readonly T[];
}

export interface ScimResources<T extends ScimResource> {
  get(id: string): Promise<T | undefined>;
  /** Those that exist. */
  getAll(ids: readonly string[]): Promise<T[]>;
  /** Names are one spelling whatever their case, and belong to one; an `externalId` is exact and may belong to several. */
  find(by: 'name' | 'externalId', value: string): Promise<T[]>;
  /** In the order of their ids. `startIndex` counts from 1. */
  page(startIndex: number, count: number): Promise<ScimPage<T>>;
  /**
   * Where versions go on under this name: 0 for a new one, more where somebody had it and let it go. Two who have it one
   * after the other never have the same version.
   */
  lastVersion(name: string): Promise<number>;
  /** Stores version + 1. Throws `Conflict` where another came first, or has the name. `before` is absent for a new one. */
  save(resource: T, before?: T): Promise<void>;
  /** Throws `Conflict` where another came first. */
  remove(resource: T): Promise<void>;
}

/** What identity providers provisioned over SCIM: who is who, who is active, and who is in which group. */
export interface ScimDirectory {
  readonly users: ScimResources<ScimUser>;
  readonly groups: ScimResources<ScimGroup>;
}

export const nameOf = (resource: ScimResource): string =>
  'userName' in resource ? resource.userName : resource.displayName;

/** RFC 7643 sections 4.1.1 and 4.2: neither `userName` nor `displayName` is case-exact. */
export const foldedName = (name: string): string => name.trim().normalize('NFC').toLowerCase();
