import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { KEY_BYTES_MAX } from '../../core/manifest/layout.ts';

export interface FolderFile {
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
}

export interface Folder {
  readonly files: readonly FolderFile[];
  readonly bytes: number;
  /** What was left out, one sentence each. */
  readonly leftOut: readonly string[];
}

/** The demo holds every object in memory, once however often it is copied; the issue with more is the machine's. */
export const FOLDER_BYTES_MAX = 512 * 1_024 * 1_024;

/** The files below a folder, in the order of their keys. Links, sockets and names that no S3 key can carry are left out. */
export function readFolder(root: string): Folder {
  const files: FolderFile[] = [];
  const leftOut: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isSymbolicLink()) leftOut.push(`${path}: a link, and links are not followed`);
      else if (!entry.isFile()) leftOut.push(`${path}: neither a file nor a folder`);
      else take(path);
    }
  };
  const take = (path: string): void => {
    const key = relative(root, path).split(sep).join('/');
    if (key.includes('\ufffd')) leftOut.push(`${path}: its name is not valid UTF-8`);
    else if (Buffer.byteLength(key) > KEY_BYTES_MAX)
      leftOut.push(`${path}: its name is longer than the ${KEY_BYTES_MAX} bytes of an S3 key`);
    else files.push({ key, path, bytes: statSync(path).size });
  };
  visit(root);
  return { files, leftOut, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1);

export const bodyOf = (file: FolderFile): Buffer => readFileSync(file.path);
