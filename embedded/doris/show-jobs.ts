import type { ServerReply } from '../network/server.ts';
import { passes, shown, timeIn } from './answers.ts';
import type { BackupJob } from './backup-job.ts';
import type { DorisCluster } from './cluster.ts';
import type { Database } from './contents.ts';
import type { RestoreJob } from './restore-job.ts';
import { briefOf } from './snapshot-info.ts';
import type { Filter } from './sql/statement.ts';

/** BackupJob.getInfo. */
const BACKUP_COLUMNS = [
  ...['JobId', 'SnapshotName', 'DbName', 'State', 'BackupObjs', 'CreateTime', 'SnapshotFinishedTime'],
  ...['UploadFinishedTime', 'FinishedTime', 'UnfinishedTasks', 'Progress', 'TaskErrMsg', 'Status', 'Timeout'],
];
/** RestoreJob.getInfo. */
const RESTORE_COLUMNS = [
  ...['JobId', 'Label', 'Timestamp', 'DbName', 'State', 'AllowLoad', 'ReplicationNum', 'ReplicaAllocation'],
  ...['ReserveReplica', 'ReserveDynamicPartitionEnable', 'RestoreObjs', 'CreateTime', 'MetaPreparedTime'],
  ...['SnapshotFinishedTime', 'DownloadFinishedTime', 'FinishedTime', 'UnfinishedTasks', 'Progress'],
  ...['TaskErrMsg', 'Status', 'Timeout'],
];
const NOT_BRIEF = ['RestoreObjs', 'Progress', 'TaskErrMsg'];
/** So many entries of a list are shown. */
const ENTRIES_MAX = 100;

export function showBackup(
  cluster: DorisCluster,
  database: Database,
  filter: Filter | undefined,
  zone: string,
): ServerReply {
  const jobs = cluster.jobs.jobsOf(database.id).filter((job) => job.kind === 'backup');
  return shown(
    BACKUP_COLUMNS,
    jobs.filter(({ label }) => passes(filter, label)).map((job) => backupLine(job, zone)),
    cluster.faults,
  );
}

export function showRestore(
  cluster: DorisCluster,
  database: Database,
  filter: Filter | undefined,
  zone: string,
  brief: boolean,
): ServerReply {
  const jobs = cluster.jobs.jobsOf(database.id).filter((job) => job.kind === 'restore');
  return shown(
    RESTORE_COLUMNS.filter((column) => !brief || !NOT_BRIEF.includes(column)),
    jobs.filter(({ label }) => passes(filter, label)).map((job) => restoreLine(job, zone)),
    cluster.faults,
  );
}

function backupLine(job: BackupJob, zone: string) {
  const time = timeIn(zone);
  const { database, scope } = job.parts;
  const objects = [...scope].flatMap(([table, partitions]) =>
    partitions
      ? [`[${database}.${table}] PARTITIONS [${partitions.join(', ')}]`]
      : [`[${database}.${table}]`],
  );
  return {
    ...common(job, zone),
    SnapshotName: job.label,
    BackupObjs: objects.join(', '),
    UploadFinishedTime: time(job.uploadFinishedAt),
  };
}

function restoreLine(job: RestoreJob, zone: string) {
  const time = timeIn(zone);
  const { info, options } = job.parts;
  return {
    ...common(job, zone),
    Label: job.label,
    Timestamp: options.timestamp,
    AllowLoad: options.allowLoad,
    ReplicationNum: options.replicationNum,
    ReplicaAllocation: `tag.location.default: ${options.replicationNum}`,
    ReserveReplica: options.reserveReplica,
    ReserveDynamicPartitionEnable: options.reserveDynamicPartition,
    RestoreObjs: briefOf(info),
    MetaPreparedTime: time(job.metaPreparedAt),
    DownloadFinishedTime: time(job.downloadFinishedAt),
  };
}

function common(job: BackupJob | RestoreJob, zone: string) {
  const time = timeIn(zone);
  const list = (entries: Iterable<string>) => [...entries].slice(0, ENTRIES_MAX).join(', ');
  return {
    JobId: job.id,
    DbName: job.parts.database,
    State: job.state,
    CreateTime: time(job.createdAt),
    SnapshotFinishedTime: time(job.snapshotFinishedAt),
    FinishedTime: time(job.finishedAt),
    UnfinishedTasks: list([...job.unfinished].map(([signature, backend]) => `[${signature}=${backend}]`)),
    Progress: list([...job.progress].map(([task, { done, total }]) => `[${task}: ${done}/${total}]`)),
    TaskErrMsg: list([...job.taskErrors].map(([task, why]) => `[${task}: ${why}]`)),
    Status: job.status,
    Timeout: job.parts.timeout / 1_000,
  };
}
