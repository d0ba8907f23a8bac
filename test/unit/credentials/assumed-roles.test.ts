import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { describe, expect, it } from 'vitest';
import { assumedWith } from '../../../functions/credentials/assumed-roles.ts';
import { CallLog, logged } from '../../contract/call-log.ts';
import { FakeCloudTrail, fakeCloudTrail } from '../../contract/fake-cloud-trail.ts';

const since = new Date('2026-03-01T00:00:00Z');

const makeTrail = () => {
  const trail = new FakeCloudTrail(2);
  const log = new CallLog();
  const client = logged(new CloudTrailClient({ region: 'eu-west-1' }), log, fakeCloudTrail(trail));
  let minute = 600;
  const signed = (eventName: string, accessKeyId: string) => {
    minute -= 1;
    return {
      eventName,
      eventTime: new Date(since.getTime() + minute * 60_000).toISOString(),
      userIdentity: { accessKeyId },
    };
  };
  /** `made` is the key of the session. Each is earlier than the one before. */
  const assume = (accessKeyId: string, role: string, made: string) =>
    trail.record(
      Object.assign(signed('AssumeRole', accessKeyId), {
        requestParameters: { roleArn: `arn:aws:iam::123456789012:role/${role}`, roleSessionName: 'deploy' },
        responseElements: { credentials: { accessKeyId: made, sessionToken: 'a secret token' } },
      }),
    );
  return { trail, log, client, signed, assume };
};

/** The roles, and after them the error, if there was one. */
const walk = async ({ client }: ReturnType<typeof makeTrail>, ...keys: string[]) => {
  const roles: string[] = [];
  try {
    for await (const { role } of assumedWith(keys, { clients: [client], since })) roles.push(role);
    return { roles };
  } catch (error) {
    return { roles, error };
  }
};

describe('roles that were assumed with a key', () => {
  it('are read from the event: account, role without its path, and session', async () => {
    const made = makeTrail();
    made.assume('AKIA1', 'ops/eu/admin', 'ASIA1');
    expect(await Array.fromAsync(assumedWith(['AKIA1'], { clients: [made.client], since }))).toEqual([
      {
        arn: 'arn:aws:iam::123456789012:role/ops/eu/admin',
        account: '123456789012',
        role: 'admin',
        session: 'deploy',
      },
    ]);
  });

  it('are found on every page, and from each other', async () => {
    const made = makeTrail();
    for (const role of ['one', 'two', 'three']) made.assume('AKIA1', role, `ASIA-${role}`);
    made.assume('ASIA-three', 'chained', 'ASIA-chained');
    made.assume('ASIA-chained', 'from-there', 'ASIA-from-there');
    made.assume('AKIA2', 'not-mine', 'ASIA-not-mine');
    const roles = ['one', 'two', 'three', 'chained', 'from-there'];
    expect(await walk(made, 'AKIA1')).toEqual({ roles });
  });

  it('are not looked for at the end of a longer chain, which is told', async () => {
    const made = makeTrail();
    made.assume('AKIA1', 'first', 'ASIA1');
    for (let link = 1; link < 9; link += 1) made.assume(`ASIA${link}`, `link-${link}`, `ASIA${link + 1}`);
    expect(await walk(made, 'AKIA1')).toEqual({
      roles: ['first', 'link-1', 'link-2', 'link-3'],
      error: expect.objectContaining({ code: 'limit-exceeded', retryable: false }),
    });
  });

  it('are found behind a session token too', async () => {
    const made = makeTrail();
    const token = { responseElements: { credentials: { accessKeyId: 'ASIAMFA' } } };
    made.trail.record(Object.assign(made.signed('GetSessionToken', 'AKIA1'), token));
    made.assume('ASIAMFA', 'admin', 'ASIA1');
    expect(await walk(made, 'AKIA1')).toEqual({ roles: ['admin'] });
  });

  it('are looked for once under each key, however often it is named', async () => {
    const made = makeTrail();
    made.assume('AKIA1', 'admin', 'ASIA1');
    made.assume('AKIA2', 'admin', 'ASIA1');
    made.assume('ASIA1', 'admin', 'ASIA1');
    expect((await walk(made, 'AKIA1', 'AKIA2', 'AKIA1')).roles).toEqual(['admin', 'admin', 'admin']);
    expect(made.log.calls).toHaveLength(3);
  });

  it('are none where the call was refused, or was another', async () => {
    const made = makeTrail();
    const refused = { errorCode: 'AccessDenied', requestParameters: null, responseElements: null };
    made.trail.record(Object.assign(made.signed('AssumeRole', 'AKIA1'), refused));
    made.trail.record(Object.assign(made.signed('GetSessionToken', 'AKIA1'), refused));
    made.trail.record(made.signed('DescribeInstances', 'AKIA1'), 'not JSON');
    expect(await walk(made, 'AKIA1')).toEqual({ roles: [] });
  });

  it.each([
    ['not JSON', 'not JSON: a secret token'],
    [
      'without its parameters',
      JSON.stringify({ responseElements: { credentials: { accessKeyId: 'ASIA9' } } }),
    ],
    [
      'whose role has no ARN',
      JSON.stringify({
        requestParameters: { roleArn: 'a secret token', roleSessionName: 'deploy' },
        responseElements: { credentials: { accessKeyId: 'ASIA9' } },
      }),
    ],
  ])('are all found beside an event %s, which is told at the end and not quoted', async (_, text) => {
    const made = makeTrail();
    made.assume('AKIA1', 'before', 'ASIA1');
    made.trail.record(made.signed('AssumeRole', 'AKIA1'), text);
    made.assume('AKIA1', 'after', 'ASIA2');
    made.assume('ASIA2', 'chained', 'ASIA3');
    const { roles, error } = await walk(made, 'AKIA1');
    expect(roles).toEqual(['before', 'after', 'chained']);
    expect(error).toMatchObject({
      code: 'invalid-input',
      retryable: false,
      message: expect.stringContaining('1 events not understood'),
    });
    expect(String((error as Error).message + (error as Error).cause)).not.toContain('secret');
  });

  it('are not all looked for under a key that calls too much: what was found is kept, and it is told', async () => {
    const made = makeTrail();
    made.assume('AKIA1', 'latest', 'ASIA1');
    for (let call = 0; call < 2 * 151; call += 1)
      made.trail.record(made.signed('DescribeInstances', 'AKIA1'));
    const { roles, error } = await walk(made, 'AKIA1');
    expect(roles).toEqual(['latest']);
    expect(error).toMatchObject({ code: 'limit-exceeded', retryable: false });
    expect(made.log.calls).toHaveLength(151);
  });

  it('may be looked for later where CloudTrail throttles', async () => {
    const made = makeTrail();
    made.log.failing = 'throttled';
    expect((await walk(made, 'AKIA1')).error).toMatchObject({
      code: 'throttled',
      retryable: true,
      message: expect.stringContaining('cloudtrail:LookupEvents'),
    });
  });
});
