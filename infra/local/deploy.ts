import { synthesise, type Template } from './assembly.ts';
import { createStack } from './create-stack.ts';
import {
  type DeployedFunction,
  deployedFunctions,
  type QueueMapping,
  takeOverMappings,
} from './deployed-functions.ts';
import type { LocalClients } from './local-clients.ts';
import { physicalIds } from './physical-ids.ts';
import { stopSchedules } from './schedules.ts';
import { type Outputs, outputsOf } from './stack-outputs.ts';

export interface LocalStack {
  readonly outputs: Outputs;
  readonly functions: readonly DeployedFunction[];
  readonly mappings: readonly QueueMapping[];
  readonly template: Template;
}

export interface Deployment {
  readonly clients: LocalClients;
  /** Settings as `infra/stage-config.ts` takes them. */
  readonly config: unknown;
  /** Takes the template and the bundles, which must stay there while the functions run. */
  readonly folder: string;
}

/** The stack that `cdk deploy` would make, from the same app, at the local AWS. */
export const deployLocally = async ({ clients, config, folder }: Deployment): Promise<LocalStack> => {
  const assembly = await synthesise(config, folder);
  const stack = await createStack(assembly, clients);
  const ids = await physicalIds(assembly.template, clients);
  const functions = await deployedFunctions(assembly, ids, clients);
  await stopSchedules(assembly.template, clients);
  const mappings = await takeOverMappings(functions, clients);
  const outputs = await outputsOf({ stack, template: assembly.template, ids }, clients);
  return { outputs, functions, mappings, template: assembly.template };
};
