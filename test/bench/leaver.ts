import { APIGatewayClient, CreateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { buildRevokers } from '../../functions/credentials/index.ts';
import { CallLog, logged } from '../contract/call-log.ts';
import { fakeApiGateway } from '../contract/fake-api-gateway.ts';
import { fakeIam } from '../contract/fake-iam.ts';
import { account, issuer, region } from '../support/memory-account.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';
import { changeOf, makeWorld } from '../support/world.ts';

const seed = async (users: number, clients: { iam: IAMClient; apiGateway: APIGatewayClient }) => {
  for (let number = 0; number < users; number += 1) {
    const owner = `user${number}@acme.example`;
    const UserName = `user${number}`;
    await clients.iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'owner', Value: owner }] }));
    for (const _ of [1, 2]) await clients.iam.send(new CreateAccessKeyCommand({ UserName }));
    const key = { name: UserName, enabled: true, tags: { owner } };
    await clients.apiGateway.send(new CreateApiKeyCommand(key));
  }
};

/** AWS control-plane calls for one leaver in an account of this size, from the event to the proof. */
const callsFor = async (users: number): Promise<object> => {
  const log = new CallLog();
  const clients = {
    // The page sizes that the code asks for.
    iam: logged(new IAMClient({ region }), log, fakeIam(1000)),
    apiGateway: logged(new APIGatewayClient({ region }), log, fakeApiGateway(500)),
  };
  await seed(users, clients);
  log.calls.length = 0;
  const world = makeWorld({
    revokers: buildRevokers({
      clients: { iam: () => clients.iam, apiGateway: () => clients.apiGateway },
      home: { account, region },
      denylist: new MemoryDenylist(),
      issuers: [issuer],
      blockedDays: 30,
      now: () => new Date(),
    }),
  });
  await world.submit(changeOf('user0@acme.example', 'deactivated'));
  await world.drain();
  const verified = world.recorded('verified').length > 0;
  const counts = Object.entries(Object.groupBy(log.calls, (call) => call)).map(
    ([call, calls]) => [call, calls?.length ?? 0] as const,
  );
  return { users, apiCalls: log.calls.length, verified, ...Object.fromEntries(counts) };
};

/** AWS in memory, which answers at once: the counts are what matters. */
export const benchLeaver = async (): Promise<object[]> => {
  const rows: object[] = [];
  for (const users of [10, 1000, 5000]) rows.push(await callsFor(users));
  return rows;
};
