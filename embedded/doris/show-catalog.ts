import type { ServerReply } from '../network/server.ts';
import { passes, shown, sized, timeIn } from './answers.ts';
import type { DorisCluster } from './cluster.ts';
import type { Database, Partition, Table } from './contents.ts';
import { type Entry, idOf } from './recycle-bin.ts';
import type { Filter } from './sql/statement.ts';

export function showBin(cluster: DorisCluster, filter: Filter | undefined, zone: string): ServerReply {
  const time = timeIn(zone);
  return shown(
    ['Type', 'Name', 'DbId', 'TableId', 'PartitionId', 'DropTime', 'DataSize', 'RemoteDataSize'],
    cluster.catalog.bin.entries
      .filter(({ name }) => passes(filter, name))
      .map((entry) => ({
        ...{ Type: entry.kind, Name: entry.name, DbId: entry.databaseId },
        TableId: entry.kind === 'Table' ? idOf(entry) : entry.kind === 'Partition' ? entry.tableId : '',
        PartitionId: entry.kind === 'Partition' ? idOf(entry) : '',
        DropTime: time(entry.droppedAt),
        DataSize: sized(rowsIn(entry) * cluster.bytesPerRow),
        RemoteDataSize: '0.000 ',
      })),
    cluster.faults,
  );
}

function rowsIn(entry: Entry): number {
  if (entry.kind === 'Table') return entry.table.rowCount;
  return entry.kind === 'Partition' ? entry.partition.rows.size : 0;
}

export function showTables(
  cluster: DorisCluster,
  database: Database,
  filter: Filter | undefined,
): ServerReply {
  const column = `Tables_in_${database.name}`;
  const names = [...database.tables.keys()].filter((name) => passes(filter, name)).sort();
  return shown(
    [column],
    names.map((name) => ({ [column]: name })),
    cluster.faults,
  );
}

export function showDatabases(cluster: DorisCluster, filter: Filter | undefined): ServerReply {
  const system = ['__internal_schema', 'information_schema', 'mysql'];
  const names = [...system, ...cluster.catalog.databases.keys()].filter((name) => passes(filter, name));
  return shown(
    ['Database'],
    names.sort().map((name) => ({ Database: name })),
    cluster.faults,
  );
}

/** What has an id; no line when nothing has, or only what lies in the bin. */
export function showNamed(cluster: DorisCluster, kind: 'database' | 'table', id: string): ServerReply {
  const lines = [...cluster.catalog.databases.values()].flatMap((database) => {
    if (kind === 'database') return String(database.id) === id ? [{ DbName: database.name }] : [];
    const tables = [...database.tables.values()].filter((table) => String(table.id) === id);
    return tables.map(({ name }) => ({ DbName: database.name, TableName: name, DbId: database.id }));
  });
  return shown(kind === 'database' ? ['DbName'] : ['DbName', 'TableName', 'DbId'], lines, cluster.faults);
}

export function showPartitions(cluster: DorisCluster, table: Table): ServerReply {
  return shown(
    [
      ...['PartitionId', 'PartitionName', 'VisibleVersion', 'State', 'PartitionKey', 'Range'],
      ...['DistributionKey', 'Buckets', 'ReplicationNum', 'StorageMedium', 'DataSize', 'ReplicaAllocation'],
    ],
    [...table.partitions.values()].map((partition) => ({
      ...{ PartitionId: partition.id, PartitionName: partition.name, VisibleVersion: partition.version },
      State: partition.restoring ? 'RESTORE' : 'NORMAL',
      PartitionKey: table.spec.partitionColumn ?? '',
      Range: rangeOf(partition),
      ...{ DistributionKey: 'id', Buckets: partition.tablets.length },
      ReplicationNum: table.replicationNum,
      ...{ StorageMedium: 'HDD', DataSize: sized(partition.rows.size * cluster.bytesPerRow) },
      ReplicaAllocation: `tag.location.default: ${table.replicationNum}`,
    })),
    cluster.faults,
  );
}

function rangeOf({ range }: Partition): string {
  if (!range) return '';
  const type = typeof range.from === 'number' ? 'BIGINT' : 'DATEV2';
  return `[types: [${type}]; keys: [${range.from}]; ..types: [${type}]; keys: [${range.to}]; )`;
}

/** What the columns `Version` of hosts and the variable `version_comment` say. */
export const buildOf = ({ version }: DorisCluster): string => `doris-${version}-rc01-0000000000`;

export const showFrontends = (cluster: DorisCluster): ServerReply =>
  shown(
    [
      'Name',
      'Host',
      'QueryPort',
      'Role',
      'IsMaster',
      'Join',
      'Alive',
      'ErrMsg',
      'Version',
      'CurrentConnected',
    ],
    [
      {
        ...{
          Name: `fe_${cluster.name}`,
          Host: '10.0.1.1',
          QueryPort: 9030,
          Role: 'FOLLOWER',
          IsMaster: true,
        },
        ...{ Join: true, Alive: true, ErrMsg: '', Version: buildOf(cluster), CurrentConnected: 'Yes' },
      },
    ],
    cluster.faults,
  );

export const showBackends = (cluster: DorisCluster): ServerReply =>
  shown(
    ['BackendId', 'Host', 'HeartbeatPort', 'Alive', 'SystemDecommissioned', 'TabletNum', 'ErrMsg', 'Version'],
    cluster.backends.map((id, at) => ({
      ...{ BackendId: id, Host: cluster.hostOf(id), HeartbeatPort: 9050, Alive: at < cluster.aliveBackends },
      ...{ SystemDecommissioned: false, TabletNum: 0, ErrMsg: '', Version: buildOf(cluster) },
    })),
    cluster.faults,
  );
