import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { synthesise } from '../../infra/local/assembly.ts';

/** The name CDK gives an asset's function is in its metadata only; the source folder is in the template. */
const functionOf = (logicalId: string) => /Functions(\w+?)Function/.exec(logicalId)?.[1] ?? logicalId;

/** Kilobytes of every deployed bundle, as synthesised. */
export const benchBundles = async (): Promise<object[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'cutoff-bench-'));
  try {
    const { template, assets } = await synthesise({ signals: {} }, folder);
    const functions = Object.entries(template.Resources).filter(
      ([, { Type }]) => Type === 'AWS::Lambda::Function',
    );
    const sizes = functions.map(async ([logicalId, { Properties }]) => {
      const { S3Key } = Properties.Code as { S3Key: string };
      const asset = assets.find(({ objectKey }) => objectKey === basename(S3Key));
      const { size } = await stat(join(asset?.path ?? '', 'index.mjs'));
      return { function: functionOf(logicalId), bundleKilobytes: Math.round(size / 1024) };
    });
    return await Promise.all(sizes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
