import type { CaptureSpec } from '../../../core/engines/driver.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import type { DorisSelection } from '../../../core/plan/self-run.ts';
import type { Place, SqlRefusal } from '../../../core/ports/reach.ts';
import { between, inSeconds } from '../../../core/time/instant.ts';
import { placeOf } from '../objects/ports.ts';
import { isOver, type Job, jobsIn, newestOf, spoken } from './answers.ts';
import { ask, type DorisPorts, dorisCluster, labelOf, repositoryOf, rowsOf, turnIn } from './ports.ts';
import type { Turn } from './progress.ts';
import { cancelledOf, isBusy, refusalOf, says } from './refusals.ts';
import { attach } from './repository.ts';
import { snapshotOf } from './snapshots.ts';
import type { Parts } from './statements.ts';

/** What a lap found of one database: where it stands now, and in words what it does. */
export interface Moved {
  readonly turn: Turn;
  readonly doing: string;
  /** Somebody else's job is in the way. */
  readonly waiting?: true;
}

/** A failure that a second try may mend is tried so often; a night has room for no more. */
const ATTEMPTS_MAX = 3;
/** A job is listed at once; a history of ten may have lost it by the next look. */
const UNSEEN_MAX = 3;

/** Doris's own bounds: ten minutes, and the day that it gives a job by default. */
const TIMEOUT_SECONDS = { min: 600, max: 86_400 };

/** One database of one recovery point. */
interface Backup {
  readonly ports: DorisPorts;
  readonly spec: CaptureSpec;
  readonly at: Place;
  readonly database: string;
  readonly turn: Turn;
}

/** Brings the backup of one database one step on. Never waits. */
export function moveBackup(backup: Backup): Promise<Moved> {
  switch (backup.turn.at) {
    case 'waiting':
      return waitForRoom(backup);
    case 'submitting':
      return submit(backup);
    case 'running':
      return lookAt(backup);
    case 'done':
      return Promise.resolve({ turn: backup.turn, doing: `${backup.database} is captured` });
  }
}

const labelIn = ({ spec, database, turn }: Backup): string => labelOf(spec.point.id, database, turn.attempt);
const whatOf = (backup: Backup): string => `BACKUP of ${backup.database} as ${labelIn(backup)}`;

/** Jobs of one database, whoever's: Doris runs one at a time, and CCR's full syncs are backups too. */
async function jobsOf({ ports, at, database }: Backup): Promise<readonly Job[]> {
  const reply = await ask(ports, at, [
    { kind: 'show-backup', database },
    { kind: 'show-restore', database },
  ]);
  if (reply.refused)
    throw refusalOf(`SHOW BACKUP of ${database} on ${at.cluster}`, reply.refused, CaptureFailed);
  return [...jobsIn('BACKUP', rowsOf(reply, 0)), ...jobsIn('RESTORE', rowsOf(reply, 1))];
}

async function waitForRoom(backup: Backup): Promise<Moved> {
  const { at, database, turn, spec } = backup;
  const jobs = await jobsOf(backup);
  const own = jobs.find((job) => job.what === 'BACKUP' && job.label === labelIn(backup));
  if (own) return lookAt({ ...backup, turn: { ...turn, at: 'running', taken: turn.taken || spec.now } });
  const other = jobs.find((job) => !isOver(job));
  if (other)
    return {
      turn,
      doing: `waiting for ${spoken(other, database)}: Doris runs one job per database`,
      waiting: true,
    };
  if (spec.turns && !(await spec.turns.take(turnIn(at, database))))
    return {
      turn,
      doing: `waiting for another capture or restore of ${database}: Doris runs one job per database`,
      waiting: true,
    };
  // Written down before it is handed in: should the answer be lost, this instant is still before the snapshot.
  return { turn: { ...turn, at: 'submitting', taken: spec.now }, doing: `${database} is next` };
}

async function submit(backup: Backup): Promise<Moved> {
  const { ports, spec, at, database, turn } = backup;
  const own = (await jobsOf(backup)).find(
    ({ what, label }) => what === 'BACKUP' && label === labelIn(backup),
  );
  const handedIn: Moved = { turn: { ...turn, at: 'running' }, doing: `${whatOf(backup)} is handed in` };
  if (own) return handedIn;
  const reply = await ask(ports, at, [
    {
      kind: 'backup',
      database,
      label: labelIn(backup),
      repository: repositoryOf(spec.point.id),
      parts: partsOf(dorisCluster(spec.cluster).databases[database]!),
      properties: { timeout: String(timeoutOf(spec)) },
    },
  ]);
  if (!reply.refused) return handedIn;
  return refused(backup, reply.refused);
}

