import { randomBytes } from 'node:crypto';
import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { stackName, type Template } from './assembly.ts';
import type { LocalClients } from './local-clients.ts';

/** Physical ids by logical id: what a `Ref` in the template stands for. */
export type PhysicalIds = ReadonlyMap<string, string>;

const listed = async ({ cloudFormation: client }: LocalClients): Promise<Map<string, string>> => {
  const ids = new Map<string, string>();
  for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
    for (const { LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (LogicalResourceId && PhysicalResourceId) ids.set(LogicalResourceId, PhysicalResourceId);
    }
  }
  return ids;
};

const makeSecret = async (Name: string, { secretsManager }: LocalClients): Promise<string> => {
  const SecretString = randomBytes(32).toString('hex');
  const { ARN = '' } = await secretsManager.send(new CreateSecretCommand({ Name, SecretString }));
  return ARN;
};

/** moto 5.2 makes nothing, silently, of `AWS::SecretsManager::Secret`: made by hand then. */
export const physicalIds = async ({ Resources }: Template, clients: LocalClients): Promise<PhysicalIds> => {
  const ids = await listed(clients);
  for (const [logicalId, { Type }] of Object.entries(Resources)) {
    if (Type !== 'AWS::SecretsManager::Secret' || ids.has(logicalId)) continue;
    ids.set(logicalId, await makeSecret(logicalId, clients));
  }
  return ids;
};

const refSchema = z.object({ Ref: z.string() });

/** The values that are a bare `Ref` in the template: those that a local AWS could not fill in are missing there. */
export const refsIn = (
  values: Readonly<Record<string, unknown>>,
  ids: PhysicalIds,
): Record<string, string> => {
  const resolved = Object.entries(values).map(([name, value]) => {
    const ref = refSchema.safeParse(value);
    return [name, ref.success ? ids.get(ref.data.Ref) : undefined] as const;
  });
  return Object.fromEntries(resolved.filter((entry): entry is [string, string] => entry[1] !== undefined));
};
