import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import { type GatewayRequest, headerOf } from './gateway-request.ts';
import { localAccount } from './local-account.ts';

/** Who signed, in the words of `requestContext.identity`. */
export interface Signer {
  readonly accessKey: string;
  readonly accountId: string;
  readonly caller: string;
  readonly user: string;
  readonly userArn: string;
}

/** "Create a signed AWS API request", IAM User Guide: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`. */
const signature = /^AWS4-HMAC-SHA256 .*\bCredential=(?<key>\w+)\/\d{8}\/[\w-]+\/execute-api\/aws4_request\b/;

const unlessUnknown = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: Error) => {
    if (error.name === 'NoSuchEntityException') return undefined;
    throw error;
  });

/** The user of a key, where both are there and the key is active. */
const userOf = async (iam: IAMClient, AccessKeyId: string): Promise<Signer | undefined> => {
  const { UserName } =
    (await unlessUnknown(iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })))) ?? {};
  if (!UserName) return undefined;
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  const key = AccessKeyMetadata.find((one) => one.AccessKeyId === AccessKeyId);
  if (key?.Status !== 'Active') return undefined;
  const { User } = await iam.send(new GetUserCommand({ UserName }));
  const id = User?.UserId ?? '';
  return { accessKey: AccessKeyId, accountId: localAccount, caller: id, user: id, userArn: User?.Arn ?? '' };
};

/**
 * Who signed a request, as far as the local AWS can tell: the user of the access key that the `Authorization` header names.
 * NEITHER the signature is checked NOR any policy: whoever knows the id of a key passes for its user here, as nobody does on AWS.
 * Sessions are not known. `unsigned` where there is no such header, `unknown` where the key is none, or is not active.
 */
export const signerOf = async (
  request: GatewayRequest,
  iam: IAMClient,
): Promise<Signer | 'unsigned' | 'unknown'> => {
  const { key } = signature.exec(headerOf(request, 'authorization') ?? '')?.groups ?? {};
  if (key === undefined) return 'unsigned';
  return (await userOf(iam, key)) ?? 'unknown';
};
