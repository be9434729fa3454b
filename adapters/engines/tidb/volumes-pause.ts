import type { TidbReach } from '../../../core/plan/installation.ts';
import { withCluster } from './argv.ts';
import { parseTso, type Tso } from './tso.ts';

/** How long PD and TiKV stay paused without a sign of life of BR: what a killed run leaves ends by itself after it. */
const LEASE = '2m';

/** Runs until it is told to end (SIGTERM), and keeps the cluster still meanwhile. */
export const pauseArgv = (reach: TidbReach): string[] =>
  withCluster(reach, ['operator', 'pause-gc-and-schedulers', '--ttl', LEASE]);

const RESOLVED = /\["?min-resolved-ts"?="?(\d+)"?\]/;

/**
 * The timestamp that the cluster is resolved up to, once it is still: GC and PD's schedulers are paused, and the leader of
 * every region has applied its log and takes no split, no ingestion and no change of peers. BR reads the timestamp before,
 * keeps everything from it on from GC, and says so (`pauseGCKeeper` and `hintAllReady` in
 * br/pkg/task/operator/prepare_snap.go): whatever was committed up to it is in snapshots that are begun after.
 */
export function stillAt(lines: readonly string[]): Tso | undefined {
  if (!lines.some((line) => line.includes('All ready.'))) return undefined;
  const resolved = lines.flatMap((line) => RESOLVED.exec(line)?.[1] ?? []).at(-1);
  const tso = resolved === undefined ? undefined : parseTso(resolved);
  return tso === 0n ? undefined : tso;
}

/** What BR says when the cluster may have moved before it was told to go on, though its container lived. */
const MOVED = [/A task failed/, /failed to finalize (the|some) prepare stream/];

export const movedBefore = (lines: readonly string[]): string | undefined =>
  lines.find((line) => MOVED.some((pattern) => pattern.test(line)));
