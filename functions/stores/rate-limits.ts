import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { InvalidInput } from '../domain/errors.ts';
import { isConditionFailed } from './conditional-write.ts';

/** What may be called so often a second, whoever calls: `iam`, `apigateway`. */
export interface RateLimit {
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
}

/** Token buckets that workers share. One row each, `rate#NAME` of the revocations table. */
export interface RateLimits {
  /** Takes so many tokens at once, or none. Milliseconds until it is worth asking again; 0 where they were taken. */
  take(limit: RateLimit, tokens: number): Promise<number>;
}

/** What is left, and how many were ever taken: that number also tells whether somebody took some meanwhile. */
interface Bucket {
  readonly tokens: number;
  readonly spent: number;
}

/** At least so much was in the bucket at a time of one's own clock. */
interface Sight extends Bucket {
  /** Milliseconds. */
  readonly at: number;
}

const keyOf = ({ name }: RateLimit) => ({ pk: `rate#${name}`, sk: 'bucket' });

/**
 * No clock is compared with another: a worker adds what dripped in while it watched, by its own clock, less what was taken
 * meanwhile. Whatever a clock is off, nobody's bucket is filled by it and nobody waits for it; one that jumps adds `burst`
 * once. What drips in while nobody watches is lost, at most a wait for the first who comes.
 */
export class DynamoRateLimits implements RateLimits {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;
  readonly #sights = new Map<string, Sight>();

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async take(limit: RateLimit, tokens: number): Promise<number> {
    if (tokens > limit.burst)
      throw new InvalidInput('tokens', `are more than ${limit.name} ever has at once`);
    const left = await this.#spend(limit, tokens);
    if (left) {
      this.#look(limit, left);
      return 0;
    }
    const bucket = await this.#read(limit);
    const level = this.#look(limit, bucket);
    if (level >= tokens && (await this.#fillAndSpend(limit, { bucket, level, tokens }))) return 0;
    // Where there was enough, somebody else was quicker: about one is missing by now.
    const missing = level < tokens ? tokens - level : 1;
    return Math.ceil((missing / limit.perSecond) * 1000);
  }

  /** What is in it at least. As if all that was taken since the last look was taken just now: then most overflowed before. */
  #look({ name, perSecond, burst }: RateLimit, bucket: Bucket): number {
    const at = this.#now().getTime();
    const { tokens, spent, at: since } = this.#sights.get(name) ?? { ...bucket, at };
    const dripped = ((at - since) / 1000) * perSecond;
    const level = Math.max(bucket.tokens, Math.min(burst, tokens + dripped) - (bucket.spent - spent));
    this.#sights.set(name, { tokens: level, spent: bucket.spent, at });
    return level;
  }

  /** From what the row says that there is. A bucket that nobody knows is full. */
  async #spend(limit: RateLimit, tokens: number): Promise<Bucket | undefined> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: keyOf(limit),
      ConditionExpression: 'attribute_not_exists(pk) OR #tokens >= :taken',
      UpdateExpression:
        'SET #tokens = if_not_exists(#tokens, :burst) - :taken, #spent = if_not_exists(#spent, :none) + :taken',
      ExpressionAttributeNames: { '#tokens': 'tokens', '#spent': 'spent' },
      ExpressionAttributeValues: { ':burst': limit.burst, ':none': 0, ':taken': tokens },
      ReturnValues: 'ALL_NEW',
    });
    const answer = await this.#client.send(update).catch(isConditionFailed);
    return answer ? (answer.Attributes as unknown as Bucket) : undefined;
  }

  /** Adds what dripped in, unless somebody took some since the look: two would add the same. */
  async #fillAndSpend(
    limit: RateLimit,
    { bucket, level, tokens }: { bucket: Bucket; level: number; tokens: number },
  ): Promise<boolean> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: keyOf(limit),
      ConditionExpression: '#spent = :seen',
      UpdateExpression: 'SET #tokens = :left, #spent = :spent',
      ExpressionAttributeNames: { '#tokens': 'tokens', '#spent': 'spent' },
      ExpressionAttributeValues: {
        ':seen': bucket.spent,
        ':left': level - tokens,
        ':spent': bucket.spent + tokens,
      },
    });
    return this.#client.send(update).then(() => true, isConditionFailed);
  }

  async #read(limit: RateLimit): Promise<Bucket> {
    const get = new GetCommand({ TableName: this.#table, Key: keyOf(limit), ConsistentRead: true });
    return (await this.#client.send(get)).Item as unknown as Bucket;
  }
}
