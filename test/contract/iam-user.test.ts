import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateVirtualMFADeviceCommand,
  DeleteUserCommand,
  EnableMFADeviceCommand,
  ListServiceSpecificCredentialsCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { awsDenyAllArn } from '../../functions/credentials/deny-all-policy.ts';
import { IamUserRevoker } from '../../functions/credentials/iam-user.ts';
import type { IamUser } from '../../functions/domain/credential.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, inMemoryOnly, onEveryStandIn, type StandIn } from './stand-ins.ts';
import {
  ada,
  addAccessKey,
  addLoginProfile,
  addServiceCredential,
  addSigningCertificate,
  addSshKey,
  addUser,
  order,
} from './worlds.ts';

const denyAll = { ...order, action: 'deny-all' } as const;
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const PolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});

const enable = async ({ admin }: StandIn, { id: UserName }: IamUser, SerialNumber: string) => {
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
  await admin.iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
};

/** Some of everything that has to go before a user can be deleted, in more than one page. */
const furnish = async (aws: StandIn, user: IamUser): Promise<{ virtualDevice: string }> => {
  const [{ admin }, { id: UserName }] = [aws, user];
  await addLoginProfile(aws, user);
  for (const add of [addAccessKey, addSigningCertificate, addSshKey]) {
    for (const _ of ['first', 'second']) await add(aws, user);
  }
  await addSshKey(aws, user);
  const { VirtualMFADevice: device } = await admin.iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }),
  );
  const virtualDevice = device?.SerialNumber ?? '';
  const securityKey = `arn:aws:iam::${home.account}:u2f/user/${UserName}/key`;
  for (const serial of [virtualDevice, securityKey, 'GAHT12345678']) await enable(aws, user, serial);
  for (const GroupName of ['a', 'b', 'c'].map((name) => `${UserName}-${name}`)) {
    await admin.iam.send(new CreateGroupCommand({ GroupName }));
    await admin.iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
  }
  for (const PolicyName of ['a', 'b', 'c']) {
    await admin.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  }
  await admin.iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: readOnly }));
  return { virtualDevice };
};

/**
 * moto has no service-specific credentials and answers 500. There it is answered here, as IAM does for a user without
 * any; the stand-in in memory has some.
 */
const withServiceCredentials = (aws: StandIn): StandIn => {
  const client = aws.clients.iam(home);
  const send = client.send.bind(client);
  client.send = (command: object) =>
    send(command as never).catch((error: { $metadata?: { httpStatusCode?: number } }) => {
      const unknown = command instanceof ListServiceSpecificCredentialsCommand;
      if (unknown && error.$metadata?.httpStatusCode === 500) return {};
      throw error;
    });
  return aws;
};

/** The order in which the log shows calls that write. */
const deletions = ({ log }: StandIn): string[] => [...new Set(log.writes())];

onEveryStandIn((standIn) => {
  describeRevokerContract('iam-user', async () => {
    const aws = withServiceCredentials(standIn());
    const credential = await addUser(aws);
    const UserName = credential.id;
    const PolicyArn = awsDenyAllArn(home.region);
    return {
      revoker: new IamUserRevoker(aws.clients, home),
      credential,
      order: denyAll,
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
    const aws = withServiceCredentials(standIn());
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

  it('removes a user with all that hangs off it, what denies it last', async () => {
    const aws = withServiceCredentials(standIn());
    const user = await addUser(aws);
    const { virtualDevice } = await furnish(aws, user);
    const other = await addUser(aws);
    const revoker = new IamUserRevoker(aws.clients, home);
    await revoker.revoke(user, denyAll);
    expect(await revoker.remove(user)).toBe('removed');
    expect((await revoker.inspect(user, denyAll)).state).toBe('gone');
    expect((await revoker.inspect(other, denyAll)).state).toBe('live');
    const { VirtualMFADevices } = await aws.admin.iam.send(new ListVirtualMFADevicesCommand({}));
    expect(VirtualMFADevices?.map((device) => device.SerialNumber)).not.toContain(virtualDevice);
    expect(aws.log.writes().slice(-3)).toEqual(['DetachUserPolicy', 'DeleteUserPolicy', 'DeleteUser']);
    expect(deletions(aws)).toEqual([
      'PutUserPolicy',
      'DeleteLoginProfile',
      'DeleteAccessKey',
      'DeleteSigningCertificate',
      'DeleteSSHPublicKey',
      'DeactivateMFADevice',
      'DeleteVirtualMFADevice',
      'RemoveUserFromGroup',
      'DeleteUserPolicy',
      'DetachUserPolicy',
      'DeleteUser',
    ]);
  });
});

inMemoryOnly(
  'moto has no service-specific credentials, and deletes a user whatever it still has',
  (standIn) => {
    it('removes the service-specific credentials of a user too', async () => {
      const aws = standIn();
      const user = await addUser(aws);
      for (const _ of ['first', 'second', 'third']) await addServiceCredential(aws, user);
      const revoker = new IamUserRevoker(aws.clients, home);
      await revoker.remove(user);
      expect(deletions(aws)).toEqual(['DeleteLoginProfile', 'DeleteServiceSpecificCredential', 'DeleteUser']);
      expect((await revoker.inspect(user, denyAll)).state).toBe('gone');
    });

    it('begins a removal again that failed half-way', async () => {
      const aws = standIn();
      const user = await addUser(aws);
      await furnish(aws, user);
      const revoker = new IamUserRevoker(aws.clients, home);
      await revoker.revoke(user, denyAll);
      const note = aws.log.note.bind(aws.log);
      aws.log.note = (call) => {
        aws.log.failing = call === 'RemoveUserFromGroup' ? 'throttled' : undefined;
        note(call);
      };
      await expect(revoker.remove(user)).rejects.toMatchObject({ code: 'throttled', retryable: true });
      expect((await revoker.inspect(user, denyAll)).state).toBe('dead');
      aws.log.note = note;
      aws.log.failing = undefined;
      expect(await revoker.remove(user)).toBe('removed');
      expect((await revoker.inspect(user, denyAll)).state).toBe('gone');
    });
  },
);
