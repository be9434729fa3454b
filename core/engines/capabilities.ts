import type { EngineName } from '../plan/installation.ts';
import { type Duration, minutes } from '../time/instant.ts';
import type { Capabilities } from './driver.ts';

/** RDS's control plane does for all three what it does for Aurora; only the wire engines that ride on it differ. */
const RDS: Capabilities = {
  incremental: false,
  logBackup: false,
  nativePointInTime: true,
  crossRegionCopy: true,
  shards: false,
  lineage: false,
  scopes: ['cluster'],
};

/** What each engine can do. Drivers take their `can` from here, so that synth and runtime say the same. */
export const CAPABILITIES: Readonly<Record<EngineName, Capabilities>> = {
  objects: {
    incremental: true,
    logBackup: false,
    nativePointInTime: false,
    crossRegionCopy: true,
    shards: true,
    lineage: false,
    scopes: ['cluster'],
    modes: ['difference'],
  },
  aurora: RDS,
  documentdb: RDS,
  neptune: RDS,
  tidb: {
    incremental: true,
    logBackup: true,
    nativePointInTime: false,
    crossRegionCopy: true,
    shards: true,
    lineage: true,
    scopes: ['cluster', 'database', 'table'],
    modes: ['refill'],
  },
  // EBS stores snapshots as differences, and each is whole by itself: none needs another one for its restore.
  ebs: {
    incremental: false,
    logBackup: false,
    nativePointInTime: false,
    crossRegionCopy: true,
    shards: false,
    lineage: false,
    scopes: ['cluster'],
  },
  // Backups are full only (contract of Doris, section 1); what a standby follows by is CCR, which is no log to restore from.
  doris: {
    incremental: false,
    logBackup: false,
    nativePointInTime: false,
    crossRegionCopy: true,
    shards: true,
    lineage: false,
    scopes: ['cluster', 'database', 'table', 'partition'],
    modes: ['beside', 'swap', 'in-place', 'difference'],
  },
  // milvus-backup knows neither increments nor a log (contract of Milvus, section 1).
  milvus: {
    incremental: false,
    logBackup: false,
    nativePointInTime: false,
    crossRegionCopy: true,
    shards: true,
    lineage: false,
    scopes: ['cluster', 'database', 'collection'],
    modes: ['difference'],
  },
};

export const ENGINE_NAMES = Object.keys(CAPABILITIES) as readonly EngineName[];

/** What the objectives' arithmetic assumes about an engine until a drill has measured it. */
export interface Allowances {
  /** The steps of a restore that do not grow with the data: resolve, pre-flight, create, validate. */
  readonly fixedRestore: Duration;
  /** Used when the configuration gives no `restoreRate`. */
  readonly restoreBytesPerSecond: number;
  /** For engines with a log of Holdfast's own: what it lags behind the cluster while all is well. */
  readonly logLag?: {
    /** From the vault of the cluster's region to the vault of another region. */
    readonly follow: Duration;
    /** Of a log on a restored snapshot. Used when the configuration gives no `replayRate`. */
    readonly replayBytesPerSecond: number;
    /** Where the two come from, for whoever reads the sums. */
    readonly because: { readonly flush: string; readonly follow: string };
  };
}

const RDS_ALLOWANCES: Allowances = {
  // A new cluster and its instances each take minutes before a byte is served; AWS promises no figure.
  fixedRestore: minutes(30),
  restoreBytesPerSecond: 100e6,
};

export const ALLOWANCES: Readonly<Record<EngineName, Allowances>> = {
  objects: { fixedRestore: minutes(5), restoreBytesPerSecond: 200e6 },
  aurora: RDS_ALLOWANCES,
  documentdb: RDS_ALLOWANCES,
  neptune: RDS_ALLOWANCES,
  // BR restores 280 GB an hour and TiKV node from a snapshot (br-pitr-guide); three nodes are the least that a cluster has.
  // TiKV flushes its log every three minutes by default (max-flush-interval; contract of log backup: 3 to 5 minutes).
  // It replays 30 GB of log an hour and node (br-pitr-guide).
  // An object follows its event within seconds; the minute is for the batch that it waits in and for a retry.
  tidb: {
    fixedRestore: minutes(15),
    restoreBytesPerSecond: 230e6,
    logLag: {
      follow: minutes(1),
      replayBytesPerSecond: 25e6,
      because: {
        flush: "steps of the log's checkpoint, logFlush of the cluster",
        follow: 'event, queue and copy to the other region',
      },
    },
  },
  // Volumes are there within minutes and load what is read from S3 behind the scenes; EBS promises no rate for that.
  ebs: { fixedRestore: minutes(10), restoreBytesPerSecond: 100e6 },
  // A backend downloads with one worker at 50 MB/s unless it is told otherwise (download_worker_count,
  // max_download_speed_kbps); three backends are the least that hold three replicas.
  doris: { fixedRestore: minutes(10), restoreBytesPerSecond: 150e6 },
  // No figure is published (milvus-backup#547). One user's: 100 million vectors of 768 dimensions, some 300 GB, in five
  // hours (milvus#26914).
  milvus: { fixedRestore: minutes(15), restoreBytesPerSecond: 17e6 },
};
