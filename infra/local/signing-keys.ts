import { CreateKeyCommand, DescribeKeyCommand } from '@aws-sdk/client-kms';
import { z } from 'zod';
import type { Template } from './assembly.ts';
import type { DeployedFunction } from './deployed-functions.ts';
import type { LocalClients } from './local-clients.ts';
import type { PhysicalIds } from './physical-ids.ts';

const signingKey = z.object({ KeySpec: z.literal('ECC_NIST_P256'), KeyUsage: z.literal('SIGN_VERIFY') });

type Kms = Pick<LocalClients, 'kms'>;

/** The key that takes the place of one that cannot sign; `undefined` where it can. */
const replacementOf = async (
  KeyId: string,
  key: z.output<typeof signingKey>,
  { kms }: Kms,
): Promise<string | undefined> => {
  // moto answers 500 about a key that a template made.
  const made = await kms.send(new DescribeKeyCommand({ KeyId })).catch(() => undefined);
  if (made?.KeyMetadata?.KeyUsage === key.KeyUsage) return undefined;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(key));
  return KeyMetadata?.KeyId;
};

/**
 * moto 5.2 makes a symmetric key of every `AWS::KMS::Key`, which signs nothing. Where the template wants one that signs, it is
 * made by hand, and functions are told of that one instead.
 */
export const withSigningKeys = async (
  functions: readonly DeployedFunction[],
  { template, ids }: { readonly template: Template; readonly ids: PhysicalIds },
  clients: Kms,
): Promise<DeployedFunction[]> => {
  const replaced = new Map<string, string>();
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    const key = signingKey.safeParse(Properties).data;
    const id = ids.get(logicalId);
    if (Type !== 'AWS::KMS::Key' || !key || id === undefined) continue;
    replaced.set(id, (await replacementOf(id, key, clients)) ?? id);
  }
  const told = ([name, value]: [string, string]) => [name, replaced.get(value) ?? value];
  return functions.map((one) => ({
    ...one,
    environment: Object.fromEntries(Object.entries(one.environment).map(told)),
  }));
};
