import { DeleteRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { pruneRoleDenies } from '../../../functions/credentials/prune-role-denies.ts';
import {
  denyAllDocument,
  denyAllName,
  denyOlderDocument,
  denyOlderName,
} from '../../../functions/credentials/role-deny-policy.ts';
import type { AwsClients } from '../../../functions/shared/aws-clients.ts';
import { addRole } from '../../contract/role-worlds.ts';
import { home, inMemory, type StandIn } from '../../contract/stand-ins.ts';

const now = () => new Date('2026-03-02T13:00:00.000Z');
const over = '2026-03-01T11:59:59.999Z';
const notOver = '2026-03-01T12:00:00.000Z';

const ada = { by: 'session-name', value: 'ada@example.com' } as const;
const role = 'AROAEXAMPLE0000000000';

const put = ({ admin }: StandIn, RoleName: string, [PolicyName, PolicyDocument]: readonly [string, string]) =>
  admin.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));

const namesOn = async ({ admin }: StandIn, RoleName: string): Promise<string[]> =>
  (await admin.iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? [];

const prune = (aws: StandIn, clients: Pick<AwsClients, 'iam'> = aws.clients) =>
  pruneRoleDenies({ clients, home, now });

/** A client to which something happens just before it sends a command. */
const disturbed = (aws: StandIn, disturb: (command: object) => Promise<unknown> | undefined) => {
  const client = aws.clients.iam(home);
  const send = client.send.bind(client);
  client.send = async (command: object) => {
    await disturb(command);
    return send(command as never);
  };
  return { iam: () => client };
};

describe('denies of sessions that are all over', () => {
  it('are deleted on every role, and counted', async () => {
    const aws = inMemory();
    const roles = [await addRole(aws), await addRole(aws), await addRole(aws)];
    for (const name of roles) {
      await put(aws, name, [denyOlderName(ada), denyOlderDocument(over, role, ada)]);
      await put(aws, name, [denyOlderName(), denyOlderDocument(over, role)]);
    }
    expect(await prune(aws)).toBe(6);
    for (const name of roles) expect(await namesOn(aws, name)).toEqual([]);
    expect(await prune(aws)).toBe(0);
  });

  it.each<[string, readonly [string, string]]>([
    ['one whose sessions may last', [denyOlderName(ada), denyOlderDocument(notOver, role, ada)]],
    ['one that stops at no time', [denyAllName(ada), denyAllDocument(role, ada)]],
    ['one that stops at no time, under the wrong name', [denyOlderName(ada), denyAllDocument(role, ada)]],
    ["somebody else's name", ['AWSRevokeOlderSessions', denyOlderDocument(over, role)]],
    ["somebody else's document", [denyOlderName(ada), '{"Version":"2012-10-17","Statement":[]}']],
  ])('leave alone %s', async (_, policy) => {
    const aws = inMemory();
    const name = await addRole(aws);
    await put(aws, name, policy);
    expect(await prune(aws)).toBe(0);
    expect(await namesOn(aws, name)).toEqual([policy[0]]);
    expect(aws.log.writes()).toEqual([]);
  });

  it('are not deleted where they got a later time since they were listed', async () => {
    const aws = inMemory();
    const name = await addRole(aws);
    await put(aws, name, [denyOlderName(ada), denyOlderDocument(over, role, ada)]);
    const renewed = [denyOlderName(ada), denyOlderDocument(now().toISOString(), role, ada)] as const;
    const clients = disturbed(aws, (command) =>
      command.constructor.name === 'GetRolePolicyCommand' ? put(aws, name, renewed) : undefined,
    );
    expect(await prune(aws, clients)).toBe(0);
    expect(await namesOn(aws, name)).toEqual([denyOlderName(ada)]);
  });

  it('are deleted though another one could not be, which is told at the end', async () => {
    const aws = inMemory();
    const roles = [await addRole(aws), await addRole(aws), await addRole(aws)];
    for (const name of roles) await put(aws, name, [denyOlderName(ada), denyOlderDocument(over, role, ada)]);
    const clients = disturbed(aws, (command) => {
      const isSecond = command instanceof DeleteRolePolicyCommand && command.input.RoleName === roles[1];
      return isSecond
        ? Promise.reject(Object.assign(new Error('a secret'), { name: 'AccessDeniedException' }))
        : undefined;
    });
    await expect(prune(aws, clients)).rejects.toMatchObject({
      code: 'access-denied',
      retryable: true,
      message: '1 denies of roles that are over could not be deleted',
    });
    expect(await Promise.all(roles.map((name) => namesOn(aws, name)))).toEqual([
      [],
      [denyOlderName(ada)],
      [],
    ]);
  });

  it('may be gone already', async () => {
    const aws = inMemory();
    const name = await addRole(aws);
    const PolicyName = denyOlderName(ada);
    await put(aws, name, [PolicyName, denyOlderDocument(over, role, ada)]);
    const clients = disturbed(aws, (command) =>
      command instanceof DeleteRolePolicyCommand
        ? aws.admin.iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName }))
        : undefined,
    );
    await expect(prune(aws, clients)).resolves.toBe(1);
  });
});
