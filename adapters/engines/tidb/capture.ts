import type { CaptureSpec, Cursor, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CaptureFailed, InvalidConfiguration } from '../../../core/errors/registry.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import { isUnreadable } from '../objects/base.ts';
import { placeOf } from '../objects/ports.ts';
import { NOT_STARTED, nextAttempt } from '../shared/errand.ts';
import { type Listing, NOT_LISTED, planFiles } from '../shared/files.ts';
import { abandonFiles, emptyData } from '../shared/hide-files.ts';
import { readIndex } from '../shared/manifest-io.ts';
import { backupArgv, decodeArgv } from './argv.ts';
import { captureOf } from './endings.ts';
import { BR_FILES } from './files.ts';
import { printed } from './last-words.ts';
import { INCREMENTS_MAX, snapshotIn } from './lineage.ts';
import { familyOf, MARKER, snapshotAt, type TidbPorts, tidbCluster } from './ports.ts';
import { type Captured, capturedIn, cursorOf } from './progress.ts';
import { foundNothing, sizeIn, summaryIn } from './summary.ts';
import { type Errand, follow } from './task.ts';
import { instantOfTso, parseTso } from './tso.ts';
import { isVolumes } from './volumes-restore.ts';

/** Of why another kind of snapshot is taken: a cursor stays small. */
const REASON_MAX = 300;
const SETTLE_SECONDS = 60;

const START: Captured = {
  step: 'backup',
  ...NOT_STARTED,
  last: '',
  increments: 0,
  instead: '',
  anew: false,
  unreadable: '',
  size: -1,
  backupTs: '',
  clusterId: '',
  listing: NOT_LISTED,
};

export async function beginCapture(ports: TidbPorts, spec: CaptureSpec): Promise<Step> {
  invariant(spec.point.region === ports.home, 'a cluster is captured where it lives', {
    home: ports.home,
    region: spec.point.region,
  });
  return runOn(ports, spec, { ...START, ...(await continued(ports, spec)) });
}

