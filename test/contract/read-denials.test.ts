import { afterEach, describe, expect, it } from 'vitest';
import { denylistWire, type Wire } from '../../functions/authorize/denylist-wire.ts';
import { denialReader } from '../../functions/authorize/read-denials.ts';
import { DynamoDenylist } from '../../functions/stores/denylist.ts';
import { localTables } from '../support/local-tables.ts';

const client = localTables();

/** To the same DynamoDB as the client that writes the rows. */
const wireTo = async (): Promise<Wire> => {
  const { protocol, hostname, port } = (await client().config.endpoint?.()) ?? {};
  return denylistWire({
    region: 'eu-west-1',
    endpoint: new URL(`${protocol}//${hostname}:${port}`),
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing', sessionToken: 'testing' },
  });
};
const bodies: string[] = [];
const recorded =
  (wire: Wire): Wire =>
  (body, attempt) => {
    bodies.push(body);
    return wire(body, attempt);
  };
afterEach(() => void bodies.splice(0));

describe('denialReader, on a real DynamoDB protocol', () => {
  it('reads at once what the denylist has written, and nothing for what is not there', async () => {
    const denylist = new DynamoDenylist(client(), 'denylist');
    const read = denialReader(await wireTo(), 'denylist');
    const [blocked, revoked] = [
      'subject#https://id.example.com#zoë@example.com',
      'jti#https://id.example.com#1',
    ];
    expect(await read([blocked, revoked])).toEqual(new Map());
    await denylist.deny(blocked, { blocked: true, blockedBy: ['rev-1'], expiresAt: 2_000_000_000 });
    await denylist.deny(revoked, { blocked: false, notBefore: 1_800_000_000, expiresAt: 2_000_000_000 });
    expect(await read([blocked, 'sid#none', revoked, blocked])).toEqual(
      new Map([
        [blocked, { blocked: true, expiresAt: 2_000_000_000 }],
        [revoked, { blocked: false, notBefore: 1_800_000_000, expiresAt: 2_000_000_000 }],
      ]),
    );
  });

  it('is refused by name where there is no such table, after one attempt', async () => {
    const read = denialReader(recorded(await wireTo()), 'no-such-table');
    await expect(read(['a'])).rejects.toMatchObject({
      reason: 'denylist-unreachable',
      cause: { name: 'ResourceNotFoundException' },
    });
    expect(bodies).toHaveLength(1);
  });

  it('is refused by name where it asks for more than a hundred keys', async () => {
    const read = denialReader(await wireTo(), 'denylist');
    await expect(read(Array.from({ length: 101 }, (_, index) => `k${index}`))).rejects.toMatchObject({
      cause: { name: 'ValidationException' },
    });
  });
});
