import { type CloudTrailClient, type Event, paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import { CutoffError, type ErrorCode } from '../domain/errors.ts';
import { callingPages } from './aws-errors.ts';

/** A session of a role, as the event of its beginning tells it. */
export interface AssumedRole {
  readonly arn: string;
  readonly account: string;
  readonly role: string;
  readonly session: string;
}

/** Own key, session token with MFA, role, a role from there: hardly anybody goes on. */
const deepest = 4;
/** At two requests a second for the account and region ("LookupEvents"), what a function has time for. */
const mostPages = 150;

const roleArn = /^arn:[\w-]+:iam::(?<account>\d{12}):role\/(?:.*\/)?(?<role>[\w+=,.@-]{1,64})$/;

/** What else stands in an event, the session token among it, is left out. */
const newKey = z.object({ credentials: z.object({ accessKeyId: z.string() }) });
const refused = z.object({ errorCode: z.string() });
const record = z.object({ responseElements: newKey });
const assumeRole = record.extend({
  requestParameters: z.object({ roleArn: z.string().regex(roleArn), roleSessionName: z.string() }),
});

/** What begins with one event: a session of a role, or a session token of the user, from which roles are assumed. */
interface Begun {
  readonly key: string;
  readonly role?: AssumedRole;
}

/** `undefined` where nothing began. Throws for what is not as the documentation has it. */
const begunIn = ({ EventName, CloudTrailEvent = '' }: Event): Begun | undefined => {
  if (EventName !== 'AssumeRole' && EventName !== 'GetSessionToken') return undefined;
  const event: unknown = JSON.parse(CloudTrailEvent);
  if (refused.safeParse(event).success) return undefined;
  const { accessKeyId: key } = record.parse(event).responseElements.credentials;
  if (EventName === 'GetSessionToken') return { key };
  const { roleArn: arn, roleSessionName: session } = assumeRole.parse(event).requestParameters;
  const { account = '', role = '' } = roleArn.exec(arn)?.groups ?? {};
  return { key, role: { arn, account, role, session } };
};

const incomplete = (problem: string, code: ErrorCode): CutoffError =>
  new CutoffError(`cloudtrail:LookupEvents: ${problem}; look for sessions of roles by hand`, {
    code,
    retryable: false,
  });

/** One walk through the event history: each key once, in the order of their making. */
class Walk {
  readonly #clients: readonly CloudTrailClient[];
  readonly #since: Date;
  readonly #seen = new Set<string>();
  #pages = 0;
  unreadable = 0;

  constructor(clients: readonly CloudTrailClient[], since: Date) {
    this.#clients = clients;
    this.#since = since;
  }

  /** Yields what was assumed with these keys, and returns the keys that were made with them. */
  async *step(accessKeyIds: readonly string[]): AsyncGenerator<AssumedRole, string[]> {
    const made: string[] = [];
    for (const key of accessKeyIds) {
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      for (const client of this.#clients) {
        for await (const begun of this.#begunWith(key, client)) {
          if (begun.role) yield begun.role;
          made.push(begun.key);
        }
      }
    }
    return made;
  }

  /** The latest come first, so what a busy key hides is the oldest. */
  async *#begunWith(accessKeyId: string, client: CloudTrailClient): AsyncGenerator<Begun> {
    const LookupAttributes = [{ AttributeKey: 'AccessKeyId' as const, AttributeValue: accessKeyId }];
    const asked = { LookupAttributes, StartTime: this.#since };
    const pages = paginateLookupEvents({ client, pageSize: 50 }, asked);
    for await (const { Events = [] } of callingPages('cloudtrail:LookupEvents', pages)) {
      this.#pages += 1;
      if (this.#pages > mostPages) throw incomplete(`more than ${mostPages} pages`, 'limit-exceeded');
      for (const event of Events) {
        const begun = this.#read(event);
        if (begun) yield begun;
      }
    }
  }

  /** One bad event must not hide the others; it is counted, and told at the end. */
  #read(event: Event): Begun | undefined {
    try {
      return begunIn(event);
    } catch {
      this.unreadable += 1;
      return undefined;
    }
  }
}

/**
 * Sessions of roles that were assumed with these access keys, and with what was assumed so (role chaining). Whatever can
 * be found is yielded first; then it is an error if there may be more.
 *
 * An event names the key that signed the request, which may be a temporary one ("CloudTrail userIdentity element").
 * Assumption: LookupEvents finds events by that key.
 */
export async function* assumedWith(
  accessKeyIds: readonly string[],
  { clients, since }: { clients: readonly CloudTrailClient[]; since: Date },
): AsyncGenerator<AssumedRole> {
  const walk = new Walk(clients, since);
  let keys = [...accessKeyIds];
  for (let depth = 0; depth < deepest && keys.length > 0; depth += 1) {
    keys = yield* walk.step(keys);
  }
  if (walk.unreadable > 0) throw incomplete(`${walk.unreadable} events not understood`, 'invalid-input');
  if (keys.length > 0) throw incomplete(`roles chained more than ${deepest} deep`, 'limit-exceeded');
}