export const pollCapture = (ports: TidbPorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> =>
  runOn(ports, spec, capturedIn(cursor));

/** What an incremental capture continues; a full one wherever that cannot be. */
async function continued(ports: TidbPorts, { cluster, point }: CaptureSpec): Promise<Partial<Captured>> {
  if (point.kind !== 'incremental') return {};
  if (point.base === undefined) return { instead: 'there was no sealed snapshot to continue' };
  try {
    const place = placeOf(ports, ports.home, cluster.name, point.base);
    if (isVolumes((await readIndex(place)).recoveryPoint))
      return { instead: `${point.base} is a set of volumes` };
    const { backupTs, increments } = await snapshotIn(place);
    if (increments >= INCREMENTS_MAX) return { instead: `${increments} incremental ones stand in a row` };
    return { last: backupTs.toString(), increments: increments + 1 };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { instead: `the manifest of ${point.base} cannot be read`, unreadable: point.base };
  }
}

async function runOn(ports: TidbPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  if (captured.step === 'clear') return clear(ports, spec, captured);
  if (captured.step === 'files') return listFiles(ports, spec, captured);
  const errand = errandOf(ports, spec, captured);
  const followed = await follow(ports, errand, captured);
  if (followed.at === 'running') {
    const step = waitFor(followed.doing, followed.pollAfterSeconds, { ...captured, ...followed.standing });
    return followed.waiting ? { ...step, outcome: 'waiting' } : step;
  }
  if (followed.at === 'done')
    return runOn(ports, spec, { ...(await ended(ports, spec, captured, followed.lines)), ...NOT_STARTED });
  const { at, why } = followed;
  if (at === 'anew') return beginAnew(spec, captured, why);
  const next = { ...captured, ...nextAttempt(errand.work, captured, why), step: 'clear' } as const;
  return waitFor(`${errand.work.what}: its prefix is emptied, because ${why}`, 1, next);
}

const waitFor = (doing: string, pollAfterSeconds: number, captured: Captured) => ({
  outcome: 'running' as const,
  pollAfterSeconds,
  doing,
  cursor: cursorOf(captured),
});

function errandOf(ports: TidbPorts, spec: CaptureSpec, captured: Captured): Errand {
  const { id } = spec.point;
  const cluster = tidbCluster(spec.cluster);
  const place = placeOf(ports, ports.home, cluster.name, id);
  const storage = snapshotAt(ports, ports.home, place);
  const common = { region: ports.home, family: familyOf(cluster), reach: cluster.reach, whose: id };
  if (captured.step === 'backup') {
    const kind = captured.last === '' ? 'full' : 'incremental';
    return {
      ...common,
      step: `backup-${kind}${captured.anew ? '-anew' : ''}`,
      argv: backupArgv(cluster.reach, storage, { filter: cluster.filter }, parseTso(captured.last)),
      work: captureOf(`br backup full (${kind}) of ${id}`),
      said: (lines) => summaryIn(lines) !== undefined,
      isDone: () => hasMarker(ports, spec),
    };
  }
  const field = captured.step === 'backup-ts' ? 'end-version' : 'ClusterId';
  return {
    ...common,
    step: captured.step,
    argv: decodeArgv(storage, field),
    work: captureOf(`br debug decode of ${field} of ${id}`),
    said: (lines) => valueIn(lines) !== undefined || lacksField(lines),
  };
}

async function hasMarker(ports: TidbPorts, { cluster, point }: CaptureSpec): Promise<boolean> {
  const { store, bucket } = placeOf(ports, ports.home, cluster.name, point.id);
  return (await store.checksum(bucket, dataPrefix(cluster.name, point.id) + MARKER)) !== undefined;
}

/** BR's last printed line, when it is a number: it logs to the same place. */
const valueIn = (lines: readonly string[]): string | undefined => {
  const last = printed(lines).at(-1);
  return last !== undefined && parseTso(last) !== undefined ? last : undefined;
};

const lacksField = (lines: readonly string[]): boolean =>
  printed(lines).some((line) => /^field '.*' not found$/.test(line));

/** What the end of a step's run tells, and the step behind it. */
async function ended(
  ports: TidbPorts,
  spec: CaptureSpec,
  captured: Captured,
  lines: readonly string[],
): Promise<Captured> {
  const { id } = spec.point;
  if (captured.step === 'backup') {
    await requireWritten(ports, spec, lines);
    return { ...captured, step: 'backup-ts', size: sizeIn(summaryIn(lines)) ?? -1 };
  }
  const value = valueIn(lines);
  if (value === undefined || value === '0')
    throw new CaptureFailed(
      `br debug decode of ${id} was to print a number and printed ${JSON.stringify(printed(lines).at(-1) ?? '')}; look at the log of its task, and take the recovery point again`,
      { recoveryPoint: id },
    );
  return captured.step === 'backup-ts'
    ? { ...captured, step: 'cluster-id', backupTs: value }
    : { ...captured, step: 'files', clusterId: value };
}

async function requireWritten(ports: TidbPorts, spec: CaptureSpec, lines: readonly string[]): Promise<void> {
  const { id } = spec.point;
  if (!(await hasMarker(ports, spec)))
    throw new CaptureFailed(
      `br backup of ${id} ended with exit code 0 and wrote no ${MARKER}: it is not complete; look at the log of its task, and take the recovery point again`,
      { recoveryPoint: id },
    );
  const { filter, name } = tidbCluster(spec.cluster);
  if (filter.length > 0 && foundNothing(lines))
    throw new InvalidConfiguration(
      `no table of ${name} passes its filter ${JSON.stringify(filter)}, so ${id} would restore nothing; correct the filter in the configuration`,
      { cluster: name },
    );
}

/** What lies below the prefix is of no use; a full one begins there anew. Once: then there is no more to give up. */
function beginAnew({ point: { id } }: CaptureSpec, captured: Captured, why: string): Step {
  if (captured.anew)
    throw new CaptureFailed(
      `br backup of ${id} was begun anew (${captured.instead}) and would have to be once more: ${why}; give BR more time before GC, and take the recovery point again`,
      { recoveryPoint: id },
    );
  const instead = why.slice(0, REASON_MAX);
  return waitFor(`${id}: a full one is needed, because ${instead}`, 1, {
    ...START,
    step: 'clear',
    instead,
    anew: true,
  });
}

/**
 * A lap of its own, which starts nothing: a lap may run twice, and the second time it would hide what the new run has
 * written. TiKV's nodes get a moment to end what they still write for the old one.
 */
async function clear(ports: TidbPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  const { id } = spec.point;
  await emptyData(placeOf(ports, ports.home, spec.cluster.name, id), [MARKER]);
  return waitFor(`${id}: its prefix is empty again`, SETTLE_SECONDS, { ...captured, step: 'backup' });
}

async function listFiles(ports: TidbPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  if (captured.listing.ended) return ready(captured);
  const { planned, listing } = await planFiles(ports, BR_FILES, spec, captured.listing);
  const moved = { ...captured, listing };
  return planned.length === 0
    ? ready(moved)
    : { outcome: 'shards', shards: planned, doing: doing(listing), cursor: cursorOf(moved) };
}

const doing = ({ totals }: Listing): string => `${totals.items} files of the snapshot listed`;

function ready(captured: Captured): Step {
  const tso = parseTso(captured.backupTs);
  invariant(tso !== undefined, 'the timestamp of a snapshot was read before its files were listed');
  return { outcome: 'ready', cursor: cursorOf(captured), takenAt: instantOfTso(tso) };
}

/** Ends what still runs for this point, and hides what it wrote. */
export async function abandonCapture(ports: TidbPorts, spec: CaptureSpec): Promise<void> {
  const { id } = spec.point;
  for (const task of await ports.containers.runningFor(ports.home, id))
    await ports.containers.stop(ports.home, task, `${id} is abandoned`);
  await abandonFiles(ports, spec, [MARKER]);
}
