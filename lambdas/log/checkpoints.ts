import { ConcurrentUpdate } from '../../core/errors/registry.ts';
import type { Mark } from '../../core/log/chain.ts';
import type { FollowPorts } from './follow-ports.ts';
import { type Folder, newestOfEach } from './listing.ts';

/** A checkpoint file of the source, as it was at one moment. */
export interface Checkpoint {
  readonly key: string;
  readonly version: string;
  readonly bytes: number;
  readonly mark: Mark;
}

type Vaults = Pick<FollowPorts, 'source' | 'own'>;

/** Whoever moves the same file moves it forward: after so many of them in a row, the queue has the word. */
const TRIES = 5;

/** The checkpoint files that the source has, each in its newest version. Read before what they vouch for is listed. */
export async function checkpointsOf(folder: Folder, { source }: Vaults): Promise<readonly Checkpoint[]> {
  const { prefix, layout } = folder;
  const found: Checkpoint[] = [];
  for await (const { key, version, bytes, deleted } of newestOfEach(source, prefix + layout.checkpoints)) {
    if (deleted || layout.kindOf(key.slice(prefix.length)) !== 'checkpoint') continue;
    const mark = layout.read((await source.bytes.whole(key, version)) ?? new Uint8Array());
    if (mark) found.push({ key, version, bytes, mark });
  }
  return found;
}

/** A file of eight bytes; some more, so that one that is too long is seen. */
const BYTES = 64;

/**
 * Copies a checkpoint file, whatever lies here, unless that is newer and true: nothing is true here that is ahead of the
 * source. Of two that do this at a time, neither takes back what the other has written.
 * @throws ConcurrentUpdate
 */
export async function bringCheckpoint(checkpoint: Checkpoint, folder: Folder, vaults: Vaults): Promise<void> {
  const { source, own } = vaults;
  const { layout } = folder;
  const { key } = checkpoint;
  for (let n = 0; n < TRIES; n++) {
    const here = await own.bytes.stretch(key, 0, BYTES);
    if (here === 'replaced') continue;
    const mark = here === 'missing' ? undefined : layout.read(here.bytes);
    const order = mark ? layout.compare(mark, checkpoint.mark) : -1;
    if (order === 0) return;
    if (order > 0) {
      const again = (await checkpointsOf(folder, vaults)).find((other) => other.key === key);
      if (again && layout.compare(mark!, again.mark) <= 0) return;
      // What lies here was never there.
    }
    try {
      await own.store.copy({
        from: { bucket: source.bucket, key, version: checkpoint.version },
        to: { bucket: own.bucket, key, ...(here !== 'missing' && { etag: here.etag }) },
        bytes: checkpoint.bytes,
        createOnly: here === 'missing',
      });
    } catch (error) {
      if (!(error instanceof ConcurrentUpdate)) throw error;
    }
  }
  throw new ConcurrentUpdate(
    `s3://${own.bucket}/${key} was not what was copied there after ${TRIES} tries; it is tried again`,
    { bucket: own.bucket, key },
  );
}
