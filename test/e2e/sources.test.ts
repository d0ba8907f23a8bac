import { UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { CreateUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpServer } from '../../infra/local/http-server.ts';
import { localCredentials, localRegion } from '../../infra/local/local-account.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { eventually } from '../support/eventually.ts';
import { type Answers, startDirectories } from './directories.ts';
import { denyPolicyOf, type HandMade, keyStates, makePerson, recordsOf, revocationBy } from './hand-made.ts';
import { type Instead, reasonOf, tellFixture } from './told.ts';

const tenantId = '5f3c0a1e-71bd-4b5e-8c1d-00000000acce';
const identityStoreId = 'd-9067ace101';
const aKey = 'AKIAACMEH3QDZQMBQRVP';
const findingId = '4885a32883af27a83f8935faaae3de1c';
const inactive = ['Inactive', 'Inactive'];

const answers: Answers = new Map();
let directories: HttpServer;
let cutoff: LocalCutoff;
let config: { endpoint: string; region: string; credentials: typeof localCredentials };

beforeAll(async () => {
  directories = await startDirectories(answers);
  const graph = { loginUrl: directories.url, graphUrl: directories.url };
  const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:graph';
  cutoff = await startLocalCutoff({
    settings: { identityCenter: { identityStoreId }, microsoftGraph: { secretArn, ...graph } },
    environment: { AWS_ENDPOINT_URL_ACCESSANALYZER: directories.url },
  });
  config = { endpoint: cutoff.aws.endpoint, region: localRegion, credentials: localCredentials };
  const SecretString = JSON.stringify({ tenantId, clientId: 'c', clientSecret: 's' });
  await new SecretsManagerClient(config).send(new CreateSecretCommand({ Name: 'graph', SecretString }));
  answers.set(`POST /${tenantId}/oauth2/v2.0/token`, { access_token: 't' });
});
afterAll(async () => {
  await cutoff?.stop();
  await directories?.close();
});

const operate = (request: unknown) => cutoff.invoke(cutoff.outputs.OperatorFunction, request);

/** An event, to the proof that it was carried out. */
const verified = async (fixture: readonly [string, string], instead: Instead = {}): Promise<string> =>
  revocationBy(cutoff, await tellFixture(cutoff, fixture, instead));

const firstKeyOnly = async (person: HandMade) => {
  expect([...(await keyStates(cutoff, person))].sort()).toEqual(['Active', 'Inactive']);
  expect(await denyPolicyOf(cutoff, person)).toBeUndefined();
};

describe('a person whom an identity provider names', () => {
  it.each([
    ['auth0', 'sapi-user-deleted', 'auth0|acme0000000000000000dana'],
    ['onelogin', 'deleted', 'onelogin:700042'],
    ['jumpcloud', 'user-suspended', '65ac3e00000000000000da4a'],
    ['entra', 'audit-disable-account', 'dana@acme.example'],
    ['okta', 'lifecycle-suspend', 'dana@acme.example'],
  ])('%s: loses every key', async (source, name, owner) => {
    const person = await makePerson(cutoff, `${source}-user`, { 'cutoff:owner': owner });
    await verified([source, name]);
    expect(await keyStates(cutoff, person)).toEqual(inactive);
  });

  it('entra: is looked up in Graph where the event does not say what happened', async () => {
    const person = await makePerson(cutoff, 'graph-user');
    answers.set('GET /v1.0/users/d4a40000-0001-4000-8000-00000000da4a', {
      accountEnabled: false,
      userPrincipalName: person.email,
    });
    await verified(['entra', 'webhook-user-updated']);
    expect(await keyStates(cutoff, person)).toEqual(inactive);
  });

  it('identity-center: is looked up there by a UUID, and known by it for the deletion', async () => {
    const person = await makePerson(cutoff, 'center-user');
    const create = new CreateUserCommand({
      IdentityStoreId: identityStoreId,
      UserName: person.email,
      DisplayName: 'Somebody Else',
      Name: { GivenName: 'Somebody', FamilyName: 'Else' },
      Emails: [{ Value: person.email, Type: 'work', Primary: true }],
    });
    const { UserId = '' } = await new IdentitystoreClient(config).send(create);
    await verified(['identity-center', 'console-disable-user'], {
      '4103002c-9384-5b83-9d13-6d41719a6c72': UserId,
    });
    expect(await keyStates(cutoff, person)).toEqual(inactive);
  });

  it('cognito: is found through the link table', async () => {
    const person = await makePerson(cutoff, 'cognito-user');
    const iss = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AcmePool1';
    const names = [
      { format: 'email', email: person.email },
      { format: 'iss_sub', iss, sub: 'f2c4d4a4-70b1-7024-9c1e-5a0b6c7d8e9f' },
    ];
    await operate({ link: names, reason: 'e2e' });
    await verified(['cognito', 'admin-disable-user']);
    expect(await keyStates(cutoff, person)).toEqual(inactive);
  });
});

describe('an access key that a finding names', () => {
  it.each([
    ['aws-health', 'credentials-exposed'],
    ['guardduty', 'user-key'],
    ['security-hub', 'imported-key'],
  ])('%s: is cut alone, with the sessions from before', async (source, name) => {
    const person = await makePerson(cutoff, `${source}-user`);
    const [leaked = ''] = person.accessKeyIds;
    const user = source === 'aws-health' ? {} : { '"dana"': `"${person.userName}"` };
    // finding-twice: Security Hub's fixture is GuardDuty's finding, so here it gets an id of its own.
    const own = source === 'security-hub' ? { [findingId]: findingId.replaceAll('4', '5') } : {};
    const id = await verified([source, name], { [aKey]: leaked, ...user, ...own });
    await firstKeyOnly(person);
    const records = (await recordsOf(cutoff)).filter((record) => record.revocationId === id);
    const raised = records.filter(({ type, data }) => type === 'revoked' && data.action === 'deny-sessions');
    // Once at the cutoff, and once more when the key had been seen dead for a window.
    expect(raised).toHaveLength(2);
  });

  it('access-analyzer: is disabled by the id that the finding has, and the user keeps the other', async () => {
    const person = await makePerson(cutoff, 'stale-user');
    const analyzedAt = '2026-03-02T02:29:18.758Z';
    answers.set('GET /findingv2/f8bff256-e1d6-5830-8d8c-e71cebd73fb0', {
      ...{ analyzedAt, createdAt: analyzedAt, updatedAt: analyzedAt },
      ...{ id: 'f8bff256-e1d6-5830-8d8c-e71cebd73fb0', status: 'ACTIVE', resourceType: 'AWS::IAM::User' },
      resourceOwnerAccount: '123456789012',
      findingDetails: [{ unusedIamUserAccessKeyDetails: { accessKeyId: person.accessKeyIds[0] } }],
    });
    await verified(['access-analyzer', 'unused-access-key'], {});
    await firstKeyOnly(person);
  });

  it('iam: a user whom AWS put into quarantine loses both', async () => {
    const person = await makePerson(cutoff, 'quarantined');
    // The fixture's day is before the user was made: then it would mean another one under the name.
    const justNow = new Date(Date.now() + 1000).toISOString();
    await verified(['iam', 'quarantine-attached'], {
      '"userName":"dana"': '"userName":"quarantined"',
      '"eventTime":"2026-03-02T09:03:21Z"': `"eventTime":"${justNow}"`,
    });
    expect(await keyStates(cutoff, person)).toEqual(inactive);
  });
});

describe('somebody undoes us', () => {
  it('iam: a key that is turned on again is off a moment later, and it is on record', async () => {
    const person = await makePerson(cutoff, 'undoer');
    const [key = ''] = person.accessKeyIds;
    const subject = { format: 'email', email: person.email };
    await operate({ subject, reason: 'leaver', clientToken: 'undoer' });
    const id = await revocationBy(cutoff, 'undoer');
    const on = { UserName: person.userName, AccessKeyId: key, Status: 'Active' } as const;
    await cutoff.clients.iam.send(new UpdateAccessKeyCommand(on));
    await tellFixture(cutoff, ['iam', 'access-key-active'], {
      '"userName":"dana"': `"userName":"${person.userName}"`,
      [aKey]: key,
    });
    await eventually('cut again', async () =>
      (await keyStates(cutoff, person)).every((state) => state === 'Inactive'),
    );
    const doubts = (await recordsOf(cutoff)).filter(
      (record) => record.revocationId === id && record.type === 'unverified',
    );
    expect(doubts.map(({ data }) => Boolean(data.reactivated ?? data.alive))).toContain(true);
  });
});

describe('what nothing here can end', () => {
  it.each([
    ['guardduty', 'role', 'role-session'],
    ['guardduty', 'root', 'root-user'],
    ['security-hub', 'imported-root', 'root-user'],
  ])('%s %s: is held as %s', async (source, name, reason) => {
    const eventId = await tellFixture(cutoff, [source, name], {});
    expect(await reasonOf(cutoff, eventId, 'held')).toBe(reason);
  });
});

describe('what changes nothing', () => {
  it.each([
    ['okta', 'account-lock', 'anybody who tries to sign in can cause it'],
    ['guardduty', 'sample', 'a sample finding'],
  ])('%s %s: is on record, and revokes nothing', async (source, name, reason) => {
    const eventId = await tellFixture(cutoff, [source, name], {});
    expect(await reasonOf(cutoff, eventId, 'skipped')).toContain(reason);
  });
});
