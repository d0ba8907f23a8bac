import {
  type EventSourceMappingConfiguration,
  GetFunctionConfigurationCommand,
  paginateListEventSourceMappings,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { Assembly, Template } from './assembly.ts';
import type { LocalClients } from './local-clients.ts';
import { type PhysicalIds, refsIn } from './physical-ids.ts';

/** A Lambda function as it was deployed, and where its bundle lies on this machine. */
export interface DeployedFunction {
  readonly name: string;
  readonly arn: string;
  /** Its variables, resolved by CloudFormation. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder with `index.mjs`, which exports `handler`. */
  readonly folder: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
}

export interface QueueMapping {
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  /** `ReportBatchItemFailures`: without it the function's answer counts for nothing. */
  readonly partialFailures: boolean;
}

const functionSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.literal('index.handler'),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
});

interface Described {
  readonly name: string;
  readonly folder: string;
  /** Those of its variables that a local AWS may have left out. */
  readonly variables: Readonly<Record<string, string>>;
}

const deployedFunction = async (
  { name, folder, variables }: Described,
  { lambda }: LocalClients,
): Promise<DeployedFunction> => {
  const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const deployed = Object.entries(found.Environment?.Variables ?? {}).filter(([, value]) => value);
  return {
    name,
    arn: found.FunctionArn ?? '',
    environment: { ...variables, ...Object.fromEntries(deployed) },
    folder,
    timeoutSeconds: found.Timeout ?? 3,
    memoryMegabytes: found.MemorySize ?? 128,
  };
};

const functionResources = ({ Resources }: Template) =>
  Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');

/** Those whose code is ours; a helper function of the CDK would have its code inline or another handler. */
export const deployedFunctions = async (
  { template, assets }: Assembly,
  ids: PhysicalIds,
  clients: LocalClients,
): Promise<DeployedFunction[]> => {
  const functions: DeployedFunction[] = [];
  for (const [logicalId, { Properties }] of functionResources(template)) {
    const ours = functionSchema.safeParse(Properties);
    const asset = assets.find(({ objectKey }) => objectKey === ours.data?.Code.S3Key);
    const name = ids.get(logicalId);
    if (!asset || !name) throw new Error(`${logicalId} was not deployed, or its bundle is missing`);
    const variables = refsIn(ours.data?.Environment?.Variables ?? {}, ids);
    functions.push(await deployedFunction({ name, folder: asset.path, variables }, clients));
  }
  return functions;
};

const queueMapping = (found: EventSourceMappingConfiguration): QueueMapping => ({
  queueArn: found.EventSourceArn ?? '',
  functionName: found.FunctionArn?.split(':').at(-1) ?? '',
  batchSize: found.BatchSize ?? 10,
  maxConcurrency: found.ScalingConfig?.MaximumConcurrency ?? 10,
  partialFailures: found.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
});

/**
 * Switches the mappings off, and returns those that read queues. An enabled one in moto swallows messages: it tries
 * to run the function in Docker, and every try counts as a receive, until they are in the DLQ. Streams are not
 * played locally, so `audit-watch` is never called.
 */
export const takeOverMappings = async (
  functions: readonly DeployedFunction[],
  { lambda: client }: LocalClients,
): Promise<QueueMapping[]> => {
  const arns = new Set(functions.map(({ arn }) => arn));
  const found: EventSourceMappingConfiguration[] = [];
  for await (const page of paginateListEventSourceMappings({ client }, {})) {
    found.push(...(page.EventSourceMappings ?? []).filter(({ FunctionArn = '' }) => arns.has(FunctionArn)));
  }
  for (const { UUID } of found) {
    await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  }
  return found.filter(({ EventSourceArn }) => EventSourceArn?.split(':')[2] === 'sqs').map(queueMapping);
};
