import { type Duration, seconds } from '../../../core/time/instant.ts';
import type { World } from '../../clock/world.ts';
import type { HttpAnswered, HttpAsked, HttpServer } from '../../network/server.ts';
import type { DorisCluster } from '../cluster.ts';
import { type CcrFaults, CcrSwitches } from './faults.ts';
import { CcrJob } from './job.ts';
import { lagDetailsOf, progressOf } from './progress.ts';
import { CcrRefused, type CcrSpec, type End } from './spec.ts';

/** Jobs by name, each with the syncer that has it: what the syncers of one database share. */
export type CcrJobs = Map<string, { readonly job: CcrJob; owner: CcrSyncer }>;

export interface CcrSyncerOptions {
  readonly name: string;
  readonly host: string;
  /** @default 9190 */
  readonly port?: number;
  /** @default its own */
  readonly jobs?: CcrJobs;
  /** The cluster whose frontend listens there, as this syncer reaches it. */
  readonly resolve: (host: string, port: number) => DorisCluster | undefined;
  /** @default 3.0.6 */
  readonly version?: string;
  /** How often it looks after a job. @default 10 s */
  readonly every?: Duration;
  /** @default never */
  readonly isDark?: () => boolean;
  readonly faults?: CcrFaults;
}

type Answer = Readonly<Record<string, unknown>>;
type Asked = Readonly<Record<string, unknown>>;

/** What any syncer answers, whoever has the job: it looks into the database that they share. */
const HERE = new Set(['/create_ccr', '/get_lag', '/list_jobs', '/version', '/features']);

const ok = (answer: Answer): HttpAnswered => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(answer),
});

/**
 * A CCR syncer's HTTP interface, and its jobs: whoever gets there may do anything, as with the real one. Failures come
 * with status 200.
 */
export class CcrSyncer implements HttpServer {
  readonly faults: CcrSwitches;
  readonly jobs: CcrJobs;
  readonly options: CcrSyncerOptions;
  readonly #world: World;
  /** Of newer versions: to end a backup or restore that is in the way of a full sync. */
  cancelsConflicts = false;

  constructor(world: World, options: CcrSyncerOptions) {
    this.#world = world;
    this.options = options;
    this.jobs = options.jobs ?? new Map();
    this.faults = new CcrSwitches(options.faults);
  }

  get address(): string {
    return `${this.options.host}:${this.options.port ?? 9190}`;
  }

  answer({ path, body }: HttpAsked): HttpAnswered {
    const [endpoint = ''] = path.split('?');
    if (endpoint === '/metrics') return { status: 200, body: `ccr_jobs ${this.jobs.size}\n` };
    const answers = this.#endpoints[endpoint];
    if (!answers) return { status: 404, body: '404 page not found\n' };
    let asked: Asked;
    try {
      asked = body === '' ? {} : (JSON.parse(body) as Asked);
    } catch (error) {
      const { message } = error as Error;
      if (endpoint === '/create_ccr') return { status: 400, body: `${message}\n` };
      return ok({ success: false, error_msg: message });
    }
    const elsewhere = HERE.has(endpoint) ? undefined : this.jobs.get(String(asked['name']))?.owner;
    if (elsewhere && elsewhere !== this)
      return { status: 303, headers: { location: `http://${elsewhere.address}${endpoint}` }, body: '' };
    if (endpoint === '/version') return ok(answers(asked));
    const answer = said(() => answers(asked));
    // A lag that nobody knows is 0 too.
    return ok(endpoint === '/get_lag' ? { lag: 0, ...answer } : answer);
  }

