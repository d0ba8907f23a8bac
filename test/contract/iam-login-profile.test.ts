import {
  AttachUserPolicyCommand,
  DeleteLoginProfileCommand,
  GetUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import type { Original } from '../../functions/credentials/credential-revoker.ts';
import { awsDenyAllArn, denyAllName } from '../../functions/credentials/deny-all-policy.ts';
import { IamLoginProfileRevoker } from '../../functions/credentials/iam-login-profile.ts';
import { IamUserRevoker } from '../../functions/credentials/iam-user.ts';
import type { IamLoginProfile, IamUser } from '../../functions/domain/credential.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, onEveryStandIn, type StandIn } from './stand-ins.ts';
import { ada, addApiKey, addLoginProfile, addUser, order } from './worlds.ts';

/**
 * As in a task, where the user has a step of its own: its original is read before anything is written, and its
 * restore lifts the deny that makes the password dead. The password's own `restore` has nothing to do.
 */
class WithItsUser extends IamLoginProfileRevoker {
  readonly #users: IamUserRevoker;
  readonly #user: IamUser;
  #before: Original | undefined;

  constructor({ clients }: StandIn, user: IamUser) {
    super(clients);
    this.#users = new IamUserRevoker(clients, home);
    this.#user = user;
  }

  override async revoke(credential: IamLoginProfile): Promise<void> {
    const denyAll = { ...order, action: 'deny-all' } as const;
    this.#before ??= (await this.#users.inspect(this.#user, denyAll)).original;
    await super.revoke(credential);
  }

  override async restore(): Promise<void> {
    await super.restore();
    await this.#users.restore(this.#user, this.#before ?? {});
  }
}

onEveryStandIn((standIn) => {
  describeRevokerContract('iam-login-profile', async () => {
    const aws = standIn();
    const user = await addUser(aws);
    const UserName = user.id;
    return {
      revoker: new WithItsUser(aws, user),
      credential: await addLoginProfile(aws, user),
      order,
      log: aws.log,
      finds: [{ for: 'principal', principal: user }],
      ignores: [
        { for: 'everyone' },
        { for: 'subject', subjects: [ada] },
        { for: 'principal', principal: await addApiKey(aws) },
        { for: 'principal', principal: await addUser(aws) }, // one without a password
      ],
      missingAction: 'iam:ListAttachedUserPolicies',
      cutByOthers: async () => {
        const PolicyArn = awsDenyAllArn(home.region);
        await aws.admin.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      },
      deletedByOthers: async () => {
        await aws.admin.iam.send(new DeleteLoginProfileCommand({ UserName }));
      },
    };
  });

  it('writes nothing where the deny on its user stands, neither to revoke nor to restore', async () => {
    const aws = standIn();
    const user = await addUser(aws);
    const credential = await addLoginProfile(aws, user);
    await new IamUserRevoker(aws.clients, home).revoke(user, { ...order, action: 'deny-all' });
    const before = aws.log.writes();
    const revoker = new IamLoginProfileRevoker(aws.clients);
    await revoker.revoke(credential);
    await revoker.restore();
    expect(aws.log.writes()).toEqual(before);
    expect((await revoker.inspect(credential)).state).toBe('dead');
  });

  it('puts the deny on its user where it does not stand, and names the user', async () => {
    const aws = standIn();
    const user = await addUser(aws);
    const revoker = new IamLoginProfileRevoker(aws.clients);
    await revoker.revoke(await addLoginProfile(aws, user));
    const get = new GetUserPolicyCommand({ UserName: user.id, PolicyName: denyAllName });
    expect((await aws.admin.iam.send(get)).UserName).toBe(user.id);
    const found = await Array.fromAsync(revoker.discover({ for: 'principal', principal: user }));
    expect(found.map(({ credential, facts }) => [credential, facts])).toEqual([
      [
        { ...user, kind: 'iam-login-profile', user: user.id },
        { arn: '', name: user.id, tags: {} },
      ],
    ]);
  });
});
