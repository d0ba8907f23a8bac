import type { APIGatewayEventIdentity } from 'aws-lambda';
import type { IamAccessKey } from '../domain/credential.ts';
import type { ExchangedCredential } from '../domain/exchanged-token.ts';
import type { Place } from '../shared/aws-clients.ts';

/** Who asks for a token, as API Gateway has established it. */
export interface Caller {
  readonly credential: ExchangedCredential;
  /** What an IAM user signed with. */
  readonly accessKey?: IamAccessKey;
}

/** Reads `requestContext.identity` of a route; throws `Refused` for whom the route has no tokens. */
export type IdentifyCaller = (identity: APIGatewayEventIdentity, home: Place) => Caller;
