import { expect, it } from 'vitest';
import type { IamUserPart, IamUserPartRevoker } from '../../functions/credentials/iam-user-part.ts';
import type { IamUser } from '../../functions/domain/credential.ts';
import type { AwsClients } from '../../functions/shared/aws-clients.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, type StandIn } from './stand-ins.ts';
import { ada, addApiKey, addUser, order } from './worlds.ts';

/** How a test makes one kind of part, and what an administrator may do to it. */
export interface PartWorld<C extends IamUserPart> {
  readonly Revoker: new (clients: AwsClients) => IamUserPartRevoker<C>;
  readonly missingAction: string;
  add(aws: StandIn, user: IamUser): Promise<C>;
  deactivate(aws: StandIn, part: C): Promise<unknown>;
  delete(aws: StandIn, part: C): Promise<unknown>;
}

/** The contract, and what all parts of an IAM user have in common beyond it. */
export const describeUserPart = <C extends IamUserPart>(
  standIn: () => StandIn,
  kind: C['kind'],
  world: PartWorld<C>,
): void => {
  const { Revoker } = world;

  describeRevokerContract(kind, async () => {
    const aws = standIn();
    const user = await addUser(aws);
    const credential = await world.add(aws, user);
    return {
      revoker: new Revoker(aws.clients),
      credential,
      order,
      log: aws.log,
      finds: [{ for: 'principal', principal: user }],
      ignores: [
        { for: 'everyone' },
        { for: 'subject', subjects: [ada] },
        { for: 'principal', principal: await addApiKey(aws) },
      ],
      missingAction: world.missingAction,
      cutByOthers: async () => void (await world.deactivate(aws, credential)),
      deletedByOthers: async () => void (await world.delete(aws, credential)),
    };
  });

  it('finds every one of the user, and touches one only', async () => {
    const aws = standIn();
    const user = await addUser(aws);
    const [first, second] = [await world.add(aws, user), await world.add(aws, user)];
    const revoker = new Revoker(aws.clients);
    const found = () => Array.fromAsync(revoker.discover({ for: 'principal', principal: user }));
    const facts = (part: C) => ({
      credential: part,
      facts: expect.objectContaining({ arn: '', name: part.id, tags: {} }),
    });
    await revoker.revoke(first);
    expect(await found()).toEqual([facts(first), facts(second)]);
    expect((await revoker.inspect(first)).state).toBe('dead');
    expect((await revoker.inspect(second)).state).toBe('live');
    await revoker.remove(first);
    expect(await found()).toEqual([facts(second)]);
  });

  it('finds nothing under a user that is gone', async () => {
    const aws = standIn();
    const gone = { kind: 'iam-user', account: home.account, region: 'global', id: 'nobody' } as const;
    const revoker = new Revoker(aws.clients);
    expect(await Array.fromAsync(revoker.discover({ for: 'principal', principal: gone }))).toEqual([]);
  });
};
