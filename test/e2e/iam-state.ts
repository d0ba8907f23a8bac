import {
  GetLoginProfileCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
} from '@aws-sdk/client-iam';

type Policies = Readonly<Record<string, unknown>>;

interface Listed {
  readonly Status?: string | undefined;
}

/** In the order of the names, so that the same state is the same text. */
const inOrder = <T>(entries: readonly (readonly [string | undefined, T])[]): Record<string, T> =>
  Object.fromEntries(entries.map(([name = '', value]) => [name, value] as const).sort());

const policyIn = (document = ''): unknown => JSON.parse(decodeURIComponent(document));

const statuses = <T extends Listed>(parts: readonly T[] = [], idOf: (part: T) => string | undefined) =>
  inOrder(parts.map((part) => [idOf(part), part.Status] as const));

export const inlineOfUser = async (iam: IAMClient, UserName: string): Promise<Policies> => {
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
  const read = PolicyNames.map(async (PolicyName) => {
    const get = new GetUserPolicyCommand({ UserName, PolicyName });
    return [PolicyName, policyIn((await iam.send(get)).PolicyDocument)] as const;
  });
  return inOrder(await Promise.all(read));
};

export const inlineOfRole = async (iam: IAMClient, RoleName: string): Promise<Policies> => {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const read = PolicyNames.map(async (PolicyName) => {
    const get = new GetRolePolicyCommand({ RoleName, PolicyName });
    return [PolicyName, policyIn((await iam.send(get)).PolicyDocument)] as const;
  });
  return inOrder(await Promise.all(read));
};

/** What hangs off a user, with its status. */
export const partsOf = async (iam: IAMClient, UserName: string) => {
  const user = { UserName };
  const keys = (await iam.send(new ListAccessKeysCommand(user))).AccessKeyMetadata;
  const passwords = (await iam.send(new ListServiceSpecificCredentialsCommand(user)))
    .ServiceSpecificCredentials;
  const sshKeys = (await iam.send(new ListSSHPublicKeysCommand(user))).SSHPublicKeys;
  const { Certificates } = await iam.send(new ListSigningCertificatesCommand(user));
  return {
    accessKeys: statuses(keys, ({ AccessKeyId }) => AccessKeyId),
    serviceCredentials: statuses(passwords, ({ ServiceSpecificCredentialId: id }) => id),
    sshKeys: statuses(sshKeys, ({ SSHPublicKeyId }) => SSHPublicKeyId),
    certificates: statuses(Certificates, ({ CertificateId }) => CertificateId),
  };
};

const passwordOf = async (iam: IAMClient, UserName: string) => {
  const { LoginProfile } = await iam
    .send(new GetLoginProfileCommand({ UserName }))
    .catch(() => ({ LoginProfile: undefined }));
  return LoginProfile?.CreateDate;
};

export const userState = async (iam: IAMClient, UserName: string) => {
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  const { Tags = [] } = await iam.send(new ListUserTagsCommand({ UserName }));
  return {
    ...(await partsOf(iam, UserName)),
    password: await passwordOf(iam, UserName),
    inline: await inlineOfUser(iam, UserName),
    attached: AttachedPolicies.map(({ PolicyArn }) => PolicyArn).sort(),
    tags: inOrder(Tags.map(({ Key, Value }) => [Key, Value] as const)),
  };
};

export const roleState = async (iam: IAMClient, RoleName: string) => {
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  return {
    inline: await inlineOfRole(iam, RoleName),
    attached: AttachedPolicies.map(({ PolicyArn }) => PolicyArn).sort(),
  };
};
