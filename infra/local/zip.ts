import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A folder as a zip archive, as the CDK's asset publisher would upload it. */
export const zipFolder = async (folder: string): Promise<Uint8Array> => {
  const zip = new ZipFile();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    zip.addBuffer(await readFile(path), relative(folder, path));
  }
  zip.end();
  return buffer(zip.outputStream);
};