const partsOf = (selection: DorisSelection): Parts => {
  if ('on' in selection) return { mode: 'on', tables: selection.on };
  if ('exclude' in selection)
    return { mode: 'exclude', tables: selection.exclude.map((table) => ({ table, partitions: [] })) };
  return { mode: 'all' };
};

/** Its rule's deadline, within Doris's bounds: a job whose uploads fail is tried by Doris for as long as it may. */
function timeoutOf({ now, deadline }: CaptureSpec): number {
  const left = deadline === undefined ? TIMEOUT_SECONDS.max : inSeconds(between(now, deadline));
  return Math.min(TIMEOUT_SECONDS.max, Math.max(TIMEOUT_SECONDS.min, left));
}

async function refused(backup: Backup, words: SqlRefusal): Promise<Moved> {
  const { ports, spec, at, database, turn } = backup;
  if (isBusy(words))
    return {
      turn: { ...turn, at: 'waiting' },
      doing: `waiting for another job of ${database}: ${words.message}`,
      waiting: true,
    };
  if (says('labelTaken', words)) return settle(backup, 'its label is taken');
  if (says('noRepository', words)) {
    await attach(ports, { at, point: pointOf(backup), readOnly: false });
    return {
      turn: { ...turn, at: 'waiting' },
      doing: `the repository of ${spec.point.id} is made once more`,
    };
  }
  throw refusalOf(whatOf(backup), words, CaptureFailed);
}

const pointOf = ({ ports, spec }: Backup) => placeOf(ports, ports.home, spec.cluster.name, spec.point.id);

async function lookAt(backup: Backup): Promise<Moved> {
  const { ports, spec, at, database, turn } = backup;
  await spec.turns?.take(turnIn(at, database));
  const reply = await ask(ports, at, [{ kind: 'show-backup', database, label: labelIn(backup) }]);
  if (reply.refused)
    throw refusalOf(`SHOW BACKUP of ${database} on ${at.cluster}`, reply.refused, CaptureFailed);
  const job = newestOf(jobsIn('BACKUP', rowsOf(reply)));
  if (!job) return settle(backup, 'SHOW BACKUP does not know it');
  if (job.state === 'FINISHED') return settle(backup, 'it is FINISHED');
  if (job.state === 'CANCELLED') {
    const cancelled = cancelledOf(whatOf(backup), job, CaptureFailed);
    if (cancelled.means === 'over') throw cancelled.error;
    return again(backup, cancelled.why);
  }
  const progress = job.progress === '' ? '' : `, ${job.progress.slice(0, 80)}`;
  return { turn: { ...turn, unseen: 0 }, doing: `${database}: ${job.state}${progress}` };
}

/**
 * What the repository says of it, and the vault: the only evidence that lasts. SHOW BACKUP knows ten jobs per database, and
 * of those that a frontend lost none.
 */
async function settle(backup: Backup, because: string): Promise<Moved> {
  const { ports, spec, at, database, turn } = backup;
  const found = await snapshotOf(ports, at, pointOf(backup), labelIn(backup));
  if (typeof found === 'string') {
    // Just handed in it may not be listed yet, and just finished its files may not be.
    if (because !== 'its label is taken' && turn.unseen < UNSEEN_MAX)
      return { turn: { ...turn, at: 'running', unseen: turn.unseen + 1 }, doing: `${database}: ${found}` };
    return again(backup, `${because}, but ${found}`);
  }
  const { timestamp, contents } = found;
  if (contents.database !== database)
    throw new CaptureFailed(`${labelIn(backup)} holds ${contents.database}, and should hold ${database}`);
  await spec.turns?.leave(turnIn(at, database));
  return {
    turn: {
      ...turn,
      at: 'done',
      unseen: 0,
      // The frontend's own clock may lead: the earlier of the two is the one that is safe.
      taken: Math.min(turn.taken || Number.MAX_SAFE_INTEGER, contents.backupTime ?? Number.MAX_SAFE_INTEGER),
      timestamp,
      tables: contents.tables.size,
      views: contents.views.length,
    },
    doing: `${database} is captured`,
  };
}

/** Under a new label: what the last attempt left keeps its own. */
function again(backup: Backup, why: string): Moved {
  const { turn, database } = backup;
  if (turn.attempt >= ATTEMPTS_MAX)
    throw new CaptureFailed(
      `${whatOf(backup)} failed, the ${turn.attempt}th time: ${why}; look at the log of the frontend and its backends`,
    );
  const next = { ...turn, at: 'waiting', attempt: turn.attempt + 1, taken: 0, unseen: 0 } as const;
  return { turn: next, doing: `${database} is tried again, because ${why.slice(0, 200)}` };
}
