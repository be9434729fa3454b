import { seconds } from '../../../core/time/instant.ts';
import type { Collection, Segment } from '../collection.ts';
import { checkName, parseFilter } from './line.ts';
import type { ToolProcess } from './process.ts';
import { ToolError } from './settings.ts';

const PAUSE = seconds(3_600);
const GC_WARNING =
  'Pause GC failed: backup will continue. This is not a fatal error — if pausing GC fails the backup process will still proceed because Milvus GC runs infrequently and is unlikely to affect the data being backed up.Pausing GC is only recommended for very large backups (takes > 1 hour).';

const failed = (what: string): ToolError => new ToolError(`create: execute task: ${what}`);

/** `create`: flush, list, copy collection by collection, then the five files of metadata. */
export async function runCreate(process: ToolProcess): Promise<void> {
  const { settings, milvus, line } = process;
  const name = line.flags.get('name') ?? '';
  checkName(name);
  const filter = parseFilter(line.flags.get('filter'));
  await process.probe(settings.backup);
  const folder = `${settings.backup.rootPath}/${name}/`;
  const store = process.objects(settings.backup, folder);
  if ((await store.list()).length > 0) throw failed(`backup: backup with name ${name} already exist`);
  for (const { database, collection } of filter.rules)
    if (collection !== '*' && collection !== '' && !milvus.find(database, collection))
      throw failed(
        `backup: list db and collection: backup: filter collection ${database}.${collection} not found in milvus`,
      );
  pauseGc(process);
  const wanted = milvus.collections.filter(({ database, name: one }) => filter.allows(database, one));
  const collections: object[] = [];
  for (const [n, collection] of wanted.entries())
    collections.push(await backUp(process, collection, folder, n / wanted.length));
  const databases = [...milvus.databases]
    .filter(
      ([database]) => filter.rules.length === 0 || filter.rules.some((rule) => rule.database === database),
    )
    .map(([db_name, properties]) => ({
      db_name,
      db_id: 1,
      properties: [...properties].map(([key, value]) => ({ key, value })),
    }));
  const head = {
    id: `backup-${name}`,
    name,
    milvus_version: milvus.options.version,
    database_backups: databases,
  };
  const full = print({ ...head, collection_backups: collections });
  for (const level of ['backup', 'collection', 'partition', 'segment'])
    await store.put(`meta/${level}_meta.json`, print(head));
  await store.put('meta/full_meta.json', full);
  if (milvus.gcPausedUntil !== undefined) milvus.gcPausedUntil = undefined;
  process.run.print('create backup success');
  process.run.print('duration:12.00 s');
}

/** 64-bit numbers stand in the metadata as plain numbers. */
const print = (value: unknown): string => JSON.stringify(value).replaceAll(/"int64:(\d+)"/g, '$1');
const int64 = (value: bigint): string => `int64:${value}`;

function pauseGc(process: ToolProcess): void {
  const { gcPause } = process.settings;
  if (!gcPause.enabled) return;
  const found = process.fleet.managedAt(process.run.region, gcPause.address);
  const silent = found?.managementDown || (found && process.fleet.faults.gcUnreachable?.(found.options.name));
  if (found && !silent) found.pauseGc(PAUSE);
  else
    process.warn(GC_WARNING, `[error="Get \\"${gcPause.address}\\": connect: connection refused"] [resp=]`);
}

async function backUp(
  process: ToolProcess,
  collection: Collection,
  folder: string,
  share: number,
): Promise<object> {
  const { milvus, settings } = process;
  await milvus.flush(collection);
  const segments = [...collection.segments];
  const deltas = new Map(segments.map((segment) => [segment, [...segment.deltas]]));
  await process.spend(0, share);
  await milvus.collect(collection);
  for (const segment of segments)
    await copySegment(process, collection, segment, deltas.get(segment)!, folder);
  await process.spend(segments.length * 1_000, share + 0.01);
  const partitions = [...collection.partitions].map(([partition_name, id]) => ({
    partition_id: int64(id),
    partition_name,
    collection_id: int64(collection.id),
    segment_backups: segments
      .filter(({ partition }) => partition === partition_name)
      .map((segment) => metaOf(collection, segment, deltas.get(segment)!, settings.milvus.rootPath)),
  }));
  return {
    collection_id: int64(collection.id),
    ...(collection.database !== 'default' && { db_name: collection.database }),
    ...(collection.database === 'default' && { db_name: 'default' }),
    collection_name: collection.name,
    shards_num: 1,
    partition_backups: partitions,
    has_index: collection.indexes.length > 0,
    index_infos: collection.indexes.map(({ field, name, type, params }) => ({
      field_name: field,
      index_name: name,
      index_type: type,
      params,
    })),
    load_state: milvus.isLoaded(collection)
      ? 'Loaded'
      : collection.loadedAt === undefined
        ? 'NotLoad'
        : 'Loading',
    ...(collection.aliases.size > 0 && { aliases: [...collection.aliases] }),
  };
}

/** As the configuration says, which need not be where Milvus has it. */
const sourceOf = (key: string, of: string, rootPath: string): string => `${rootPath}${key.slice(of.length)}`;

async function copySegment(
  process: ToolProcess,
  collection: Collection,
  segment: Segment,
  deltas: readonly Segment['deltas'][number][],
  folder: string,
): Promise<void> {
  const { milvus, settings } = process;
  const group = [collection.id, collection.partitions.get(segment.partition), segment.id, segment.id].join(
    '/',
  );
  const store = process.objects(settings.milvus);
  const copy = async (key: string, to: string): Promise<void> => {
    const from = sourceOf(key, milvus.options.rootPath, settings.milvus.rootPath);
    // Which files there are it learns from a listing, which says of a bucket that it is not there.
    if ((await store.list(from)).length === 0)
      throw failed(`backup: run collection task: backup: log ${from} not exist`);
    await process.copy(settings.milvus.bucket, from, settings.backup, `${folder}binlogs/${to}`);
  };
  for (const [field, log] of segment.inserts) await copy(log.key, `insert_log/${group}/${field}/${log.id}`);
  for (const log of deltas) await copy(log.key, `delta_log/${group}/${log.id}`);
}

/** A group of its own for every segment: its number stands in the path. */
function metaOf(
  collection: Collection,
  segment: Segment,
  deltas: Segment['deltas'],
  rootPath: string,
): object {
  const log = ({ id, key, bytes }: Segment['deltas'][number]) => ({
    log_path: sourceOf(key, key.slice(0, key.search(/\/(insert|delta)_log\//)), rootPath),
    log_size: bytes,
    log_id: int64(id),
  });
  return {
    segment_id: int64(segment.id),
    collection_id: int64(collection.id),
    partition_id: int64(collection.partitions.get(segment.partition)!),
    group_id: int64(segment.id),
    num_of_rows: segment.rows,
    binlogs: [...segment.inserts].map(([fieldID, one]) => ({ fieldID, binlogs: [log(one)] })),
    ...(deltas.length > 0 && { deltalogs: [{ fieldID: 0, binlogs: deltas.map(log) }] }),
  };
}
