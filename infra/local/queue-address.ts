import { GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';

/**
 * In a stack, moto names a queue by AWS's own host (`https://sqs.eu-west-1.amazonaws.com/…`), and the SDK prefers
 * the host of a queue's URL to AWS_ENDPOINT_URL (`useQueueUrlAsEndpoint`): a message would go out to the real AWS.
 * The same queue at the local AWS.
 */
export const atLocalAws = (text: string, endpoint: string): string =>
  text.replaceAll(/https:\/\/sqs\.[a-z\d-]+\.amazonaws\.com(?=\/)/g, endpoint);

export const queueUrlOf = async (
  queueArn: string,
  { sqs, endpoint }: { readonly sqs: SQSClient; readonly endpoint: string },
): Promise<string> => {
  const QueueName = queueArn.split(':').at(-1);
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  return atLocalAws(QueueUrl, endpoint);
};
