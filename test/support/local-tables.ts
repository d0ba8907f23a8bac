import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { type LocalAws, startLocalAws } from '../../infra/local/local-aws.ts';
import { createTables } from './tables.ts';

/** A local DynamoDB with the four tables, for the tests of one file. The client is there once they run. */
export const localTables = (): (() => DynamoDBDocumentClient) => {
  let aws: LocalAws | undefined;
  let client: DynamoDBDocumentClient | undefined;
  beforeAll(async () => {
    aws = await startLocalAws();
    const dynamo = new DynamoDBClient({ endpoint: aws.endpoint });
    await createTables(dynamo);
    client = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  });
  afterAll(() => aws?.stop());
  return () => {
    if (!client) throw new Error('the tables are there in tests only, not while they are collected');
    return client;
  };
};
