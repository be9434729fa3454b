import * as z from 'zod';
import type { Collection, FieldName } from '../collection.ts';
import { UnreadableLog } from '../milvus.ts';
import { parseFilter } from './line.ts';
import type { ToolProcess } from './process.ts';
import { ToolError } from './settings.ts';

const field = z.object({ fieldID: z.number(), binlogs: z.array(z.object({ log_id: z.string() })) });
const meta = z.object({
  milvus_version: z.string(),
  database_backups: z.array(z.object({ db_name: z.string() })),
  collection_backups: z.array(
    z.object({
      collection_id: z.string(),
      db_name: z.string(),
      collection_name: z.string(),
      index_infos: z.array(
        z.object({
          field_name: z.enum(['id', 'vector', 'text']),
          index_name: z.string(),
          index_type: z.string(),
          params: z.record(z.string(), z.string()),
        }),
      ),
      partition_backups: z.array(
        z.object({
          partition_id: z.string(),
          partition_name: z.string(),
          segment_backups: z.array(
            z.object({
              segment_id: z.string(),
              group_id: z.string(),
              num_of_rows: z.number(),
              binlogs: z.array(field),
              deltalogs: z.array(field).default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});
type Backup = z.output<typeof meta>;
type CollectionBackup = Backup['collection_backups'][number];

const failed = (what: string): ToolError => new ToolError(`restore: execute restore: ${what}`);

/** Ids are quoted before they are read, so that none loses digits. */
const parse = (text: string): Backup =>
  meta.parse(JSON.parse(text.replaceAll(/"(\w*_id)":(\d+)/g, '"$1":"$2"')));

/** `restore`: databases, a look for collections that exist, then each collection with its data. */
export async function runRestore(process: ToolProcess): Promise<void> {
  const { settings, milvus, line } = process;
  const name = line.flags.get('name') ?? '';
  if (name === '') throw new ToolError('backup name is required');
  await process.probe(settings.backup);
  const folder = `${settings.backup.rootPath}/${name}/`;
  const text = await process.objects(settings.backup, folder).find('meta/full_meta.json');
  if (!text) throw new ToolError(`backup ${name} not found`);
  const backup = parse(text.toString('utf8'));
  if (majorMinor(backup.milvus_version) > majorMinor(milvus.options.version))
    throw failed(`backup of ${backup.milvus_version} is newer than milvus ${milvus.options.version}`);
  const suffix = line.flags.get('suffix') ?? '';
  const filter = parseFilter(line.flags.get('filter'));
  const wanted = backup.collection_backups.filter((one) =>
    filter.allows(one.db_name, one.collection_name + suffix),
  );
  for (const { db_name } of backup.database_backups)
    if (filter.rules.length === 0 || filter.rules.some((rule) => rule.database === db_name))
      milvus.createDatabase(db_name);
  for (const { db_name, collection_name } of wanted)
    if (milvus.find(db_name, collection_name + suffix))
      throw failed(
        `restore: check collection exist restore: collection already exist, database ${db_name} collection ${collection_name + suffix}`,
      );
  for (const [n, one] of wanted.entries())
    await restoreCollection(process, one, suffix, folder, n / wanted.length);
  process.run.print('duration:42.00 s');
}

const majorMinor = (version: string): number => {
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) * 1_000 + Number(minor);
};

async function restoreCollection(
  process: ToolProcess,
  backup: CollectionBackup,
  suffix: string,
  folder: string,
  share: number,
): Promise<void> {
  const { milvus, line } = process;
  const partitions = backup.partition_backups.map(({ partition_name }) => partition_name);
  const made = milvus.createCollection(
    backup.db_name,
    backup.collection_name + suffix,
    partitions.filter((one) => one !== '_default'),
  );
  await process.spend(0, share);
  const temp = `restore-temp-${process.run.taskArn.split('/').at(-1)}-${made.database}-${made.name}/`;
  const copied = await copyAndImport(process, backup, made, folder, temp);
  await process.spend(copied, share + 0.01);
  const store = process.objects(process.settings.milvus);
  for (const { key } of await store.list(temp)) await store.delete(key);
  if (line.flags.has('rebuild_index'))
    for (const { field_name, index_name, index_type, params } of backup.index_infos)
      milvus.index(made, { field: field_name as FieldName, name: index_name, type: index_type, params });
}

/** The vault is another bucket than Milvus's, so that everything passes through a folder of Milvus's. */
async function copyAndImport(
  process: ToolProcess,
  backup: CollectionBackup,
  made: Collection,
  folder: string,
  temp: string,
): Promise<number> {
  const { milvus, settings } = process;
  let bytes = 0;
  for (const partition of backup.partition_backups)
    for (const segment of partition.segment_backups) {
      const path = [backup.collection_id, partition.partition_id, segment.group_id, segment.segment_id].join(
        '/',
      );
      const bring = async (name: string): Promise<string> => {
        await process.copy(settings.backup.bucket, `${folder}binlogs/${name}`, settings.milvus, temp + name);
        bytes += 1_000;
        return temp + name;
      };
      const inserts = new Map<number, string>();
      for (const { fieldID, binlogs } of segment.binlogs)
        for (const { log_id } of binlogs)
          inserts.set(fieldID, await bring(`insert_log/${path}/${fieldID}/${log_id}`));
      const deltas: string[] = [];
      for (const { binlogs } of segment.deltalogs)
        for (const { log_id } of binlogs) deltas.push(await bring(`delta_log/${path}/${log_id}`));
      if (inserts.size === 0) throw failed('bulk insert: no binlog to import');
      await process.whileImportStalls();
      try {
        await milvus.import(made, partition.partition_name, inserts, deltas);
      } catch (error) {
        if (error instanceof UnreadableLog) throw failed(`bulk insert: import job failed: ${error.message}`);
        throw error;
      }
    }
  return bytes;
}
