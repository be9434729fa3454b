import type { TidbCluster } from '../cluster.ts';
import type { Change } from '../contents.ts';
import type { TidbFleet } from '../fleet.ts';
import { decodeChanges, type LogFile, readMetas } from '../log-files.ts';
import type { ObjectStore } from '../object-store.ts';
import { GC_RATIO_DEFAULT, GC_RATIO_OFF, GC_RATIO_THRESHOLD } from '../pd.ts';
import { type RestoreState, TEMPORARY_DATABASES } from '../restore-state.ts';
import { dateOf, type Tso } from '../tso.ts';
import type { CommandLine } from './argv.ts';
import { connect } from './connect.ts';
import { BrFailure, invalidArgument } from './failure.ts';
import { filterOf } from './filter.ts';
import { UNITS } from './flags.ts';
import { type LogInfo, printTs, readLogInfo, zonedTs } from './log-info.ts';
import type { BrProcess } from './process.ts';
import { Replay } from './replay.ts';
import { clearNotes, newState, note, openFull, rateOf, summarize } from './restore.ts';
import { checkFits, checkNoDatabases, checkNoLogTask, unfinished } from './restore-plan.ts';
import { download, type Restore, restoreTables, signOfLife } from './restore-snapshot.ts';
import { type BackupMeta, readMeta } from './snapshot-files.ts';
import { openStorage } from './storage.ts';
import { printBytes, printDuration } from './terminal.ts';

const GB = 1_000_000_000;
/** 280 GB/h for the snapshot and 30 GB/h for the log, and TiKV, in the PITR guide. */
const FULL_RATE = (280 * GB) / 3_600;
const LOG_RATE = (30 * GB) / 3_600;

interface PointRestore extends Omit<Restore, 'meta'> {
  readonly startTs: Tso;
  readonly restoredTs: Tso;
  readonly info: LogInfo;
}

/** `restore point`: a snapshot, and what the log says happened from there to an instant. */
export async function runRestorePoint(
  process: BrProcess,
  line: CommandLine,
  fleet: TidbFleet,
): Promise<void> {
  const full = line.text('full-backup-storage');
  const given = zonedTs(line, 'start-ts');
  const wantedTs = zonedTs(line, 'restored-ts');
  if ((full === undefined) === (given === undefined))
    throw invalidArgument('just need fill one for start-ts and full-backup-storage');
  const cluster = await connect(process, line, fleet);
  const store = await openStorage(process, line, line.text('storage'));
  const info = await readLogInfo(store);
  const fullStore = full === undefined ? undefined : await openFull(process, line);
  const meta = fullStore && (await readMeta(fullStore));
  const startTs = meta?.EndVersion ?? given!;
  const restoredTs = wantedTs ?? info.maxTs;
  checkRange(startTs, restoredTs, info, meta !== undefined);
  if (meta && meta.ClusterId !== info.clusterId)
    throw invalidArgument(
      `the full snapshot(from cluster ID:${meta.ClusterId}) and log(from cluster ID:${info.clusterId}) come from different cluster.`,
    );
  const state = begin(cluster, info, meta, startTs, restoredTs);
  const restore: PointRestore = {
    process,
    line,
    cluster,
    store,
    filter: filterOf(line),
    state,
    unit: UNITS[line.command]!,
    rate: rateOf(line, cluster, LOG_RATE),
    startTs,
    restoredTs,
    info,
  };
  try {
    if (meta && fullStore) await snapshotPhase(restore, fullStore, meta);
    await logPhase(restore);
    process.summary(`${restore.unit} success summary`, [['total-take', printDuration(process.took)]]);
  } finally {
    cluster.importingUntil = undefined;
  }
}

function checkRange(start: Tso, restored: Tso, { minTs, maxTs }: LogInfo, withFull: boolean): void {
  if (withFull && start < minTs)
    throw invalidArgument(
      `it has gap between full backup ts:${printTs(start)} and log backup ts:${printTs(minTs)}. `,
    );
  if (minTs > start || start > restored || restored > maxTs)
    throw invalidArgument(
      `restore log from ${printTs(start)} to ${printTs(restored)},  but the current existed log from ${printTs(minTs)} to ${printTs(maxTs)}`,
    );
}

