import { randomUUID } from 'node:crypto';
import { CreateRoleCommand, DeleteRoleCommand, type Tag } from '@aws-sdk/client-iam';
import { home, type StandIn } from './stand-ins.ts';

/** The name of the session comes from the assertion. */
export const samlTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${home.account}:saml-provider/acme` },
      Action: ['sts:AssumeRoleWithSAML', 'sts:SetSourceIdentity'],
      Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
    },
  ],
});

/** Whoever assumes it chooses the name of the session. */
export const accountTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${home.account}:root` },
      Action: 'sts:AssumeRole',
    },
  ],
});

interface Made {
  readonly trust?: string;
  readonly path?: string;
  readonly tags?: Tag[];
}

/** A role under a path, so that nobody takes the name for the ARN's end. */
export const addRole = async (
  { admin }: StandIn,
  { trust = samlTrust, path = '/federated/', tags = [] }: Made = {},
): Promise<string> => {
  const RoleName = `data-${randomUUID().slice(0, 8)}`;
  const input = { RoleName, Path: path, AssumeRolePolicyDocument: trust, Tags: tags };
  await admin.iam.send(new CreateRoleCommand(input));
  return RoleName;
};

export const deleteRole = async ({ admin }: StandIn, RoleName: string): Promise<void> => {
  await admin.iam.send(new DeleteRoleCommand({ RoleName }));
};
