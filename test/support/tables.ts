import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const number = (AttributeName: string) => ({ AttributeName, AttributeType: 'N' as const });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });
const BillingMode = 'PAY_PER_REQUEST' as const;

/** The four tables with the keys that `test/infra/tables.test.ts` asserts of the template. */
export const createTables = async (client: DynamoDBClient): Promise<void> => {
  const open = {
    IndexName: 'open',
    KeySchema: [hash('open'), range('updatedAt')],
    Projection: { ProjectionType: 'ALL' as const },
  };
  const expiry = {
    IndexName: 'expiry',
    KeySchema: [hash('ending'), range('endsAt')],
    Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['credential'] },
  };
  const tables = [
    {
      TableName: 'registry',
      KeySchema: [hash('pk'), range('sk')],
      AttributeDefinitions: [string('pk'), string('sk'), string('ending'), string('endsAt')],
      GlobalSecondaryIndexes: [expiry],
    },
    {
      TableName: 'revocations',
      KeySchema: [hash('pk'), range('sk')],
      AttributeDefinitions: [string('pk'), string('sk'), string('open'), string('updatedAt')],
      GlobalSecondaryIndexes: [open],
    },
    { TableName: 'denylist', KeySchema: [hash('key')], AttributeDefinitions: [string('key')] },
    {
      TableName: 'audit',
      KeySchema: [hash('chain'), range('seq')],
      AttributeDefinitions: [string('chain'), number('seq')],
    },
  ];
  for (const table of tables) await client.send(new CreateTableCommand({ ...table, BillingMode }));
};
