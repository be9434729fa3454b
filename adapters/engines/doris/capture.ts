import type { CaptureSpec, Cursor, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import { type Instant, instant, wholeSecond } from '../../../core/time/instant.ts';
import { placeOf } from '../objects/ports.ts';
import { allOf } from '../shared/bounded.ts';
import { type FileWriter, type Listing, NOT_LISTED, planFiles } from '../shared/files.ts';
import { isOver, jobsIn, variableIn, versionIn } from './answers.ts';
import { moveBackup } from './backup-job.ts';
import { ask, type DorisPorts, dorisCluster, labelOf, rowsOf, sourcePlace } from './ports.ts';
import { type Captured, capturedIn, cursorOf, WAITING } from './progress.ts';
import { says } from './refusals.ts';
import { attach, detach } from './repository.ts';
import { isPartOf } from './snapshots.ts';

/** Databases that are looked at at once: each is a session of its own with a frontend. */
const SESSIONS = 4;

/** A frontend moves a job on every three seconds; hours need no such haste. */
const LOOK_SECONDS = { first: 10, last: 120 };
/** What is only between two steps. */
const SOON_SECONDS = 1;
const BUSY_SECONDS = 60;

export async function beginCapture(ports: DorisPorts, spec: CaptureSpec): Promise<Step> {
  invariant(spec.point.region === ports.home, 'a cluster is captured where it lives', {
    home: ports.home,
    region: spec.point.region,
  });
  const at = sourcePlace(ports, spec.cluster);
  const told = await ask(ports, at, [{ kind: 'show-frontends' }, { kind: 'show-time-zone' }]);
  await attach(ports, {
    at,
    point: placeOf(ports, ports.home, spec.cluster.name, spec.point.id),
    readOnly: false,
  });
  return waitFor(`${spec.point.id}: its repository is there`, SOON_SECONDS, {
    step: 'backup',
    turns: new Map(Object.keys(dorisCluster(spec.cluster).databases).map((database) => [database, WAITING])),
    looks: 0,
    version: versionIn(rowsOf(told, 0)),
    zone: variableIn(rowsOf(told, 1)),
    listing: NOT_LISTED,
  });
}

export const pollCapture = (ports: DorisPorts, spec: CaptureSpec, cursor: Cursor): Promise<Step> => {
  const captured = capturedIn(cursor);
  switch (captured.step) {
    case 'backup':
      return backUp(ports, spec, captured);
    case 'detach':
      return letGo(ports, spec, captured);
    case 'files':
      return listFiles(ports, spec, captured);
  }
};

const waitFor = (doing: string, pollAfterSeconds: number, captured: Captured) => ({
  outcome: 'running' as const,
  pollAfterSeconds,
  doing,
  cursor: cursorOf(captured),
});

/** Databases do not wait for each other: Doris runs one job in each. */
async function backUp(ports: DorisPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  const at = sourcePlace(ports, spec.cluster);
  const moved = await allOf([...captured.turns], SESSIONS, async ([database, turn]) => ({
    database,
    ...(await moveBackup({ ports, spec, at, database, turn })),
  }));
  const turns = new Map(moved.map(({ database, turn }) => [database, turn]));
  const open = moved.filter(({ turn }) => turn.at !== 'done');
  const now: Captured = { ...captured, turns, looks: captured.looks + 1 };
  // A lap of its own: this one may run twice, and looks at snapshots through the repository.
  if (open.length === 0)
    return waitFor('every database is captured', SOON_SECONDS, { ...now, step: 'detach' });
  const doing = open
    .map((one) => one.doing)
    .join('; ')
    .slice(0, 400);
  if (open.some(({ turn }) => turn.at === 'submitting')) return waitFor(doing, SOON_SECONDS, now);
  if (open.every(({ waiting }) => waiting))
    return { ...waitFor(doing, BUSY_SECONDS, now), outcome: 'waiting' };
  return waitFor(doing, lookAfter(captured.looks), now);
}

const lookAfter = (looks: number): number =>
  Math.min(LOOK_SECONDS.last, Math.round(LOOK_SECONDS.first * 1.25 ** looks));

/** The entry leaves the frontend; what lies in the vault stays, and is the point. */
async function letGo(ports: DorisPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  const gone = await detach(ports, sourcePlace(ports, spec.cluster), spec.point);
  if (!gone) return waitFor('a job still uses the repository', BUSY_SECONDS, { ...captured, step: 'detach' });
  return listFiles(ports, spec, { ...captured, step: 'files' });
}

/** Labels of the attempts that ended well, by database. */
export const labelsOf = (
  { point }: Pick<CaptureSpec, 'point'>,
  { turns }: Captured,
): ReadonlyMap<string, string> =>
  new Map([...turns].map(([database, { attempt }]) => [database, labelOf(point.id, database, attempt)]));

const OTHER_CHECKSUM =
  'a frontend or backend asked S3 for another checksum; set AWS_REQUEST_CHECKSUM_CALCULATION=WHEN_REQUIRED in its environment (docs/engines/doris.md)';

/** What failed attempts left is no part of the point. */
export const dorisFiles = (isPart: (name: string) => boolean = () => true): FileWriter => ({
  isPart,
  writes: 'Doris',
  otherChecksum: OTHER_CHECKSUM,
});

async function listFiles(ports: DorisPorts, spec: CaptureSpec, captured: Captured): Promise<Step> {
  if (captured.listing.ended) return ready(captured);
  const labels = [...labelsOf(spec, captured).values()];
  const writer = dorisFiles(isPartOf(spec.point.id, labels));
  const { planned, listing } = await planFiles(ports, writer, spec, captured.listing);
  const moved = { ...captured, listing };
  return planned.length === 0
    ? ready(moved)
    : { outcome: 'shards', shards: planned, doing: doing(listing), cursor: cursorOf(moved) };
}

const doing = ({ totals }: Listing): string => `${totals.items} files of the snapshots listed`;

/** The earliest of the databases' instants: what was committed by then is in the point, whichever database it is in. */
export const takenAtOf = ({ turns }: Captured): Instant =>
  wholeSecond(instant(Math.min(...[...turns.values()].map(({ taken }) => taken))));

const ready = (captured: Captured): Step => ({
  outcome: 'ready',
  cursor: cursorOf(captured),
  takenAt: takenAtOf(captured),
});

/** Cancels what still runs for this point, and nobody else's: CANCEL names a database, and hits whatever runs there. */
export async function cancelBackups(ports: DorisPorts, { cluster, point }: CaptureSpec): Promise<void> {
  const at = sourcePlace(ports, cluster);
  await allOf(Object.keys(dorisCluster(cluster).databases), SESSIONS, async (database) => {
    const listed = await ask(ports, at, [{ kind: 'show-backup', database }]);
    const own = jobsIn('BACKUP', rowsOf(listed)).some(
      (job) => !isOver(job) && job.label.startsWith(`${point.id}-${database}-`),
    );
    if (!own) return;
    const { refused } = await ask(ports, at, [{ kind: 'cancel-backup', database }]);
    if (!refused || says('notRunning', refused) || says('notCancellable', refused)) return;
    throw new CaptureFailed(
      `CANCEL BACKUP FROM ${database} on ${at.cluster} was refused: ${refused.message}; cancel it there, or let it end`,
    );
  });
}
