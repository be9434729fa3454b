import type { CaptureSpec, Cursor, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import { placeOf } from '../objects/ports.ts';
import { type Errand, follow, NOT_STARTED, nextAttempt } from '../shared/errand.ts';
import { planFiles } from '../shared/files.ts';
import { abandonFiles, emptyData } from '../shared/hide-files.ts';
import { type BackupPlace, createArgv } from './argv.ts';
import {
  backupNameOf,
  familyOf,
  fullMetaOf,
  MILVUS_FILES,
  type MilvusPorts,
  markersOf,
  milvusCluster,
} from './ports.ts';
import { type Captured, capturedIn, cursorOf, startOf } from './progress.ts';
import { gcWarningIn, runIn, workOf } from './tool.ts';

/** A run that was killed may still have requests of its own under way. */
const SETTLE_SECONDS = 60;

export async function beginCapture(ports: MilvusPorts, spec: CaptureSpec): Promise<Step> {
  invariant(spec.point.region === ports.home, 'a cluster is captured where it lives', {
    home: ports.home,
    region: spec.point.region,
  });
  return runOn(ports, spec, startOf(spec.point.openedAt));
}

export const pollCapture = (ports: MilvusPorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> =>
  runOn(ports, spec, capturedIn(cursor));

async function runOn(ports: MilvusPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  if (captured.step === 'clear') return clear(ports, spec, captured);
  if (captured.step === 'files') return listFiles(ports, spec, captured);
  const errand = errandOf(ports, spec);
  const followed = await follow(ports.containers, errand, captured);
  if (followed.at === 'running') {
    // A start whose answer was lost is found by a later lap: the run began behind the lap before.
    const startedAt = followed.standing.task === '' ? spec.now : captured.startedAt;
    const standing = { ...captured, ...followed.standing, startedAt };
    const step = waitFor(followed.doing, followed.pollAfterSeconds, standing);
    return followed.waiting ? { ...step, outcome: 'waiting' } : step;
  }
  if (followed.at === 'done') {
    await requireWritten(ports, spec);
    const warning = warningOf(spec, followed.lines);
    return listFiles(ports, spec, { ...captured, ...NOT_STARTED, step: 'files', warning });
  }
  const next = { ...captured, ...nextAttempt(errand.work, captured, followed.why), step: 'clear' } as const;
  return waitFor(`${errand.work.what}: its prefix is emptied, because ${followed.why}`, 1, next);
}

function warningOf(spec: CaptureSpec, lines: readonly string[]): string {
  const said = gcWarningIn(lines);
  if (said === undefined) return '';
  const { management } = milvusCluster(spec.cluster).reach;
  return `milvus-backup could not pause Milvus's garbage collection at http://${management}, which may take away what is being copied (${said}); see whether management of reach is right, and whether the tasks' security groups get there`;
}

const waitFor = (doing: string, pollAfterSeconds: number, captured: Captured) => ({
  outcome: 'running' as const,
  pollAfterSeconds,
  doing,
  cursor: cursorOf(captured),
});

/** Where the backup of a point lies in the vault of a region. */
export const backupAt = (ports: MilvusPorts, region: string, cluster: string, id: string): BackupPlace => ({
  bucket: placeOf(ports, region, cluster, id).bucket,
  rootPath: dataPrefix(cluster, id).replace(/\/$/, ''),
});

function errandOf(ports: MilvusPorts, spec: CaptureSpec): Errand {
  const { id } = spec.point;
  const cluster = milvusCluster(spec.cluster);
  const to = backupAt(ports, ports.home, cluster.name, id);
  return {
    ...runIn(cluster.reach),
    region: ports.home,
    family: familyOf(cluster),
    whose: id,
    step: 'create',
    argv: createArgv(cluster.reach, ports.home, to, backupNameOf(id), cluster.collections),
    work: workOf('capture', `milvus-backup create of ${id}`),
    said: (lines) => lines.some((line) => line.includes('create backup success')),
    isDone: () => isWritten(ports, spec),
  };
}

async function isWritten(ports: MilvusPorts, { cluster, point: { id } }: CaptureSpec): Promise<boolean> {
  const { store, bucket } = placeOf(ports, ports.home, cluster.name, id);
  return (await store.checksum(bucket, dataPrefix(cluster.name, id) + fullMetaOf(id))) !== undefined;
}

async function requireWritten(ports: MilvusPorts, spec: CaptureSpec): Promise<void> {
  const { id } = spec.point;
  if (await isWritten(ports, spec)) return;
  throw new CaptureFailed(
    `milvus-backup create of ${id} ended with exit code 0 and wrote no ${fullMetaOf(id)}: it is not complete; look at the log of its task, and take the recovery point again`,
    { recoveryPoint: id },
  );
}

/**
 * The tool refuses a name below which anything lies. A lap of its own, which starts nothing: a lap may run twice, and the
 * second time it would hide what the new run has written.
 */
async function clear(ports: MilvusPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  const { id } = spec.point;
  await emptyData(placeOf(ports, ports.home, spec.cluster.name, id), markersOf(id));
  return waitFor(`${id}: its prefix is empty again`, SETTLE_SECONDS, {
    ...captured,
    step: 'backup',
    startedAt: spec.now,
  });
}

async function listFiles(ports: MilvusPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  if (captured.listing.ended) return ready(captured);
  const { planned, listing } = await planFiles(ports, MILVUS_FILES, spec, captured.listing);
  const moved = { ...captured, listing };
  const doing = `${listing.totals.items} files of the backup listed`;
  return planned.length === 0
    ? ready(moved)
    : { outcome: 'shards', shards: planned, doing, cursor: cursorOf(moved) };
}

/**
 * Collections are flushed one after the other while the tool runs: what was written before it started is in all of them,
 * and what came later may be in some.
 */
const ready = (captured: Captured): Step => ({
  outcome: 'ready',
  cursor: cursorOf(captured),
  takenAt: captured.startedAt,
});

/** Ends what still runs for this point, and hides what it wrote. */
export async function abandonCapture(ports: MilvusPorts, spec: CaptureSpec): Promise<void> {
  const { id } = spec.point;
  for (const task of await ports.containers.runningFor(ports.home, id))
    await ports.containers.stop(ports.home, task, `${id} is abandoned`);
  await abandonFiles(ports, spec, markersOf(id));
}
