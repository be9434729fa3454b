import type { CaptureSpec, Cursor, Verdict } from '../../../core/engines/driver.ts';
import { ManifestIncomplete } from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import { indexOf } from '../../../core/manifest/merkle.ts';
import { placeOf } from '../objects/ports.ts';
import { type ManifestPlace, writeIndex } from '../shared/manifest-io.ts';
import { type FoundFiles, notCaptured, readBack } from '../shared/read-back.ts';
import { sha256 } from '../shared/sha256.ts';
import { type FullMeta, fullMetaIn } from './meta.ts';
import { backupNameOf, fullMetaOf, type MilvusPorts, milvusCluster } from './ports.ts';
import { type Captured, capturedIn } from './progress.ts';

/**
 * Reads every shard back, finds its files in the vault's listing, compares them with what the tool says that it copied,
 * and writes the index. The tool stores no checksums; S3's stand in the shards.
 */
export async function verifyCapture(ports: MilvusPorts, spec: CaptureSpec, cursor: Cursor): Promise<Verdict> {
  const captured = capturedIn(cursor);
  const { id } = spec.point;
  const place = placeOf(ports, ports.home, spec.cluster.name, id);
  const sizes = new Map<string, number>();
  const found = await readBack(place, captured.listing, ({ key, bytes }) => sizes.set(key, bytes));
  const meta = await readFullMeta(place);
  requireLogs(place, meta, sizes);
  const index = describe(spec, captured, found, meta);
  await writeIndex(place, index);
  return { sound: true, index };
}

async function readFullMeta(place: ManifestPlace): Promise<FullMeta> {
  const key = dataPrefix(place.cluster, place.id) + fullMetaOf(place.id);
  const body = await place.store.get(place.bucket, key);
  if (!body)
    throw new ManifestIncomplete(
      `the backup's own list of its contents is missing: no object at s3://${place.bucket}/${key}; take the recovery point again`,
      { recoveryPoint: place.id },
    );
  try {
    return fullMetaIn(Buffer.from(body).toString('utf8'));
  } catch (error) {
    throw notCaptured(place, `s3://${place.bucket}/${key} cannot be read (${(error as Error).message})`);
  }
}

/** Every log that the metadata names lies below the backup, with the size that it had in Milvus's bucket. */
function requireLogs(place: ManifestPlace, meta: FullMeta, sizes: ReadonlyMap<string, number>): void {
  const folder = backupNameOf(place.id);
  if (meta.name !== folder)
    throw notCaptured(place, `its full_meta.json is of the backup ${JSON.stringify(meta.name)}`);
  for (const { name, bytes, source } of meta.files) {
    const size = sizes.get(`${folder}/${name}`);
    if (size === bytes) continue;
    throw notCaptured(
      place,
      size === undefined
        ? `its metadata names ${source}, and ${folder}/${name} is not among its files`
        : `${folder}/${name} has ${size} bytes, and ${source} had ${bytes}`,
    );
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

function describe(
  { cluster, point }: CaptureSpec,
  captured: Captured,
  found: FoundFiles,
  { milvusVersion, databases, collections }: FullMeta,
): ManifestIndex {
  const { version, tool, collections: filter } = milvusCluster(cluster);
  const { totals } = found;
  const parts = {
    ...totals,
    shards: found.entries,
    statistics: {
      milvusVersion,
      toolVersion: tool,
      databases: databases.length,
      collections: collections.length,
      partitions: sum(collections, ({ partitions }) => partitions),
      segments: sum(collections, ({ segments }) => segments),
      rows: sum(collections, ({ rows }) => rows),
      indexes: sum(collections, ({ indexes }) => indexes.length),
      loaded: collections.filter(({ loaded }) => loaded).length,
      aliases: sum(collections, ({ aliases }) => aliases.length),
      files: totals.items,
      bytes: totals.bytes,
      ...(captured.warning !== '' && { gcNotPaused: captured.warning }),
    },
    configuration: { version, filter, databases, collections },
  };
  return indexOf({ ...point, takenAt: captured.startedAt }, parts, sha256);
}
