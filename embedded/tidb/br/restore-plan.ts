import type { TidbCluster } from '../cluster.ts';
import { isTemporary, type RestoreState } from '../restore-state.ts';
import type { CommandLine } from './argv.ts';
import { BrFailure } from './failure.ts';
import type { TableFilter } from './filter.ts';
import type { BackupMeta } from './snapshot-files.ts';

/** What may be restored where: the refusals of both kinds of restore. */

export const userDatabases = (cluster: TidbCluster): string[] =>
  [...cluster.contentsNow().databases].filter((database) => !isTemporary(database)).sort();

const shortVersion = (version: string): number => {
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) * 1_000 + Number(minor);
};

/** The source's settings and version have to go with the target's. */
export function checkFits(cluster: TidbCluster, meta: BackupMeta): void {
  const own = cluster.options.newCollations ?? true;
  if (own !== meta.NewCollationsEnabled)
    throw new BrFailure(
      `the config 'new_collations_enabled_on_first_bootstrap' not match, upstream: ${meta.NewCollationsEnabled}, downstream: ${own}`,
      'BR:Restore:ErrRestoreModeMismatch',
    );
  if (shortVersion(cluster.version) < shortVersion(meta.ClusterVersion))
    throw new BrFailure(
      `the cluster has version ${cluster.version}, the backup is of ${meta.ClusterVersion}: downgrade is not supported`,
      'BR:Common:ErrVersionMismatch',
    );
}

/** Before v9 nothing is restored under a running log task: what is restored would not be in the log. */
export function checkNoLogTask(cluster: TidbCluster): void {
  const { task } = cluster.log;
  if (task)
    throw new BrFailure(
      `log backup task is running: ${task.name}, please stop the task before restore, and create the task again after it`,
    );
}

/** A restore of everything, system tables included, wants a cluster without tables. */
export function checkFresh(cluster: TidbCluster): void {
  const tables = [...cluster.tablesNow().keys()];
  if (tables.length > 0)
    throw new BrFailure(`user db/tables: ${tables.join(', ')}`, 'BR:Restore:ErrRestoreNotFreshCluster');
}

/** Before a restore to a point there may be no database of users. */
export function checkNoDatabases(cluster: TidbCluster): void {
  const found = userDatabases(cluster);
  if (found.length > 0)
    throw new BrFailure(
      `databases ${found.join(',')} existed in restored cluster, please drop them before execute PiTR`,
      'BR:Restore:ErrDatabasesAlreadyExisted',
    );
}

/** What was asked for by name has to be in the backup. */
export function checkScope(line: CommandLine, filter: TableFilter, meta: BackupMeta): void {
  const found = meta.Schemas.some(({ table }) => filter.matches(table.database, table.name));
  if (!found && line.command !== 'restore full')
    throw new BrFailure(
      `${filter.printed} has not been backed up, please check the name`,
      'BR:Common:ErrUndefinedDbOrTable',
    );
}

/** What an unfinished restore noted, when this command is the same again; throws when it is another one. */
export function unfinished(
  cluster: TidbCluster,
  wanted: Pick<RestoreState, 'kind' | 'upstreamClusterId' | 'snapshotTs' | 'restoredTs' | 'scope'>,
): RestoreState | undefined {
  const noted = cluster.restore;
  if (!noted) return undefined;
  if (noted.upstreamClusterId !== wanted.upstreamClusterId)
    throw new BrFailure(
      `the upstream cluster id[${wanted.upstreamClusterId}] does not match that[${noted.upstreamClusterId}] recorded in checkpoint`,
    );
  if (
    noted.kind !== wanted.kind ||
    noted.snapshotTs !== wanted.snapshotTs ||
    noted.restoredTs !== wanted.restoredTs
  )
    throw new BrFailure(
      `the restore from ${wanted.snapshotTs} to ${wanted.restoredTs} is different from that from ${noted.snapshotTs} to ${noted.restoredTs} recorded in checkpoint`,
    );
  if (noted.scope !== wanted.scope)
    throw new BrFailure(`the filter ${wanted.scope} is different from ${noted.scope} recorded in checkpoint`);
  return noted;
}
