import type { DorisCluster } from './cluster.ts';
import { type Database, overlap, type Partition, sameRange, type Table, type TableSpec } from './contents.ts';
import type { RestoreOptions } from './restore-options.ts';
import { schemaHashOf, tabletPath } from './snapshot.ts';
import type { BackupMeta, JobInfo, TableInfo } from './snapshot-info.ts';
import { Failed } from './status.ts';

const ATOMIC_PREFIX = '__doris_atomic_restore_prefix__';

/** One tablet of the snapshot and the partition that its rows go to. */
export interface Part {
  readonly id: number;
  /** Below `__ss_content`. */
  readonly path: string;
  /** Without checksums. */
  readonly files: readonly string[];
  readonly table: Table;
  readonly partition: Partition;
  /** Of the snapshot: where its rows came from, by names. */
  readonly from: readonly [table: string, partition: string];
}

/** What a restore makes and fills, decided at its first step. */
export interface Plan {
  /** Tables that are to be made, each with the name that it gets at the end. */
  readonly made: { readonly table: Table; readonly name: string }[];
  /** Partitions that existing tables get. */
  readonly added: { readonly table: Table; readonly partition: Partition }[];
  /** Tables that nobody reads meanwhile. */
  readonly locked: Table[];
  readonly atomic: Table[];
  readonly parts: Part[];
}

interface Planning {
  readonly cluster: DorisCluster;
  readonly database: Database;
  readonly info: JobInfo;
  readonly meta: BackupMeta;
  readonly aliases: ReadonlyMap<string, string>;
  readonly options: RestoreOptions;
}

/** Checks what Doris checks (RestoreJob.checkAndPrepareMeta), locks the tables that are there, and says what to do. */
export function planRestore(planning: Planning): Plan {
  const plan: Plan = { made: [], added: [], locked: [], atomic: [], parts: [] };
  const { database, info, aliases } = planning;
  const nameOf = (name: string) => aliases.get(name) ?? name;
  try {
    for (const name of Object.keys(info.backup_objects)) lock(planning, plan, nameOf(name));
    for (const [name, objects] of Object.entries(info.backup_objects)) {
      const spec = specOf(planning, name);
      const local = database.tables.get(nameOf(name));
      if (local) intoExisting(planning, plan, local, spec, objects);
      if (!local || planning.options.atomic) asNew(planning, plan, nameOf(name), spec, objects);
    }
    for (const { name } of info.new_backup_objects.views) view(planning, plan, name, nameOf(name));
  } catch (error) {
    release(plan);
    throw error;
  }
  return plan;
}

/** Back to NORMAL: every table that the plan took. */
export function release({ locked, atomic }: Plan): void {
  for (const table of locked) {
    table.state = 'NORMAL';
    for (const partition of table.partitions.values()) partition.restoring = false;
  }
  for (const table of atomic) table.inAtomicRestore = false;
}

function lock({ database, options }: Planning, plan: Plan, name: string): void {
  const table = database.tables.get(name);
  if (!table) return;
  if (table.spec.kind !== 'olap')
    throw new Failed('COMMON_ERROR', `Only support restore OLAP table: ${name}`);
  if (table.state !== 'NORMAL')
    throw new Failed('COMMON_ERROR', `Table ${name}'s state is not NORMAL: ${table.state}`);
  if (table.temporaryPartitions)
    throw new Failed('COMMON_ERROR', 'Do not support restoring table with temp partitions');
  if (options.atomic) {
    table.inAtomicRestore = true;
    plan.atomic.push(table);
  } else {
    table.state = 'RESTORE';
    plan.locked.push(table);
  }
}

function specOf({ meta }: Planning, name: string): TableSpec {
  const found = meta.tables.find(({ spec }) => spec.name === name);
  if (!found) throw new Failed('COMMON_ERROR', `Failed create backup meta from file: no table ${name}`);
  return found.spec;
}

