import { milliseconds } from '../../../core/time/instant.ts';
import type { TidbCluster } from '../cluster.ts';
import { isFromS3, isMissing, isRefused, type Location, printS3Error } from '../object-store.ts';
import { BrFailure } from './failure.ts';
import type { BrProcess } from './process.ts';
import { encodeRows, type Piece, type SnapshotFile, sha256 } from './snapshot-files.ts';

/** How often a store tries what may pass, and how long it waits after the first time. */
const TRIES = 5;
const BACKOFF_MS = 1_000;

/** Does work of a store again while S3 stumbles. What S3 refuses fails at once. */
export async function stubbornly<T>(process: BrProcess, work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      const final = !isFromS3(error) || isRefused(error) || isMissing(error);
      if (final || tried >= TRIES) throw error;
      await process.sleep(milliseconds(BACKOFF_MS * 2 ** (tried - 1)));
    }
  }
}

/** A store writes its part of a table into `store<N>/`, by its own role. */
export async function uploadPiece(
  process: BrProcess,
  cluster: TidbCluster,
  location: Location,
  piece: Piece,
  incremental: boolean,
): Promise<SnapshotFile> {
  const { tableId, storeId, rows } = piece;
  const body = encodeRows(rows);
  const region = tableId * 1_000 + storeId;
  const hash = sha256(`${tableId}/${storeId}`);
  const cf = incremental ? 'default' : 'write';
  const name = `store${storeId}/${region}_1_${hash}_${process.world.now()}_${cf}.sst`;
  const store = process.objectsOfStore(cluster, storeId, location);
  try {
    await stubbornly(process, () => store.put(name, body));
  } catch (error) {
    if (!isFromS3(error)) throw error;
    throw new BrFailure(
      `error happen in store ${storeId} at ${addressOf(cluster, storeId)}: failed to put object ${name}: ${printS3Error(error)}`,
      'BR:KV:ErrKVStorage',
    );
  }
  return { name, tableId, storeId, kvs: rows.length, bytes: body.length, sha256: sha256(body) };
}

export const addressOf = (cluster: TidbCluster, storeId: number): string =>
  `${cluster.name}-tikv-${storeId}:20160`;
