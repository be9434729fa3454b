import type { RestoreSpec } from '../../../core/engines/driver.ts';
import {
  ChecksumMismatch,
  type HoldfastError,
  RestoreFailed,
  TargetNotUsable,
} from '../../../core/errors/registry.ts';
import type { Place } from '../../../core/ports/reach.ts';
import { placeOf } from '../objects/ports.ts';
import { aliveBackendsIn, isOver, jobsIn, type Job as Listed, newestOf, spoken } from './answers.ts';
import { ask, type DorisPorts, dorisCluster, repositoryOf, rowsOf, turnIn } from './ports.ts';
import { cancelledOf, isBusy, refusalOf, says } from './refusals.ts';
import { attach } from './repository.ts';
import { type Job, modeOf, spokenJob } from './restore-plan.ts';
import { requireRoom } from './room.ts';
import type { Properties } from './statements.ts';

/** Where one RESTORE stands. */
export interface Standing {
  readonly at: 'waiting' | 'submitting' | 'running' | 'done';
  readonly attempt: number;
  /** The newest job that its database had before: what is newer is this one. */
  readonly before: number;
  readonly unseen: number;
}

export const NOT_BEGUN: Standing = { at: 'waiting', attempt: 1, before: -1, unseen: 0 };

export interface Moved {
  readonly standing: Standing;
  readonly doing: string;
  readonly waiting?: true;
}

/** One RESTORE of one restore. */
export interface Restoring {
  readonly ports: DorisPorts;
  readonly spec: RestoreSpec;
  readonly at: Place;
  readonly job: Job;
  readonly standing: Standing;
}

/** A cancelled job has taken back what it made, so the next try finds the place as the first did. */
const ATTEMPTS_MAX = 2;
const UNSEEN_MAX = 3;

/** What Doris gives a job by default; the machine's own limit is longer. */
const TIMEOUT_SECONDS = 86_400;
/** Doris's own number of replicas, where nothing else is said. */
const USUAL_REPLICAS = 3;

/** What is there and was not captured goes into the recycle bin: a side that fell behind has nothing else afterwards. */
const CLEAN: Properties = { clean_tables: 'true', clean_partitions: 'true' };

/** Of a database that is protected in part, the other part is nobody's to clear away. */
function isWholeOf({ spec, job }: Restoring): boolean {
  const selection = dorisCluster(spec.cluster).databases[job.from];
  return !job.table && selection !== undefined && !('on' in selection) && !('exclude' in selection);
}

/** Brings one RESTORE one step on. Never waits. */
export function moveRestore(restoring: Restoring): Promise<Moved> {
  switch (restoring.standing.at) {
    case 'waiting':
      return waitForRoom(restoring);
    case 'submitting':
      return submit(restoring);
    case 'running':
      return lookAt(restoring);
    case 'done':
      return Promise.resolve({ standing: restoring.standing, doing: `${spokenJob(restoring.job)} is there` });
  }
}

const whatOf = ({ job, spec }: Restoring): string => `RESTORE of ${spokenJob(job)} for ${spec.restore.id}`;

async function jobsOf({ ports, at, job }: Restoring): Promise<readonly Listed[]> {
  const database = job.into;
  const reply = await ask(ports, at, [
    { kind: 'show-restore', database },
    { kind: 'show-backup', database },
  ]);
  if (reply.refused)
    throw refusalOf(`SHOW RESTORE of ${database} on ${at.cluster}`, reply.refused, RestoreFailed);
  return [...jobsIn('RESTORE', rowsOf(reply, 0)), ...jobsIn('BACKUP', rowsOf(reply, 1))];
}

async function waitForRoom(restoring: Restoring): Promise<Moved> {
  const { ports, spec, at, job, standing } = restoring;
  if (!job.table || at.end === 'target') await makeDatabase(ports, at, job.into);
  const jobs = await jobsOf(restoring);
  const other = jobs.find((listed) => !isOver(listed));
  if (other)
    return {
      standing,
      doing: `waiting for ${spoken(other, job.into)}: Doris runs one job per database`,
      waiting: true,
    };
  if (spec.turns && !(await spec.turns.take(turnIn(at, job.into))))
    return {
      standing,
      doing: `waiting for another capture or restore of ${job.into}: Doris runs one job per database`,
      waiting: true,
    };
  // Another restore may have filled it since this one was let begin. What a try before left is this one's own.
  if (standing.attempt === 1) await requireRoom(ports, at, job, modeOf(spec, at));
  const before = Math.max(-1, ...jobs.map(({ id }) => id));
  return { standing: { ...standing, at: 'submitting', before }, doing: `${spokenJob(job)} is next` };
}

async function makeDatabase(ports: DorisPorts, at: Place, database: string): Promise<void> {
  const { refused } = await ask(ports, at, [{ kind: 'create-database', database }]);
  if (refused) throw refusalOf(`CREATE DATABASE ${database} on ${at.cluster}`, refused, RestoreFailed);
}

/** This restore's own job among those that are listed: newer than what was there before. */
const ownIn = ({ job, standing }: Restoring, jobs: readonly Listed[]): Listed | undefined =>
  newestOf(
    jobs.filter(
      ({ what, label, id }) =>
        what === 'RESTORE' && label === job.snapshot.label && (id < 0 || id > standing.before),
    ),
  );

