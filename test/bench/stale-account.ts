/** What one account may have ("IAM and AWS STS quotas"). */
export const usersPerAccount = 5000;

const day = 86_400_000;

/** Of so many users one has an access key that nobody uses any more, and of so many API keys one is unused. */
export const onePer = 100;

export type KeyNumber = 1 | 2;

const digits = (number: number, length: number): string => String(number).padStart(length, '0');

export interface AccountProps {
  readonly account: string;
  readonly users: number;
  readonly now: Date;
}

/**
 * An account that is known by rules alone: what a user of some number has is made up when somebody asks, so that a hundred
 * thousand of them take no memory. Each has two access keys, and one API key on the one usage plan.
 */
export class StaleAccount {
  readonly account: string;
  readonly users: number;
  readonly created: Date;
  readonly rotated: Date;
  readonly plan = 'plan000001';
  readonly #lately: Date;
  readonly #longAgo: Date;

  constructor({ account, users, now }: AccountProps) {
    const ago = (days: number) => new Date(now.getTime() - days * day);
    this.account = account;
    this.users = users;
    this.created = ago(400);
    this.rotated = ago(200);
    this.#lately = ago(3);
    this.#longAgo = ago(150);
  }

  nameOf(user: number): string {
    return `user${digits(user, 7)}`;
  }

  /** By its name. */
  userIn(name: string): number {
    return Number(name.slice(4));
  }

  arnOf(user: number): string {
    return `arn:aws:iam::${this.account}:user/${this.nameOf(user)}`;
  }

  ownerOf(user: number): string {
    return `${this.nameOf(user)}@acme.example`;
  }

  accessKeyOf(user: number, key: KeyNumber): string {
    return `AKIA${digits(user, 15)}${key}`;
  }

  lastUseOf(user: number, key: KeyNumber): Date {
    return key === 1 && user % onePer === 0 ? this.#longAgo : this.#lately;
  }

  lastUseOfAccessKey(id: string): Date {
    return this.lastUseOf(Number(id.slice(4, 19)), id.endsWith('1') ? 1 : 2);
  }

  apiKeyOf(user: number): string {
    return `k${digits(user, 9)}`;
  }

  /** By its API key. */
  userWith(apiKey: string): number {
    return Number(apiKey.slice(1));
  }

  isApiKeyUsed(user: number): boolean {
    return user % onePer !== onePer / 2;
  }

  /** Ids of what nobody uses. */
  stale(): string[] {
    const users = Array.from({ length: this.users }, (_, user) => user);
    return [
      ...users
        .filter((user) => this.lastUseOf(user, 1) === this.#longAgo)
        .map((user) => this.accessKeyOf(user, 1)),
      ...users.filter((user) => !this.isApiKeyUsed(user)).map((user) => this.apiKeyOf(user)),
    ];
  }
}

/** A page of whom there are so many: numbers from `start`, and where the next one begins. */
export const pageFrom = (start: string | undefined, all: number, size: number) => {
  const from = Number(start ?? 0);
  const length = Math.min(size, all - from);
  const next = from + length < all ? String(from + length) : undefined;
  return { numbers: Array.from({ length }, (_, at) => from + at), next };
};
