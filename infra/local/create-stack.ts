import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { BucketAlreadyOwnedByYou, CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { type Assembly, stackName } from './assembly.ts';
import { localAccount, localRegion } from './local-account.ts';
import type { LocalClients } from './local-clients.ts';
import { zipFolder } from './zip.ts';

const bucket = `cdk-hnb659fds-assets-${localAccount}-${localRegion}`;

/** What `cdk bootstrap` makes, as far as a stack asks for it. */
const bootstrap = async ({ s3, ssm }: LocalClients): Promise<void> => {
  const where = { CreateBucketConfiguration: { LocationConstraint: localRegion } } as const;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ...where })).catch((error: unknown) => {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  });
  const version = { Name: '/cdk-bootstrap/hnb659fds/version', Value: '30', Type: 'String' } as const;
  await ssm.send(new PutParameterCommand({ ...version, Overwrite: true }));
};

const upload = async ({ assets }: Assembly, { s3 }: LocalClients): Promise<void> => {
  for (const { path, packaging, objectKey } of assets) {
    const Body = packaging === 'zip' ? await zipFolder(path) : await readFile(path);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: objectKey, Body }));
  }
};

const stackNow = async ({ cloudFormation }: LocalClients): Promise<Stack | undefined> => {
  const describe = new DescribeStacksCommand({ StackName: stackName });
  const { Stacks } = await cloudFormation.send(describe).catch((error: Error) => {
    // Not an empty list: "If the stack doesn't exist, a ValidationError is returned" (DescribeStacks).
    if (error.name !== 'ValidationError') throw error;
    return { Stacks: [] };
  });
  return Stacks?.[0];
};

/** The first resource that failed; those after it were only cancelled. */
const reasonOf = async (stack: Stack | undefined, { cloudFormation }: LocalClients): Promise<string> => {
  const describe = new DescribeStackEventsCommand({ StackName: stackName });
  const { StackEvents = [] } = await cloudFormation.send(describe);
  const failed = StackEvents.findLast(
    ({ ResourceStatus, ResourceType }) =>
      ResourceStatus === 'CREATE_FAILED' && ResourceType !== 'AWS::CloudFormation::Stack',
  );
  if (failed) return `${failed.LogicalResourceId}: ${failed.ResourceStatusReason ?? 'no reason given'}`;
  return `${stack?.StackStatus ?? 'it is gone'}: ${stack?.StackStatusReason ?? 'no reason given'}`;
};

/**
 * AWS answers at once, and tells later which resource failed. moto creates within the call, and lets the error of a
 * resource out of it, often in a form that is none of CloudFormation's and does not name the resource.
 */
const refusalOf = (error: Error): string => {
  const { statusCode } = (error as { $response?: { statusCode?: number } }).$response ?? {};
  if (error.name !== 'Error') return `${error.name}: ${error.message}`;
  return `an answer with status ${statusCode ?? 'unknown'}, explained in .local/log/local-aws.log`;
};

const deadlineMs = 120_000;

const untilCreated = async (clients: LocalClients): Promise<Stack> => {
  const deadline = Date.now() + deadlineMs;
  while (Date.now() < deadline) {
    const stack = await stackNow(clients);
    if (stack?.StackStatus === 'CREATE_COMPLETE') return stack;
    if (stack?.StackStatus !== 'CREATE_IN_PROGRESS') {
      throw new Error(`the local AWS refused the stack: ${await reasonOf(stack, clients)}`);
    }
    await sleep(200);
  }
  throw new Error(`the stack was not created within ${deadlineMs / 1000} seconds`);
};

/**
 * As `cdk deploy` does it, template in S3 included: CloudFormation takes 51,200 bytes in the call itself
 * ("CloudFormation quotas"), which this template exceeds. moto would take any size.
 */
export const createStack = async (assembly: Assembly, clients: LocalClients): Promise<Stack> => {
  if (await stackNow(clients)) {
    throw new Error(
      `a stack named ${stackName} exists at this local AWS already: use that one, or restart the local AWS`,
    );
  }
  await bootstrap(clients);
  await upload(assembly, clients);
  const create = new CreateStackCommand({
    StackName: stackName,
    // Local AWS endpoints look the object up in their own S3, whatever the host.
    TemplateURL: `https://s3.${localRegion}.amazonaws.com/${bucket}/${assembly.templateKey}`,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  await clients.cloudFormation.send(create).catch((error: Error) => {
    throw new Error(`the local AWS refused the stack: ${refusalOf(error)}`);
  });
  return untilCreated(clients);
};
