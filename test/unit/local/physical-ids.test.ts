import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { localClients } from '../../../infra/local/local-clients.ts';
import { physicalIds, refsIn } from '../../../infra/local/physical-ids.ts';

const clients = localClients('http://127.0.0.1:5000');
const cloudFormation = mockClient(clients.cloudFormation);
const secretsManager = mockClient(clients.secretsManager);

const secret = { Type: 'AWS::SecretsManager::Secret', Properties: {} };
const template = {
  Resources: { Made: secret, Missing: secret, Queue: { Type: 'AWS::SQS::Queue', Properties: {} } },
};

describe('physicalIds', () => {
  it('makes the secrets that the local AWS did not make, each with a value of its own, and no other', async () => {
    cloudFormation
      .on(ListStackResourcesCommand)
      .resolvesOnce({
        StackResourceSummaries: [{ LogicalResourceId: 'Queue', PhysicalResourceId: 'q' } as never],
        NextToken: 'more',
      })
      .resolves({
        StackResourceSummaries: [{ LogicalResourceId: 'Made', PhysicalResourceId: 'arn:made' } as never],
      });
    secretsManager.on(CreateSecretCommand).resolves({ ARN: 'arn:missing' });
    expect(Object.fromEntries(await physicalIds(template, clients))).toEqual({
      Queue: 'q',
      Made: 'arn:made',
      Missing: 'arn:missing',
    });
    const made = secretsManager.commandCalls(CreateSecretCommand).map(({ args }) => args[0].input);
    expect(made).toEqual([{ Name: 'Missing', SecretString: expect.stringMatching(/^[\da-f]{64}$/) }]);
  });
});

describe('refsIn', () => {
  it('gives the values that are a reference and nothing more, where what they refer to is known', () => {
    const values = {
      KNOWN: { Ref: 'Made' },
      UNKNOWN: { Ref: 'AWS::Region' },
      TEXT: 'Made',
      JOINED: { 'Fn::Join': ['', [{ Ref: 'Made' }]] },
    };
    expect(refsIn(values, new Map([['Made', 'arn:made']]))).toEqual({ KNOWN: 'arn:made' });
  });
});