function intoExisting(
  planning: Planning,
  plan: Plan,
  local: Table,
  spec: TableSpec,
  objects: TableInfo,
): void {
  const { forceReplace, atomic } = planning.options;
  const remote = { ...local.spec, ...spec };
  const same =
    JSON.stringify([remote.kind, spec.columns, spec.partitionColumn, spec.query]) === local.signature;
  if (!same && !forceReplace)
    throw new Failed('COMMON_ERROR', `Table ${local.name} already exist but with different schema`);
  for (const name of Object.keys(objects.partitions)) {
    const range = spec.partitions.find((one) => one.name === name)?.range;
    const there = local.partitions.get(name);
    if (there && !sameRange(there.range, range) && !forceReplace)
      throw new Failed(
        'COMMON_ERROR',
        `Partition ${name} in table ${local.name} has different partition item with partition in repository`,
      );
    if (atomic) continue;
    if (there) {
      there.restoring = true;
      parts(planning, plan, local, there, spec, objects, name);
      continue;
    }
    if ([...local.partitions.values()].some((one) => overlap(one.range, range)))
      throw new Failed(
        'COMMON_ERROR',
        `Partition ${name} in table ${local.name} has conflict partition item with existing items`,
      );
    replicas(planning, spec);
    const partition = planning.cluster.catalog.makePartition({ name, ...(range && { range }) });
    plan.added.push({ table: local, partition });
    parts(planning, plan, local, partition, spec, objects, name);
  }
}

function asNew(planning: Planning, plan: Plan, name: string, spec: TableSpec, objects: TableInfo): void {
  const { cluster, options } = planning;
  const replicationNum = replicas(planning, spec);
  const table = cluster.catalog.makeTable({
    ...spec,
    name: options.atomic ? `${ATOMIC_PREFIX}${name}` : name,
    replicationNum,
    partitions: spec.partitions.filter((partition) => partition.name in objects.partitions),
  });
  if (!options.reserveDynamicPartition && table.properties.has('dynamic_partition.enable'))
    table.properties.set('dynamic_partition.enable', 'false');
  if (options.beingSynced) table.properties.set('is_being_synced', 'true');
  table.state = options.allowLoad ? 'RESTORE_WITH_LOAD' : 'RESTORE';
  plan.made.push({ table, name });
  for (const partition of table.partitions.values())
    parts(planning, plan, table, partition, spec, objects, partition.name);
}

function view(planning: Planning, plan: Plan, name: string, as: string): void {
  const { database, cluster, options } = planning;
  const spec = specOf(planning, name);
  const local = database.tables.get(as);
  const made = cluster.catalog.makeTable({ ...spec, name: as });
  if (local && local.spec.kind !== 'view')
    throw new Failed(
      'COMMON_ERROR',
      `The local table ${as} with the same name but a different type of backup meta.`,
    );
  if (local && local.signature !== made.signature && !options.forceReplace)
    throw new Failed('COMMON_ERROR', `View ${as} already exist but with different schema`);
  if (!local) plan.made.push({ table: made, name: as });
}

/** How many replicas there are to be. Throws when there are not as many backends. */
function replicas({ cluster, options }: Planning, spec: TableSpec): number {
  const wanted = options.reserveReplica ? spec.replicationNum : options.replicationNum;
  if (wanted > cluster.aliveBackends)
    throw new Failed(
      'COMMON_ERROR',
      `Failed to find enough backend, please check the replication num,replication tag and storage medium and avail capacity of backends or maybe all be on same host.\nCreate failed replications:\nreplication tag: {"location" : "default"}, replication num: ${wanted}, storage medium: HDD`,
    );
  return wanted;
}

function parts(
  { info }: Planning,
  plan: Plan,
  table: Table,
  partition: Partition,
  spec: TableSpec,
  objects: TableInfo,
  name: string,
): void {
  const { id, indexes } = objects.partitions[name]!;
  for (const index of Object.values(indexes))
    for (const [tablet, files] of Object.entries(index.tablets)) {
      const path = tabletPath(info.id, objects.id, id, index.id, Number(tablet), schemaHashOf(spec));
      plan.parts.push({ ...{ id: Number(tablet), path, files, table, partition }, from: [spec.name, name] });
    }
}
