import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { localCredentials, localRegion } from './local-account.ts';

export type LocalClients = ReturnType<typeof localClients>;

/**
 * Endpoint and credentials are given, never looked up: whatever the shell or a profile holds, these clients
 * cannot reach real AWS. Clients open nothing until they are used. `gaps` is where IAM and CloudTrail answer, if
 * they answer elsewhere.
 */
export const localClients = (endpoint: string, gaps: string = endpoint) => {
  const local = { endpoint, region: localRegion, credentials: localCredentials };
  return {
    endpoint,
    apiGateway: new APIGatewayClient(local),
    httpApis: new ApiGatewayV2Client({ ...local, endpoint: gaps }),
    // A second try at a stack that failed half-way would only say that it exists.
    cloudFormation: new CloudFormationClient({ ...local, maxAttempts: 1 }),
    cloudTrail: new CloudTrailClient({ ...local, endpoint: gaps }),
    cognito: new CognitoIdentityProviderClient(local),
    dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(local)),
    eventBridge: new EventBridgeClient(local),
    iam: new IAMClient({ ...local, endpoint: gaps }),
    identityStore: new IdentitystoreClient(local),
    kms: new KMSClient(local),
    lambda: new LambdaClient(local),
    s3: new S3Client({ ...local, forcePathStyle: true }),
    secretsManager: new SecretsManagerClient(local),
    sns: new SNSClient(local),
    sqs: new SQSClient(local),
    ssm: new SSMClient(local),
    ssoAdmin: new SSOAdminClient(local),
  };
};
