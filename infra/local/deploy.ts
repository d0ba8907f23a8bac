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
import { type ScheduledRun, takeOverSchedules } from './schedules.ts';
import { withSigningKeys } from './signing-keys.ts';
import { type Outputs, outputsOf } from './stack-outputs.ts';
import type { UsagePlans } from './usage-plans.ts';

export interface LocalStack {
  readonly outputs: Outputs;
  readonly functions: readonly DeployedFunction[];
  readonly mappings: readonly QueueMapping[];
  /** Nothing runs by the clock, unless somebody does it. */
  readonly schedules: readonly ScheduledRun[];
  readonly template: Template;
}

export interface Deployment {
  readonly clients: LocalClients;
  /** Settings as `infra/stage-config.ts` takes them. */
  readonly config: unknown;
  /** Takes the template and the bundles, which must stay there while the functions run. */
  readonly folder: string;
  /** Where the local AWS makes none of the template's. */
  readonly plans: UsagePlans;
}

/** The stack that `cdk deploy` would make, from the same app, at the local AWS. */
export const deployLocally = async ({ clients, config, folder, plans }: Deployment): Promise<LocalStack> => {
  const assembly = await synthesise(config, folder);
  const { template } = assembly;
  const stack = await createStack(assembly, clients);
  const ids = await physicalIds(template, clients);
  const deployed = await deployedFunctions(assembly, ids, clients);
  const functions = await withSigningKeys(deployed, { template, ids }, clients);
  const schedules = await takeOverSchedules(template, clients);
  const mappings = await takeOverMappings(functions, clients);
  const outputs = await outputsOf({ stack, template, ids, plans }, clients);
  return { outputs, functions, mappings, schedules, template };
};
