import { randomUUID } from 'node:crypto';
import { CreateUsagePlanCommand, CreateUsagePlanKeyCommand } from '@aws-sdk/client-api-gateway';
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateUserCommand } from '@aws-sdk/client-identitystore';
import { PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { localAccount } from '../../infra/local/local-account.ts';
import type { LocalCutoff } from '../../infra/local/local-cutoff.ts';
import { addPoolUser } from '../contract/cognito-worlds.ts';
import { addAssignment, addGroup } from '../contract/identity-center-world.ts';
import { otherPolicy } from '../contract/stored-secret-world.ts';
import {
  addLoginProfile,
  addServiceCredential,
  addSigningCertificate,
  addSshKey,
} from '../contract/worlds.ts';
import type { Auth0Person } from '../support/auth0-server.ts';
import type { OktaPerson } from '../support/okta-server.ts';
import { type HandMade, makePerson } from './hand-made.ts';
import { addSecret, type Prepared, seenBy } from './prepared.ts';
import { addAuth0Person, addOktaPerson, type Providers } from './providers.ts';

/** A person with one credential of every kind that a person can have. */
export interface OneOfEverything extends HandMade {
  readonly poolUser: string;
  readonly centerUser: string;
  /** ARNs. */
  readonly secrets: { readonly refreshToken: string; readonly apiKey: string };
  readonly refreshToken: string;
  readonly okta: OktaPerson;
  readonly auth0: Auth0Person;
}

export interface Place {
  readonly cutoff: LocalCutoff;
  readonly prepared: Prepared;
  readonly providers: Providers;
}

/** Allowed by themselves, as somebody's own policies do: a restore must leave them as they are. */
const ownPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
});

const addOwnPolicies = async ({ iam }: LocalCutoff['clients'], UserName: string, RoleName: string) => {
  const PolicyName = `own-${UserName}`;
  const created = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: ownPolicy }));
  const { Arn: PolicyArn } = created.Policy ?? {};
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: ownPolicy }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: ownPolicy }));
};

const addUserParts = async ({ cutoff, prepared }: Place, { userName: id }: HandMade) => {
  const user = { kind: 'iam-user', account: localAccount, region: 'global', id } as const;
  const aws = seenBy(cutoff.clients);
  await addLoginProfile(aws, user);
  await addServiceCredential(aws, user);
  await addSshKey(aws, user);
  await addSigningCertificate(aws, user);
  await addOwnPolicies(cutoff.clients, id, prepared.federatedRole);
};

const addPlan = async ({ apiGateway }: LocalCutoff['clients'], { apiKey }: HandMade) => {
  const { id: usagePlanId } = await apiGateway.send(new CreateUsagePlanCommand({ name: 'gold' }));
  const onPlan = { usagePlanId, keyId: apiKey.id, keyType: 'API_KEY' };
  await apiGateway.send(new CreateUsagePlanKeyCommand(onPlan));
};

/** As CloudTrail tells that somebody assumed a role with an access key. */
export const recordAssumed = (
  { cutoff, prepared: { sharedRole } }: Place,
  accessKeyId: string,
  roleSessionName: string,
): void => {
  const roleArn = `arn:aws:iam::${localAccount}:role/federated/${sharedRole}`;
  cutoff.history.record({
    eventName: 'AssumeRole',
    eventSource: 'sts.amazonaws.com',
    eventTime: new Date(Date.now() - 60_000).toISOString(),
    userIdentity: { type: 'IAMUser', accessKeyId },
    requestParameters: { roleArn, roleSessionName },
    responseElements: {
      credentials: { accessKeyId: `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}` },
    },
  });
};

const addToCenter = async ({ cutoff, prepared: { center } }: Place, { email, userName }: HandMade) => {
  const { identityStore } = cutoff.clients;
  const create = new CreateUserCommand({
    IdentityStoreId: center.IdentityStoreId,
    UserName: userName,
    DisplayName: userName,
    Name: { GivenName: userName, FamilyName: 'Acme' },
    Emails: [{ Value: email, Type: 'work', Primary: true }],
  });
  const { UserId: user = '' } = await identityStore.send(create);
  const aws = seenBy(cutoff.clients);
  await addAssignment(aws, center, { user });
  await addGroup(aws, center, user);
  return user;
};

const addSecrets = async ({ cutoff: { clients }, providers }: Place, { email, userName }: HandMade) => {
  const { refreshToken } = await providers.oauth.mint(email);
  const owner = { Key: 'cutoff:owner', Value: email };
  const holds = (Value: string) => ({ Key: 'cutoff:holds', Value });
  const secrets = {
    refreshToken: await addSecret(clients, `${userName}-refresh-token`, {
      value: refreshToken,
      tags: [owner, holds('refresh-token'), { Key: 'cutoff:issuer', Value: providers.oauth.issuer }],
    }),
    apiKey: await addSecret(clients, `${userName}-api-key`, {
      value: 'a key of somebody else',
      tags: [owner, holds('api-key')],
    }),
  };
  const put = { SecretId: secrets.apiKey, ResourcePolicy: otherPolicy };
  await clients.secretsManager.send(new PutResourcePolicyCommand(put));
  return { secrets, refreshToken };
};

export const makeOneOfEverything = async (place: Place, userName: string): Promise<OneOfEverything> => {
  const { cutoff, prepared, providers } = place;
  const person = await makePerson(cutoff, userName);
  const { email } = person;
  await addUserParts(place, person);
  await addPlan(cutoff.clients, person);
  recordAssumed(place, person.accessKeyIds[0] ?? '', `${userName}-laptop`);
  const attributes = { name: userName, email, email_verified: 'true' };
  await addPoolUser(seenBy(cutoff.clients), prepared.pool, attributes);
  return {
    ...person,
    ...(await addSecrets(place, person)),
    poolUser: userName,
    centerUser: await addToCenter(place, person),
    okta: addOktaPerson(providers, `00u${userName}`.padEnd(20, '0'), email),
    auth0: addAuth0Person(providers, `auth0|${userName}`, email),
  };
};
