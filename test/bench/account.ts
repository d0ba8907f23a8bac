import { CreateApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { buildRevokers } from '../../functions/credentials/index.ts';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import { enforcementSchema } from '../../functions/domain/enforcement-settings.ts';
import { fakeApiGateway } from '../contract/fake-api-gateway.ts';
import { fakeIam } from '../contract/fake-iam.ts';
import { type StandIn, standInFor } from '../contract/stand-ins.ts';
import { account, issuer, region } from '../support/memory-account.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';

const home = { account, region };

const seed = async (users: number, { admin }: StandIn): Promise<void> => {
  for (let number = 0; number < users; number += 1) {
    const owner = `user${number}@acme.example`;
    const UserName = `user${number}`;
    await admin.iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'owner', Value: owner }] }));
    for (const _ of [1, 2]) await admin.iam.send(new CreateAccessKeyCommand({ UserName }));
    const key = { name: UserName, enabled: true, tags: { owner } };
    await admin.apiGateway.send(new CreateApiKeyCommand(key));
  }
};

/**
 * An account with so many users, two access keys and an API key each, in memory: it answers at once, with pages of the
 * size that the code asks for. The counts of calls are what matters.
 */
export const accountOf = async (users: number) => {
  const aws = standInFor({ iam: fakeIam(1000), apiGateway: fakeApiGateway(500), cloudTrail: noHistory });
  await seed(users, aws);
  const revokers = buildRevokers({
    clients: aws.clients,
    home,
    denylist: new MemoryDenylist(),
    issuers: [issuer],
    blockedDays: 30,
    settings: credentialsSchema.parse({}),
    enforcement: enforcementSchema.parse({}),
    identityCenter: undefined,
    secret: () => Promise.reject(new Error('there is none')),
    fetch,
    now: () => new Date(),
  });
  return { ...aws, revokers };
};

/** Nobody assumed a role. */
const noHistory = () => ({ Events: [] });

/** Calls by their names, the most frequent first. */
export const countsOf = (calls: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(calls, (call) => call))
      .map(([call, all]) => [call, all?.length ?? 0] as const)
      .sort(([, a], [, b]) => b - a),
  );
