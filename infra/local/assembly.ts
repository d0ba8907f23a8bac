import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runOnLeash } from './leashed-process.ts';
import { logFolder } from './local-folder.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).optional(),
});

/** The part of a synthesised template that the local stack reads. */
export type Template = z.output<typeof templateSchema>;

/** `Cutoff.assets.json`, as `cdk-assets` reads it (CDK's cloud assembly schema). */
const manifestSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['zip', 'file']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Something to upload: a folder as a zip, or the template as it is. */
export interface Asset {
  readonly path: string;
  readonly packaging: 'zip' | 'file';
  readonly objectKey: string;
}

export interface Assembly {
  readonly template: Template;
  readonly templateKey: string;
  readonly assets: readonly Asset[];
}

export const stackName = 'Cutoff';

const assetsOf = (manifest: z.output<typeof manifestSchema>, folder: string): Asset[] =>
  Object.values(manifest.files).flatMap(({ source: { path, packaging }, destinations }) =>
    Object.values(destinations).map(({ objectKey }) => ({ path: join(folder, path), packaging, objectKey })),
  );

export const readAssembly = async (folder: string): Promise<Assembly> => {
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'));
  const template = templateSchema.parse(await json(`${stackName}.template.json`));
  const assets = assetsOf(manifestSchema.parse(await json(`${stackName}.assets.json`)), folder);
  const templateKey = assets.find(({ packaging }) => packaging === 'file')?.objectKey;
  if (templateKey === undefined) throw new Error('the template is not among the assets of its stack');
  return { template, templateKey, assets };
};

/**
 * Runs the app as the CDK's command line does ("CDK_OUTDIR" and "CDK_CONTEXT_JSON" are its way to talk to an
 * app), in a process of its own: bundling takes seconds, in which this one must go on serving, and writes lines
 * that belong into a log. A wrong setting ends as the app's own sentence.
 */
export const synthesise = async (config: unknown, folder: string): Promise<Assembly> => {
  const env = {
    ...process.env,
    CDK_OUTDIR: folder,
    CDK_CONTEXT_JSON: JSON.stringify({ cutoff: config }),
  };
  const said: string[] = [];
  const onLine = (line: string) => void said.push(line);
  await runOnLeash(process.execPath, ['infra/app.ts'], { env, cwd: projectRoot, onLine }).catch(
    async (error: Error) => {
      await mkdir(logFolder, { recursive: true });
      await writeFile(join(logFolder, 'synth.log'), `${said.join('\n')}\n`);
      throw new Error(`the stack could not be synthesised (see .local/log/synth.log): ${error.message}`);
    },
  );
  return readAssembly(folder);
};
