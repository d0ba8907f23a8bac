import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { JwtVerifier } from 'aws-jwt-verify';

// A decision by the libraries alone: signature and claims, and one strongly consistent read of all keys.

const { DENYLIST_TABLE: table = '', ISSUERS = '[]', JWKS = '{}' } = process.env;
const [issuer] = JSON.parse(ISSUERS) as [{ issuer: string; audience: string; jwksUri: string }];
const verifier = JwtVerifier.create({
  issuer: issuer.issuer,
  audience: issuer.audience,
  jwksUri: issuer.jwksUri,
});
verifier.cacheJwks(JSON.parse(JWKS));
const client = new DynamoDBClient();

interface Asked {
  readonly token: string;
  readonly Keys: { key: { S: string } }[];
}

export const checkToken = ({ token }: Asked): Promise<unknown> => verifier.verify(token);

/** How many rows there are. */
export const readRows = async ({ Keys }: Asked): Promise<number> => {
  const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
  const { Responses } = await client.send(command);
  return Responses?.[table]?.length ?? -1;
};

export const bound = async (asked: Asked): Promise<number> => {
  await checkToken(asked);
  return readRows(asked);
};
