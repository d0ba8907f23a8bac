import type { Denial } from '../../functions/domain/denial.ts';
import type { Denylist } from '../../functions/stores/denylist.ts';

/** What AWS answers to every call, with the words that must not come through into our own messages. */
const failures = {
  throttled: { name: 'ThrottlingException', status: 400 },
  denied: { name: 'AccessDeniedException', status: 403 },
} as const;

export const quoted = 'User arn:aws:sts::123456789012:assumed-role/secret is not authorized';

/** Every AWS call of one test, in order; and the switch that makes them fail. */
export class CallLog {
  readonly calls: string[] = [];
  failing: keyof typeof failures | undefined;

  note(call: string): void {
    this.calls.push(call);
    if (!this.failing) return;
    const { name, status } = failures[this.failing];
    throw Object.assign(new Error(quoted), { name, $metadata: { httpStatusCode: status } });
  }

  /** Reads on AWS begin with one of three words; whatever does not, writes. */
  writes(): string[] {
    return this.calls.filter((call) => !/^(Admin)?(Get|List|Describe)/.test(call));
  }
}

interface Sender {
  send(command: never): Promise<unknown>;
}

/** What stands for AWS: takes a command and answers as the service would. */
export type Answer = (command: object) => object;

/**
 * Lets every command of a client pass through the log, and answers it where an `answer` is given. Its own `send`
 * is replaced, not the client: the SDK's paginators insist on a real one.
 */
export const logged = <C extends Sender>(client: C, log: CallLog, answer?: Answer): C => {
  const real = client.send.bind(client);
  client.send = async (command: object) => {
    log.note(command.constructor.name.replace(/Command$/, ''));
    return answer ? answer(command) : real(command as never);
  };
  return client;
};

export const loggedDenylist = (denylist: Denylist, log: CallLog): Denylist => ({
  read: async (key: string) => {
    log.note('GetItem');
    return denylist.read(key);
  },
  deny: async (key: string, denial: Denial, by?: string) => {
    log.note('PutItem');
    await denylist.deny(key, denial, by);
  },
  prolong: async (key: string, denial: Denial, by?: string) => {
    log.note('PutItem');
    await denylist.prolong(key, denial, by);
  },
  unblock: async (key: string, by?: string) => {
    log.note('PutItem');
    await denylist.unblock(key, by);
  },
});
