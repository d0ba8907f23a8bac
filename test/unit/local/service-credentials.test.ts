import {
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  DeleteServiceSpecificCredentialCommand,
  DeleteUserCommand,
  IAMClient,
  LimitExceededException,
  ListServiceSpecificCredentialsCommand,
  type ListServiceSpecificCredentialsCommandInput,
  NoSuchEntityException,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventHistory } from '../../../infra/local/event-history.ts';
import type { HttpServer } from '../../../infra/local/http-server.ts';
import { type LocalAws, startLocalAws } from '../../../infra/local/local-aws.ts';
import { startMotoGaps } from '../../../infra/local/moto-gaps.ts';

const { AWS_ENDPOINT_URL: _, ...env } = process.env;
const git = 'codecommit.amazonaws.com';
const bedrock = 'bedrock.amazonaws.com';

let aws: LocalAws;
let gaps: HttpServer;
let iam: IAMClient;
beforeAll(async () => {
  aws = await startLocalAws({ env });
}, 60_000);
afterAll(() => aws.stop());
beforeEach(async () => {
  gaps = await startMotoGaps({ endpoint: aws.endpoint, history: new EventHistory() });
  iam = new IAMClient({ endpoint: gaps.url, maxAttempts: 1 });
  return async () => {
    iam.destroy();
    await gaps.close();
  };
});

describe('service-specific credentials', () => {
  const newUser = async () => {
    const UserName = `jane.${crypto.randomUUID()}`;
    await iam.send(new CreateUserCommand({ UserName }));
    return UserName;
  };
  const create = async (UserName: string, ServiceName = git) => {
    const made = await iam.send(new CreateServiceSpecificCredentialCommand({ UserName, ServiceName }));
    return made.ServiceSpecificCredential;
  };
  const idOf = async (UserName: string) => (await create(UserName))?.ServiceSpecificCredentialId ?? '';
  const list = async (input: ListServiceSpecificCredentialsCommandInput) => {
    const { ServiceSpecificCredentials } = await iam.send(new ListServiceSpecificCredentialsCommand(input));
    return ServiceSpecificCredentials;
  };
  const disable = (UserName: string, ServiceSpecificCredentialId: string) =>
    iam.send(
      new UpdateServiceSpecificCredentialCommand({
        UserName,
        ServiceSpecificCredentialId,
        Status: 'Inactive',
      }),
    );

  it('are made active, and listed', async () => {
    const UserName = await newUser();
    expect(await list({ UserName })).toEqual([]);
    const { ServicePassword, ...shown } = (await create(UserName)) ?? {};
    expect(ServicePassword).toMatch(/^\S{20,}$/);
    expect(shown).toEqual({
      UserName,
      Status: 'Active',
      ServiceUserName: `${UserName}-at-123456789012`,
      ServiceName: git,
      ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[0-9A-Z]{16,}$/),
      CreateDate: expect.any(Date),
    });
    expect(await list({ UserName })).toEqual([shown]);
  });

  it('for Bedrock are a key with a public alias', async () => {
    const UserName = await newUser();
    const key = await create(UserName, bedrock);
    expect(key?.ServiceCredentialSecret).toMatch(/^\S{20,}$/);
    expect(key?.ServiceCredentialAlias).toContain(UserName);
    expect(key).not.toHaveProperty('ServicePassword');
    const [shown] = (await list({ UserName })) ?? [];
    expect(shown).toMatchObject({ ServiceCredentialAlias: key?.ServiceCredentialAlias });
  });

  it('show their secret once only', async () => {
    const UserName = await newUser();
    await create(UserName);
    await create(UserName, bedrock);
    // The SDK drops what it does not expect in a list.
    const body = new URLSearchParams({ Action: 'ListServiceSpecificCredentials', UserName });
    const listed = await (await fetch(gaps.url, { method: 'POST', body })).text();
    expect(listed.match(/<member>/g)).toHaveLength(2);
    expect(listed).not.toMatch(/ServicePassword|ServiceCredentialSecret/);
  });

  it('are XML whatever is asked for', async () => {
    const ServiceName = 'a&lt;b<c';
    expect(await create(await newUser(), ServiceName)).toMatchObject({ ServiceName });
  });

  it('can be disabled and deleted, each by itself', async () => {
    const UserName = await newUser();
    const first = await idOf(UserName);
    const second = await idOf(UserName);
    await disable(UserName, first);
    expect(await list({ UserName })).toMatchObject([
      { ServiceSpecificCredentialId: first, Status: 'Inactive' },
      { ServiceSpecificCredentialId: second, Status: 'Active' },
    ]);
    const one = { UserName, ServiceSpecificCredentialId: first };
    await iam.send(new DeleteServiceSpecificCredentialCommand(one));
    expect(await list({ UserName })).toMatchObject([{ ServiceSpecificCredentialId: second }]);
    const again = iam.send(new DeleteServiceSpecificCredentialCommand(one));
    await expect(again).rejects.toThrow(NoSuchEntityException);
    await expect(disable(UserName, first)).rejects.toThrow(NoSuchEntityException);
  });

  it('take no other status', async () => {
    const UserName = await newUser();
    const ServiceSpecificCredentialId = await idOf(UserName);
    const Status = 'Expired';
    const input = { UserName, ServiceSpecificCredentialId, Status } as const;
    const update = iam.send(new UpdateServiceSpecificCredentialCommand(input));
    await expect(update).rejects.toMatchObject({ name: 'ValidationError' });
    expect(await list({ UserName })).toMatchObject([{ Status: 'Active' }]);
  });

  it('are two at most for a user and a service', async () => {
    const UserName = await newUser();
    await create(UserName);
    await create(UserName);
    await expect(create(UserName)).rejects.toThrow(LimitExceededException);
    expect(await create(UserName, bedrock)).toMatchObject({ ServiceName: bedrock });
    expect(await create(await newUser())).toMatchObject({ ServiceName: git });
  });

  it('are listed of one user, of all users, and of one service', async () => {
    const [jane, joe] = [await newUser(), await newUser()];
    await create(jane);
    await create(jane, bedrock);
    await create(joe);
    expect(await list({ UserName: jane })).toHaveLength(2);
    expect(await list({ UserName: jane, ServiceName: bedrock })).toMatchObject([{ ServiceName: bedrock }]);
    const all = (await list({ AllUsers: true, ServiceName: git })) ?? [];
    expect(all.map(({ UserName }) => UserName).sort()).toEqual([jane, joe].sort());
  });

  it('belong to their user alone', async () => {
    const [jane, joe] = [await newUser(), await newUser()];
    const id = await idOf(jane);
    await expect(disable(joe, id)).rejects.toThrow(NoSuchEntityException);
    expect(await list({ UserName: jane })).toMatchObject([{ Status: 'Active' }]);
  });

  it('do not come back with a user of the same name', async () => {
    const UserName = await newUser();
    await create(UserName);
    await iam.send(new DeleteUserCommand({ UserName }));
    await iam.send(new CreateUserCommand({ UserName }));
    expect(await list({ UserName })).toEqual([]);
  });

  it('need a user who exists', async () => {
    const absent = 'nobody';
    await expect(list({ UserName: absent })).rejects.toThrow(NoSuchEntityException);
    await expect(create(absent)).rejects.toThrow('The user with name nobody cannot be found');
    await expect(disable(absent, 'ACCA0000000000000000')).rejects.toThrow(NoSuchEntityException);
  });
});
