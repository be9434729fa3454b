import type { ObjectStore } from '../tidb/object-store.ts';
import type { Row } from './contents.ts';
import type { Part } from './restore-plan.ts';
import { bucketOf, md5Of, type Snapshot } from './snapshot.ts';
import { Failed } from './status.ts';

/** The files of one tablet from a repository, as a backend fetches them: each has to be what its name says. */
export async function fetchTablet(
  store: ObjectStore,
  label: string,
  part: Part,
): Promise<Map<string, Buffer>> {
  const folder = `__ss_${label}/__ss_content/${part.path}`;
  const listed = (await store.list(folder)).map(({ key }) => key.slice(folder.length));
  const files = new Map<string, Buffer>();
  for (const name of part.files) {
    const [found, another] = listed.filter((one) => one.startsWith(`${name}.`));
    if (found === undefined)
      throw new Failed('COMMON_ERROR', `failed to get remote file: ${store.uri}/${folder}${name}, not found`);
    if (another !== undefined)
      throw new Failed('COMMON_ERROR', `Expected one file with path: ${store.uri}/${folder}${name}. get: 2`);
    const bytes = await store.get(folder + found);
    const remote = found.slice(name.length + 1);
    const local = md5Of(bytes);
    if (local !== remote)
      throw new Failed('BAD_FILE', `md5sum does not equal. local: ${local}, remote: ${remote}`);
    files.set(name, bytes);
  }
  return files;
}

/** What the other cluster's backends hand over. */
export function rowsOfLocal(
  { tables }: Snapshot,
  { from: [name, partition], id }: Part,
): readonly (readonly [string, Row])[] {
  const found = tables
    .find(({ spec }) => spec.name === name)
    ?.partitions.find((one) => one.name === partition);
  if (!found) return [];
  const bucket = found.tablets.indexOf(id);
  return [...found.rows].filter(([key]) => bucketOf(key, found.tablets.length) === bucket);
}