  readonly #endpoints: Readonly<Record<string, (asked: Asked) => Answer>> = {
    '/create_ccr': (asked) => this.#create(asked as unknown as CcrSpec),
    '/get_lag': (asked) => {
      const job = this.#job(asked);
      if (this.faults.lagUnknown(this.options.name)) throw new CcrRefused('BINLOG_NOT_FOUND_DB');
      if (job.ends.source.isDark || job.ends.source.isDown)
        throw new CcrRefused(
          `get lag failed: dial tcp ${job.spec.src.host}:${job.spec.src.thrift_port}: i/o timeout`,
        );
      return { lag: job.lag, ...(this.faults.isNewer && lagDetailsOf(job)) };
    },
    '/pause': (asked) => this.#set(asked, (job) => (job.paused = true)),
    '/resume': (asked) => this.#set(asked, (job) => (job.paused = false)),
    '/delete': (asked) => {
      this.jobs.delete(this.#job(asked).spec.name);
      return {};
    },
    '/job_status': (asked) => {
      const { spec, state, progressState } = this.#job(asked);
      return { status: { name: spec.name, state, progress_state: progressState } };
    },
    '/job_progress': (asked) => {
      const progress = progressOf(this.#job(asked));
      return { job_progress: this.faults.isNewer ? progress : JSON.stringify(progress) };
    },
    '/job_detail': (asked) => {
      const { spec, state } = this.#job(asked);
      const detail = { ...spec, state };
      return { job_detail: this.faults.isNewer ? detail : JSON.stringify(detail) };
    },
    '/list_jobs': () => (this.jobs.size === 0 ? {} : { jobs: [...this.jobs.keys()] }),
    '/desync': (asked) => {
      const { ends, spec } = this.#job(asked);
      const database = ends.target.catalog.databases.get(spec.dest.database);
      for (const table of database?.tables.values() ?? [])
        if (spec.dest.table === '' || table.name === spec.dest.table)
          table.properties.set('is_being_synced', 'false');
      return {};
    },
    '/force_fullsync': (asked) => this.#set(asked, (job) => job.startOver()),
    '/update_job': (asked) => this.#set(asked, (job) => (job.skipsErrors = asked['skip_error'] === true)),
    '/features': () => ({
      flags: [
        { feature: 'feature_atomic_restore', value: true, default: 'true' },
        {
          feature: 'feature_cancel_conflict_backup_restore_job',
          value: this.cancelsConflicts,
          default: 'false',
        },
      ],
    }),
    '/version': () => ({ version: this.options.version ?? '3.0.6' }),
  };

  #set(asked: Asked, change: (job: CcrJob) => unknown): Answer {
    change(this.#job(asked));
    return {};
  }

  #job({ name }: Asked): CcrJob {
    if (typeof name !== 'string' || name === '') throw new CcrRefused('name is empty');
    const found = this.jobs.get(name);
    if (!found) throw new CcrRefused(`job ${name} not exist`);
    return found.job;
  }

  #create(spec: CcrSpec): Answer {
    if (!spec.name) throw new CcrRefused('name is empty');
    if (this.jobs.has(spec.name)) throw new CcrRefused('job exist');
    const source = this.#end(spec.src);
    const target = this.#end(spec.dest);
    const { database: from, table } = spec.src;
    const database = source.catalog.databases.get(from);
    if (!database) throw new CcrRefused(`src database ${from} not exists`);
    const enabled = (properties: ReadonlyMap<string, string>) =>
      source.options.binlogs !== false && properties.get('binlog.enable') === 'true';
    if (table === '' && !enabled(database.properties))
      throw new CcrRefused(`src database ${from} not enable binlog`);
    const one = database.tables.get(table);
    if (table !== '' && !one) throw new CcrRefused(`src table ${from}.${table} not exists`);
    if (one && !enabled(one.properties)) throw new CcrRefused(`src table ${from}.${table} not enable binlog`);
    const there = target.catalog.databases.get(spec.dest.database);
    const wanted = table === '' ? [...database.tables.keys()] : [spec.dest.table];
    const clash = wanted.find((name) => there?.tables.has(name));
    if (clash !== undefined && !spec.allow_table_exists)
      throw new CcrRefused(`dest table ${spec.dest.database}.${clash} already exists`);
    const job = new CcrJob(spec, { source, target });
    this.jobs.set(spec.name, { job, owner: this });
    this.#lookAfter(job);
    return {};
  }

  #end({ host, port, user, password }: End): DorisCluster {
    const cluster = this.options.resolve(host, Number(port));
    if (!cluster || cluster.isDown || cluster.isDark)
      throw new CcrRefused(`dial tcp ${host}:${port}: i/o timeout`);
    if (cluster.sql.passwordOf(user) !== password)
      throw new CcrRefused(`Error 1045 (28000): Access denied for user '${user}' (using password: YES)`);
    return cluster;
  }

  /** Until it is deleted. */
  #lookAfter(job: CcrJob): void {
    const { name, every = seconds(10), isDark } = this.options;
    this.#world.after(every, async () => {
      while (this.jobs.get(job.spec.name)?.job === job) {
        if (!this.faults.stalled(name) && !isDark?.()) {
          if (this.cancelsConflicts) job.clearTheWay();
          await job.look();
        }
        await this.#world.sleep(every);
      }
    });
  }
}

function said(answer: () => Answer): Answer {
  try {
    return { success: true, ...answer() };
  } catch (error) {
    if (error instanceof Error && ['CcrRefused', 'SqlRefused'].includes(error.name))
      return { success: false, error_msg: error.message };
    throw error;
  }
}
