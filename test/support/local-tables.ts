import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { type LocalAws, startLocalAws } from '../../infra/local/local-aws.ts';
import { createTables } from './tables.ts';

/** A conditional write is atomic in DynamoDB. moto answers in threads that share no lock, so it hears one request at a time. */
const oneAtATime = (client: DynamoDBClient): void => {
  let turn: Promise<unknown> = Promise.resolve();
  client.middlewareStack.add(
    (next) => (args) => {
      const own = turn.then(() => next(args));
      turn = own.catch(() => undefined);
      return own;
    },
    { step: 'initialize' },
  );
};

/** A local DynamoDB with the four tables, for the tests of one file. The client is there once they run. */
export const localTables = (): (() => DynamoDBDocumentClient) => {
  let aws: LocalAws | undefined;
  let client: DynamoDBDocumentClient | undefined;
  beforeAll(async () => {
    aws = await startLocalAws();
    const dynamo = new DynamoDBClient({ endpoint: aws.endpoint });
    oneAtATime(dynamo);
    await createTables(dynamo);
    client = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  });
  afterAll(() => aws?.stop());
  return () => {
    if (!client) throw new Error('the tables are there in tests only, not while they are collected');
    return client;
  };
};
