/**
 * `node infra/library-package.ts [FOLDER]`: makes the compiled constructs (`lib/` by default) a package of their own,
 * which has JavaScript where this repository's has TypeScript: Node strips no types below `node_modules`.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'lib');

interface PackageJson {
  readonly [field: string]: unknown;
}

const { name, version, description, license, type, engines, peerDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as PackageJson;

const exports = { '.': { types: './infra/index.d.ts', default: './infra/index.js' } };
const library = { name, version, description, license, type, exports, engines, peerDependencies };

writeFileSync(join(folder, 'package.json'), `${JSON.stringify(library, null, 2)}\n`);
copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
