import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployedFunction } from '../../../infra/local/deployed-functions.ts';

export interface Fake {
  readonly name: string;
  /** The bundle: an ES module that exports `handler`. */
  readonly code: string;
  readonly timeoutSeconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A function as if it had been deployed, with a bundle of a few lines. */
export const deployedFunction = (root: string, fake: Fake): DeployedFunction => {
  const folder = join(root, fake.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.mjs'), fake.code);
  return {
    name: fake.name,
    arn: `arn:aws:lambda:eu-west-1:123456789012:function:${fake.name}`,
    environment: fake.environment ?? {},
    folder,
    timeoutSeconds: fake.timeoutSeconds ?? 5,
    memoryMegabytes: 512,
  };
};
