import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { withSigningKeys } from '../../../infra/local/signing-keys.ts';

const aws = mockClient(KMSClient);
const kms = new KMSClient({});
const signs = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const;
const template = {
  Resources: {
    Signing: { Type: 'AWS::KMS::Key', Properties: { ...signs } },
    Other: { Type: 'AWS::KMS::Key', Properties: {} },
    NoKey: { Type: 'AWS::SNS::Topic', Properties: { ...signs } },
  },
};
const ids = new Map(Object.keys(template.Resources).map((id) => [id, `made-${id}`]));
const deployed = (environment: Record<string, string>) => ({
  ...{ name: 'token', arn: 'arn:token', folder: '/code', timeoutSeconds: 3, memoryMegabytes: 128 },
  environment,
});
const functions = [deployed({ TOKEN_KEY: 'made-Signing', OTHER: 'made-Other' }), deployed({ TABLE: 't' })];

beforeEach(() => {
  aws.reset();
  aws.on(CreateKeyCommand, signs).resolves({ KeyMetadata: { KeyId: 'signing' } });
});

it.each([
  [
    'is symmetric',
    () => aws.on(DescribeKeyCommand).resolves({ KeyMetadata: { KeyId: 'x', KeyUsage: 'ENCRYPT_DECRYPT' } }),
  ],
  ['cannot be described', () => aws.on(DescribeKeyCommand).rejects(new Error('500'))],
])('functions are told of a key that signs, where the one that was made %s', async (_, made) => {
  made();
  expect(await withSigningKeys(functions, { template, ids }, { kms })).toEqual([
    deployed({ TOKEN_KEY: 'signing', OTHER: 'made-Other' }),
    functions[1],
  ]);
  expect(aws.commandCalls(CreateKeyCommand)).toHaveLength(1);
});

it('a key that signs is left as it is', async () => {
  aws.on(DescribeKeyCommand).resolves({ KeyMetadata: { KeyId: 'made-Signing', KeyUsage: 'SIGN_VERIFY' } });
  expect(await withSigningKeys(functions, { template, ids }, { kms })).toEqual(functions);
  expect(aws.commandCalls(CreateKeyCommand)).toEqual([]);
});
