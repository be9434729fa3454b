import type { ObjectStore } from '../object-store.ts';
import type { Tso } from '../tso.ts';
import type { CommandLine } from './argv.ts';
import { invalidArgument } from './failure.ts';
import {
  CHECKPOINT_FOLDER,
  CHECKPOINT_META,
  LOCK_FILE,
  META_FILE,
  type SnapshotFile,
  sha256,
} from './snapshot-files.ts';

/** What a run that went on for a while left for the next one. */
export interface Checkpoint {
  readonly configHash: string;
  readonly backupTs: Tso;
  readonly gcServiceId: string;
}

const DATA_FOLDER = `${CHECKPOINT_FOLDER}data/`;

/** Two runs with the same hash were asked for the same thing. */
export const configHash = (line: CommandLine): string => sha256(line.printed);

/**
 * May a backup write here? Only where nothing is, or where a run with the same arguments stopped on its way.
 *
 * @returns what that run left, if any
 */
export async function checkDestination(
  store: ObjectStore,
  line: CommandLine,
): Promise<Checkpoint | undefined> {
  if (await store.exists(META_FILE))
    throw invalidArgument(
      `backup meta file exists in ${store.uri}/${META_FILE}, there may be some backup files in the path already, please specify a correct backup directory!`,
    );
  const bytes = await store.find(CHECKPOINT_META);
  if (!bytes) {
    await checkLock(store);
    return undefined;
  }
  const found = JSON.parse(bytes.toString('utf8')) as { [Name in keyof Checkpoint]: string };
  if (found.configHash !== configHash(line))
    throw invalidArgument(
      `failed to backup to ${store.uri}, because the checkpoint mode is used, but the hashs of the configs are not the same. Please check the config`,
    );
  return { ...found, backupTs: BigInt(found.backupTs) };
}

async function checkLock(store: ObjectStore): Promise<void> {
  if (!(await store.exists(LOCK_FILE))) return;
  for (const { key } of await store.list())
    if (key.endsWith('.sst'))
      throw invalidArgument(
        `backup lock file and sst file exist in ${store.uri}/${LOCK_FILE}, there are some backup files in the path already, but hasn't checkpoint metadata, please specify a correct backup directory!`,
      );
}

export const LOCK_TEXT = 'DO NOT DELETE: a backup was begun here, no other may use this path\n';

/** Keeps note of the files that are done: what is not written down is done again. */
export class CheckpointWriter {
  readonly #store: ObjectStore;
  readonly #enabled: boolean;
  #pending: SnapshotFile[] = [];
  #parts = 0;

  constructor(store: ObjectStore, enabled: boolean) {
    this.#store = store;
    this.#enabled = enabled;
  }

  async begin({ configHash, backupTs, gcServiceId }: Checkpoint): Promise<void> {
    if (!this.#enabled) return;
    const text = JSON.stringify({ configHash, backupTs: String(backupTs), gcServiceId });
    await this.#store.put(CHECKPOINT_META, text);
  }

  /** What earlier runs had done. */
  async done(): Promise<SnapshotFile[]> {
    const files: SnapshotFile[] = [];
    for (const { key } of await this.#store.list(DATA_FOLDER)) {
      this.#parts++;
      files.push(...(JSON.parse((await this.#store.get(key)).toString('utf8')) as SnapshotFile[]));
    }
    return files;
  }

  add(file: SnapshotFile): void {
    this.#pending.push(file);
  }

  async flush(): Promise<void> {
    if (!this.#enabled || this.#pending.length === 0) return;
    const files = this.#pending;
    this.#pending = [];
    const body = JSON.stringify(files);
    await this.#store.put(`${DATA_FOLDER}${++this.#parts}-${sha256(body).slice(0, 16)}.cpt`, body);
  }

  /** The backup is complete: its notes go. */
  async remove(): Promise<void> {
    if (!this.#enabled) return;
    for (const { key } of await this.#store.list(CHECKPOINT_FOLDER)) await this.#store.delete(key);
  }
}