/** What the target allows; what an unfinished run of the same command noted there. */
function begin(
  cluster: TidbCluster,
  info: LogInfo,
  meta: BackupMeta | undefined,
  startTs: Tso,
  restoredTs: Tso,
): RestoreState {
  const wanted = {
    kind: 'point',
    upstreamClusterId: info.clusterId,
    snapshotTs: startTs,
    restoredTs,
    scope: '*.*',
  } as const;
  const noted = unfinished(cluster, wanted);
  if (!noted && meta) checkNoDatabases(cluster);
  checkNoLogTask(cluster);
  if (meta) checkFits(cluster, meta);
  if (noted) return noted;
  const state = newState(wanted);
  if (!meta) continueFrom(cluster, state);
  note(cluster, state, TEMPORARY_DATABASES[meta ? 'snapshot' : 'log']);
  return state;
}

/** A log alone goes on where the last restore to a point ended, never elsewhere. */
function continueFrom(cluster: TidbCluster, state: RestoreState): void {
  const last = cluster.restoredTo;
  if (last?.upstreamClusterId !== state.upstreamClusterId || last.restoredTs !== state.snapshotTs)
    throw new BrFailure(`no id map of a restore up to ${state.snapshotTs} is in the cluster`);
  for (const [from, to] of last.tableIds) state.tableIds.set(from, to);
}

async function snapshotPhase(point: PointRestore, store: ObjectStore, meta: BackupMeta): Promise<void> {
  const { process, line, cluster, state } = point;
  if (state.snapshotDone) return process.print('Full Restore is skipped due to checkpoint mode for restore');
  const unit = 'Full Restore';
  const kvs = await restoreTables({ ...point, store, meta, unit, rate: rateOf(line, cluster, FULL_RATE) });
  state.snapshotDone = true;
  summarize(process, unit, meta, kvs);
}

/** While the log is replayed nothing may be collected; after a failure it stays so, for the next run. */
async function logPhase(point: PointRestore): Promise<void> {
  const { process, cluster, state, startTs, restoredTs } = point;
  note(cluster, state, TEMPORARY_DATABASES.log);
  state.gcRatioBefore ??= cluster.pd.config.get(GC_RATIO_THRESHOLD)!;
  cluster.pd.setGcRatio(GC_RATIO_OFF);
  const changes = await readChanges(point);
  const replay = new Replay(cluster, state.tableIds);
  for (const change of changes) replay.apply(change);
  // A setting that was off before is not one that anybody wants back.
  cluster.pd.setGcRatio(state.gcRatioBefore.startsWith('-') ? GC_RATIO_DEFAULT : state.gcRatioBefore);
  const { upstreamClusterId, tableIds } = state;
  cluster.restoredTo = { upstreamClusterId, restoredTs, tableIds };
  clearNotes(cluster);
  const end = cluster.pd.tso();
  process.summary('restore log success summary', [
    ['total-take', printDuration(process.took)],
    ['source-start-point', startTs],
    ['source-end-point', restoredTs],
    ['target-end-point', end],
    ['source-start', dateOf(startTs)],
    ['source-end', dateOf(restoredTs)],
    ['target-end', dateOf(end)],
    ['total-kv-count', changes.length],
    ['total-size', printBytes(changes.length * point.info.bytesPerChange)],
  ]);
}

/** All that the log says of (start, restored], each change once, in order. */
async function readChanges(point: PointRestore): Promise<Change[]> {
  const { process, cluster, store, startTs, restoredTs, info } = point;
  const touching = ({ minTs, maxTs }: LogFile) => maxTs > startTs && minTs <= restoredTs;
  const files = (await readMetas(store)).flatMap(({ meta: { storeId, files } }) =>
    files.filter(touching).map((file) => ({ ...file, name: file.path, storeId })),
  );
  const total = files.reduce((sum, { count }) => sum + count, 0);
  const meanwhile = () => signOfLife(point);
  const work = {
    step: 'Restore Files(SST + Log)',
    bytes: total * info.bytesPerChange,
    rate: point.rate,
    meanwhile,
  };
  const changes = new Map<Tso, Change>();
  let behind = 0;
  signOfLife(point);
  for (const file of files) {
    const from = behind / total;
    behind += file.count;
    await process.spend(work, from, behind / total);
    for (const change of decodeChanges(await download(process, cluster, store.location, file)))
      if (change.ts > startTs && change.ts <= restoredTs) changes.set(change.ts, change);
  }
  process.progress(work.step, 1);
  return [...changes.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1));
}
