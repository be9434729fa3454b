import { earlier, later, milliseconds, seconds } from '../../core/time/instant.ts';
import { backupOptions, checkLabel, checkTables, restoreOptions } from './backup-analysis.ts';
import { BackupJob } from './backup-job.ts';
import type { DorisCluster } from './cluster.ts';
import type { Database } from './contents.ts';
import { refuse } from './errors.ts';
import { KEEP_ON_LOCAL, type Repository } from './repository.ts';
import { RestoreJob } from './restore-job.ts';
import { RESTORE_DEFAULTS, type RestoreOptions } from './restore-options.ts';
import { asked, backupScope, restoreScope } from './scope.ts';
import type { Snapshot } from './snapshot.ts';
import { type JobInfo, jobInfoOf } from './snapshot-info.ts';
import type { JobStatement } from './sql/statement.ts';
import { Failed } from './status.ts';

/** BackupHandler's daemon. */
const TICK = seconds(3);
/** `max_backup_restore_job_num_per_db`, of backups and restores together. */
const JOBS_MAX = 10;
const LOCK_WAIT = seconds(10);
/** While there is no power nothing can be done, and nobody needs to look every 3 s. */
const DARK_TICK = seconds(60);

export type AnyJob = BackupJob | RestoreJob;

/** The master frontend's jobs: one at a time for each database, and the last ten of it remembered. */
export class BackupHandler {
  readonly repositories = new Map<string, Repository>();
  readonly #cluster: DorisCluster;
  readonly #jobs = new Map<number, AnyJob[]>();
  #ticking = false;
  #submitting: Promise<unknown> = Promise.resolve();

  constructor(cluster: DorisCluster) {
    this.#cluster = cluster;
  }

  /** Oldest first. */
  jobsOf(databaseId: number): readonly AnyJob[] {
    return this.#jobs.get(databaseId) ?? [];
  }

  get all(): readonly AnyJob[] {
    return [...this.#jobs.values()].flat();
  }

  runningIn(databaseId: number): AnyJob | undefined {
    const last = this.jobsOf(databaseId).at(-1);
    return last && !last.done ? last : undefined;
  }

  uses(repository: Repository): boolean {
    return this.all.some((job) => !job.done && job.parts.repository === repository);
  }

  backup(statement: JobStatement, current: string | undefined): Promise<BackupJob> {
    checkLabel(statement.label.name);
    checkTables('backup', statement);
    const options = backupOptions(statement.properties);
    return this.#submit(statement, current, async (database, repository) => {
      const label = statement.label.name;
      if (repository?.parts.readOnly) refuse(`Repository ${repository.name} is read only`);
      if (repository && (await asked(repository.labels())).has(label))
        refuse(`Snapshot with name '${label}' already exist in repository`);
      this.#mayBegin(database);
      const scope = backupScope(database, statement);
      const job = new BackupJob({
        ...{ cluster: this.#cluster, label, repository, scope, ...options },
        ...{ databaseId: database.id, database: database.name },
      });
      return this.#add(job);
    });
  }

  restore(statement: JobStatement, current: string | undefined): Promise<RestoreJob> {
    const { label, repository: from } = statement;
    if (from === KEEP_ON_LOCAL) refuse('restore from the local repo via SQL call is not supported');
    checkLabel(label.name);
    checkTables('restore', statement);
    const { timeout, ...options } = restoreOptions(statement.properties);
    return this.#submit(statement, current, async (database, repository) => {
      let found: JobInfo;
      try {
        found = await repository!.info(label.name, options.timestamp);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        return refuse(
          `Failed to get info of snapshot '${label.name}' because: ${error.message}. Maybe specified wrong backup timestamp`,
        );
      }
      this.#mayBegin(database);
      const { info, aliases } = restoreScope(found, statement);
      const job = new RestoreJob({
        ...{ cluster: this.#cluster, label: label.name, repository, timeout, info, aliases, options },
        ...{ databaseId: database.id, database: database.name, local: undefined },
      });
      return this.#add(job);
    });
  }

  /** From what another cluster's backends hold, as CCR asks for it over thrift. */
  async restoreLocal(
    database: Database,
    snapshot: Snapshot,
    timeout: RestoreJob['parts']['timeout'],
    options: Partial<RestoreOptions>,
  ): Promise<RestoreJob> {
    this.#mayBegin(database);
    const info = jobInfoOf(snapshot, this.#cluster.version);
    return this.#add(
      new RestoreJob({
        ...{ cluster: this.#cluster, label: snapshot.label, repository: undefined, timeout, info },
        ...{ aliases: new Map(), options: { ...RESTORE_DEFAULTS, ...options }, local: snapshot },
        ...{ databaseId: database.id, database: database.name },
      }),
    );
  }

  cancel(kind: 'backup' | 'restore', database: Database): void {
    const job = this.jobsOf(database.id).at(-1);
    if (job?.kind !== kind)
      refuse(`No ${kind === 'restore' ? 'restore' : 'backup job'} is currently running`);
    if (job.done)
      refuse(`Failed to cancel job: Job with label ${job.label} can not be cancelled. state: ${job.state}`);
    job.cancel(new Failed('COMMON_ERROR', 'user cancelled'));
  }

  /** The frontend starts anew: what its log does not hold is lost. */
  restart(): void {
    for (const jobs of this.#jobs.values()) for (const job of jobs) job.resume();
  }

  async #submit<Submitted>(
    { label, repository: name }: JobStatement,
    current: string | undefined,
    work: (database: Database, repository: Repository | undefined) => Promise<Submitted>,
  ): Promise<Submitted> {
    const cluster = this.#cluster;
    if (cluster.cloudMode) refuse('BACKUP and RESTORE are not supported by the cloud mode yet');
    const repository = this.repositories.get(name);
    if (!repository && name !== KEEP_ON_LOCAL) refuse(`Repository ${name} does not exist`);
    const database = cluster.databaseNamed(label.database ?? current);
    if (cluster.faults.beingSubmitted(cluster.name)) {
      await cluster.world.sleep(LOCK_WAIT);
      refuse('Another backup or restore job is being submitted. Please wait and try again');
    }
    // One after the other: each looks into the repository first.
    const mine = this.#submitting.then(() => work(database, repository));
    this.#submitting = mine.catch(() => {});
    return mine;
  }

  #mayBegin({ id }: Database): void {
    if (this.runningIn(id)) refuse('Can only run one backup or restore job of a database at same time');
  }

  #add<Added extends AnyJob>(job: Added): Added {
    const jobs = this.#jobs.get(job.parts.databaseId) ?? [];
    jobs.push(job);
    this.#jobs.set(job.parts.databaseId, jobs.slice(-JOBS_MAX));
    if (!this.#ticking) {
      this.#ticking = true;
      const { world, bornAt } = this.#cluster;
      const since = milliseconds((world.now() - bornAt) % TICK);
      world.at(later(earlier(world.now(), since), TICK), () => this.#tick());
    }
    return job;
  }

  /** Every 3 s, while there is anything to do. */
  async #tick(): Promise<void> {
    const cluster = this.#cluster;
    for (;;) {
      const current = [...this.#jobs.values()].flatMap((jobs) => jobs.at(-1) ?? []);
      if (!current.some((job) => !job.done)) break;
      const dark = cluster.isDown || cluster.isDark;
      if (!dark) for (const job of current) await job.run();
      await cluster.world.sleep(cluster.isDark ? DARK_TICK : TICK);
    }
    this.#ticking = false;
  }
}
