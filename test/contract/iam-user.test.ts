import { AttachUserPolicyCommand, DeleteUserCommand } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { awsDenyAllArn } from '../../functions/credentials/deny-all-policy.ts';
import { IamUserRevoker } from '../../functions/credentials/iam-user.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, onEveryStandIn } from './stand-ins.ts';
import { ada, addUser, order } from './worlds.ts';

onEveryStandIn((standIn) => {
  describeRevokerContract('iam-user', async () => {
    const aws = standIn();
    const credential = await addUser(aws);
    const UserName = credential.id;
    const PolicyArn = awsDenyAllArn(home.region);
    return {
      revoker: new IamUserRevoker(aws.clients, home),
      credential,
      order: { ...order, action: 'deny-all' },
      log: aws.log,
      finds: [{ for: 'everyone' }, { for: 'subject', subjects: [ada] }],
      ignores: [{ for: 'principal', principal: credential }],
      missingAction: 'iam:PutUserPolicy',
      cutByOthers: async () => {
        await aws.admin.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
      },
      deletedByOthers: async () => {
        await aws.admin.iam.send(new DeleteUserCommand({ UserName }));
      },
    };
  });

  it('reads the same facts from the inventory and from the user itself', async () => {
    const aws = standIn();
    const credential = await addUser(aws);
    const revoker = new IamUserRevoker(aws.clients, home);
    const facts = await revoker.describe(credential);
    expect(facts).toMatchObject({
      arn: `arn:aws:iam::${home.account}:user/people/${credential.id}`,
      name: credential.id,
      tags: { owner: ada.email },
      createdAt: expect.stringMatching(/^20.*Z$/),
    });
    expect(await Array.fromAsync(revoker.discover({ for: 'everyone' }))).toContainEqual({
      credential,
      facts,
    });
  });
});
