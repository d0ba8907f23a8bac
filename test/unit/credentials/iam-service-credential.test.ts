import * as iam from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { IamServiceCredentialRevoker } from '../../../functions/credentials/iam-service-credential.ts';

const aws = mockClient(iam.IAMClient);
const client = new iam.IAMClient({});
const revoker = new IamServiceCredentialRevoker({ iam: () => client });

const place = { account: '123456789012', region: 'global' };
const credential = { kind: 'iam-service-credential', ...place, id: 'ACCA2', user: 'ada' } as const;

const listed = (ServiceSpecificCredentialId: string, Status: iam.StatusType) => ({
  UserName: 'ada',
  ServiceSpecificCredentialId,
  ServiceName: 'bedrock.amazonaws.com',
  Status,
  CreateDate: new Date(0),
});

beforeEach(() => {
  aws.reset();
  aws
    .on(iam.ListServiceSpecificCredentialsCommand)
    .resolves({ ServiceSpecificCredentials: [listed('ACCA1', 'Active')], IsTruncated: true, Marker: '2' })
    .on(iam.ListServiceSpecificCredentialsCommand, { Marker: '2' })
    .resolves({ ServiceSpecificCredentials: [listed('ACCA2', 'Expired')], IsTruncated: false, Marker: '3' })
    .on(iam.ListServiceSpecificCredentialsCommand, { Marker: '3' })
    .resolves({});
});

it('reads every page, and no further', async () => {
  const principal = { kind: 'iam-user', ...place, id: 'ada' } as const;
  const found = await Array.fromAsync(revoker.discover({ for: 'principal', principal }));
  expect(found.map((one) => one.credential.id)).toEqual(['ACCA1', 'ACCA2']);
  const asked = aws.commandCalls(iam.ListServiceSpecificCredentialsCommand).map((call) => call.args[0].input);
  expect(asked.map(({ UserName, Marker }) => ({ UserName, Marker }))).toEqual([
    { UserName: 'ada', Marker: undefined },
    { UserName: 'ada', Marker: '2' },
  ]);
});

it('takes an expired one for live, and does not bring it back as active', async () => {
  const { state, original, observed } = await revoker.inspect(credential);
  expect({ state, original }).toEqual({ state: 'live', original: { status: 'Expired' } });
  expect(observed).toBe('iam:ListServiceSpecificCredentials Expired');
  await revoker.restore(credential, original);
  expect(aws.commandCalls(iam.UpdateServiceSpecificCredentialCommand)).toHaveLength(0);
});

it('names the permission that a listing or a deletion lacks', async () => {
  const denied = Object.assign(new Error('no'), { name: 'AccessDenied' });
  aws.onAnyCommand().rejects(denied);
  const missing = (action: string) => ({ code: 'access-denied', message: expect.stringContaining(action) });
  await expect(revoker.inspect(credential)).rejects.toMatchObject(
    missing('iam:ListServiceSpecificCredentials'),
  );
  await expect(revoker.remove(credential)).rejects.toMatchObject(
    missing('iam:DeleteServiceSpecificCredential'),
  );
});