async function submit(restoring: Restoring): Promise<Moved> {
  const { ports, spec, at, job, standing } = restoring;
  // RESTORE is not idempotent: handed in twice it would write over what the first one made.
  const handedIn: Moved = {
    standing: { ...standing, at: 'running' },
    doing: `${whatOf(restoring)} is handed in`,
  };
  if (ownIn(restoring, await jobsOf(restoring))) return handedIn;
  const { label, timestamp } = job.snapshot;
  const reply = await ask(ports, at, [
    {
      kind: 'restore',
      database: job.into,
      label,
      repository: repositoryOf(spec.point.id),
      parts: job.table ? { mode: 'on', tables: [job.table] } : { mode: 'all' },
      properties: {
        backup_timestamp: timestamp,
        ...(await replicas(ports, at)),
        ...(isWholeOf(restoring) && modeOf(spec, at) === 'difference' && CLEAN),
        timeout: String(TIMEOUT_SECONDS),
      },
    },
  ]);
  const { refused } = reply;
  if (!refused) return handedIn;
  if (isBusy(refused))
    return {
      standing: { ...standing, at: 'waiting' },
      doing: `waiting for another job of ${job.into}: ${refused.message}`,
      waiting: true,
    };
  if (says('noRepository', refused)) {
    const point = placeOf(ports, spec.region, spec.cluster.name, spec.point.id);
    await attach(ports, { at, point, readOnly: true });
    return { standing: { ...standing, at: 'waiting' }, doing: 'the repository is attached once more' };
  }
  throw refusalOf(whatOf(restoring), refused, RestoreFailed);
}

/**
 * As many replicas as the tables had: a default of three would add to some and take from others. A cluster with fewer
 * backends than three has room for one on each (it would refuse the rest).
 */
async function replicas(ports: DorisPorts, at: Place): Promise<Properties> {
  if (at.end === 'source') return { reserve_replica: 'true' };
  const reply = await ask(ports, at, [{ kind: 'show-backends' }]);
  const alive = aliveBackendsIn(rowsOf(reply));
  if (alive === 0 && !reply.refused)
    throw new TargetNotUsable(
      `no backend of the cluster that ${at.cluster} is restored into in ${at.region} is alive; start them`,
    );
  return alive > 0 && alive < USUAL_REPLICAS
    ? { replication_num: String(alive) }
    : { reserve_replica: 'true' };
}

/** A file may come broken once. What is broken each time lies broken. */
function givenUp(restoring: Restoring, why: string): HoldfastError {
  const failed = `${whatOf(restoring)} failed, the ${restoring.standing.attempt}th time: ${why}`;
  return says('otherContent', { message: why })
    ? new ChecksumMismatch(
        `${failed}; do not restore from ${restoring.spec.point.id} in this region, and look at who wrote to the vault`,
      )
    : new RestoreFailed(`${failed}; look at the log of the frontend and its backends`);
}

async function lookAt(restoring: Restoring): Promise<Moved> {
  const { ports, spec, at, job, standing } = restoring;
  const database = job.into;
  await spec.turns?.take(turnIn(at, database));
  const { label } = job.snapshot;
  const reply = await ask(ports, at, [{ kind: 'show-restore', database, label }]);
  if (reply.refused)
    throw refusalOf(`SHOW RESTORE of ${database} on ${at.cluster}`, reply.refused, RestoreFailed);
  const own = ownIn(restoring, jobsIn('RESTORE', rowsOf(reply)));
  if (!own) {
    if (standing.unseen >= UNSEEN_MAX)
      throw new RestoreFailed(
        `${whatOf(restoring)} was handed in, and SHOW RESTORE does not know it any more: the frontend lost it, or ten other jobs of ${database} came after it; look at what is there, remove it, and start the restore again`,
      );
    return { standing: { ...standing, unseen: standing.unseen + 1 }, doing: `${database}: not listed` };
  }
  if (own.state === 'FINISHED') {
    await spec.turns?.leave(turnIn(at, database));
    return { standing: { ...standing, at: 'done', unseen: 0 }, doing: `${spokenJob(job)} is there` };
  }
  if (own.state !== 'CANCELLED')
    return { standing: { ...standing, unseen: 0 }, doing: `${spokenJob(job)}: ${own.state}` };
  const cancelled = cancelledOf(whatOf(restoring), await wholeOf(restoring, own), RestoreFailed);
  if (cancelled.means === 'over') throw cancelled.error;
  if (standing.attempt >= ATTEMPTS_MAX) throw givenUp(restoring, cancelled.why);
  return {
    standing: { ...NOT_BEGUN, attempt: standing.attempt + 1 },
    doing: `${spokenJob(job)} is tried again, because ${cancelled.why.slice(0, 200)}`,
  };
}

/** The short form leaves out what tasks said. */
async function wholeOf({ ports, at, job }: Restoring, own: Listed): Promise<Listed> {
  const reply = await ask(ports, at, [
    { kind: 'show-restore-whole', database: job.into, label: job.snapshot.label },
  ]);
  return jobsIn('RESTORE', rowsOf(reply)).find(({ id }) => id === own.id) ?? own;
}
