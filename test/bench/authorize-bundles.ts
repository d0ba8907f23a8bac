import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Assembly, synthesise } from '../../infra/local/assembly.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** As `infra/constructs/service-function.ts` has it; that it is the same is checked below, byte by byte. */
const bundled = async (source: string, outfile: string): Promise<string> => {
  await build({
    absWorkingDir: projectRoot,
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    // Beside the bundle, not in it: for reading profiles.
    sourcemap: 'external',
    logLevel: 'warning',
    banner: {
      js: "import{createRequire as cutoffCreateRequire}from'node:module';const require=cutoffCreateRequire(import.meta.url);",
    },
  });
  return outfile;
};

const authorizerIn = ({ template, assets }: Assembly): string => {
  const [, resource] =
    Object.entries(template.Resources).find(([id]) => /FunctionsAuthorizeFunction/.test(id)) ?? [];
  const { S3Key } = (resource?.Properties.Code ?? {}) as { S3Key?: string };
  const asset = assets.find(({ objectKey }) => objectKey === basename(S3Key ?? ''));
  if (!asset) throw new Error('the stack has no authorizer');
  return join(asset.path, 'index.mjs');
};

const checkSame = async (one: string, other: string): Promise<void> => {
  const [a, b] = await Promise.all([readFile(one), readFile(other)]);
  if (!a.equals(b))
    throw new Error('the stack bundles otherwise than this bench, or sources changed meanwhile');
};

/** Says when the handler was there, in milliseconds since the process began. */
const start = `
const before = performance.now();
await import(process.argv[2]);
console.log(JSON.stringify({ before, after: performance.now() }));
`;

export interface Bundles {
  /** As synthesised for deployment. */
  readonly authorizer: string;
  readonly authorizerMap: string;
  readonly bound: string;
  readonly bare: string;
  readonly starter: string;
}

export const buildBundles = async (folder: string): Promise<Bundles> => {
  const own = (name: string) => join(folder, 'bench', name);
  const authorizer = authorizerIn(await synthesise({}, join(folder, 'stack')));
  const again = await bundled('functions/authorize/handler.ts', own('authorizer.mjs'));
  await checkSame(authorizer, again);
  const bound = await bundled('test/bench/authorize-bound.ts', own('bound.mjs'));
  const bare = await bundled('test/bench/authorize-bare.ts', own('bare.mjs'));
  const starter = own('start.mjs');
  await writeFile(starter, start);
  return { authorizer, authorizerMap: `${again}.map`, bound, bare, starter };
};

export const kilobytesOf = async (bundle: string): Promise<number> =>
  Math.round((await stat(bundle)).size / 1024);
