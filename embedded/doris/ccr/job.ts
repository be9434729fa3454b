import { days, type Instant, later, seconds } from '../../../core/time/instant.ts';
import type { BackupJob } from '../backup-job.ts';
import type { Change, CommitSeq } from '../changes.ts';
import type { DorisCluster } from '../cluster.ts';
import type { Database } from '../contents.ts';
import { SqlRefused } from '../errors.ts';
import { KEEP_ON_LOCAL } from '../repository.ts';
import type { RestoreJob } from '../restore-job.ts';
import { replay } from './replay.ts';
import type { CcrSpec, SYNC_STATES } from './spec.ts';

/** `binlog.ttl_seconds`, 86400. */
const BINLOG_KEPT = 86_400;
/** So many entries are repeated at one look. */
const ENTRIES_PER_LOOK = 500;

interface Ends {
  readonly source: DorisCluster;
  readonly target: DorisCluster;
}

/**
 * One replication: first a full sync (a snapshot that stays on the source's backends, restored in the standby), then
 * binlog by binlog. A full sync is a BACKUP of the database, so it has to wait for others, and others for it.
 *
 * Does not model: partial syncs (what needs one starts a full one), transactions across tables, filters, schema changes.
 */
export class CcrJob {
  readonly spec: CcrSpec;
  readonly ends: Ends;
  readonly createdAt: Instant;
  paused = false;
  skipsErrors: boolean;
  /** Why the last look got no further; undefined when it did. */
  trouble: string | undefined;
  fullSyncAt: Instant | undefined;
  incrementalSince: Instant | undefined;
  /** Up to here the standby has everything; undefined before the first full sync has ended. */
  committed: CommitSeq | undefined;
  #step: 'full' | 'incremental' = 'full';
  #backup: BackupJob | undefined;
  #restore: RestoreJob | undefined;
  #rounds = 0;

  constructor(spec: CcrSpec, ends: Ends) {
    this.spec = spec;
    this.ends = ends;
    this.createdAt = ends.source.now;
    this.skipsErrors = spec.skip_error ?? false;
  }

  get state(): 'running' | 'paused' {
    return this.paused ? 'paused' : 'running';
  }

  get progressState(): keyof typeof SYNC_STATES {
    const whole = this.spec.src.table === '';
    if (this.#step === 'full') return whole ? 'DBFullSync' : 'TableFullSync';
    return whole ? 'DBIncrementalSync' : 'TableIncrementalSync';
  }

  /** Entries of the source's binlog that the standby has not. Throws when the source's database is gone. */
  get lag(): number {
    return this.#unconsumed().length;
  }

  /** The entries that its lag counts from and to: the first and the last of the binlog. */
  get binlogEnds(): readonly [Change | undefined, Change | undefined] {
    const all = this.#binlog(0n);
    return [all[0], all.at(-1)];
  }

  /** From the beginning again. */
  startOver(): void {
    this.#step = 'full';
    this.#backup = undefined;
    this.#restore = undefined;
  }

  /** Ends somebody else's job that a full sync would have to wait for. */
  clearTheWay(): void {
    if (this.paused || this.#step !== 'full' || this.#backup) return;
    const { jobs } = this.ends.source;
    const other = jobs.runningIn(this.#source().id);
    if (other) jobs.cancel(other.kind, this.#source());
  }

  /** Takes it one step further. */
  async look(): Promise<void> {
    const { source, target } = this.ends;
    if (this.paused || [source, target].some(({ isDark, isDown }) => isDark || isDown)) return;
    try {
      this.trouble = undefined;
      if (this.#step === 'full') await this.#fullSync();
      else this.#follow();
    } catch (error) {
      if (!(error instanceof SqlRefused)) throw error;
      this.trouble = error.message;
    }
  }

  async #fullSync(): Promise<void> {
    const { source, target } = this.ends;
    const { src, dest, name } = this.spec;
    if (!this.#backup || this.#backup.state === 'CANCELLED') {
      this.fullSyncAt = source.now;
      const whole = src.table === '' ? [] : [{ table: { database: undefined, name: src.table }, ...ALL }];
      this.#backup = await source.jobs.backup(
        {
          label: {
            database: src.database,
            name: `ccrs_${name}_${++this.#rounds}_${Math.floor(source.now / 1_000)}`,
          },
          ...{ repository: KEEP_ON_LOCAL, exclude: false, tables: whole, properties: new Map() },
        },
        undefined,
      );
      return;
    }
    if (this.#backup.state !== 'FINISHED') return;
    const snapshot = source.localSnapshots.get(this.#backup.label);
    // The source's frontend has forgotten it over a restart.
    if (!snapshot) return this.startOver();
    if (!this.#restore || this.#restore.state === 'CANCELLED') {
      const database = target.catalog.createDatabase(dest.database, true);
      const options = {
        atomic: true,
        beingSynced: true,
        reserveReplica: true,
        cleanTables: src.table === '',
      };
      this.#restore = await target.jobs.restoreLocal(database, snapshot, days(1), options);
      return;
    }
    if (this.#restore.state !== 'FINISHED') return;
    this.committed = snapshot.seq;
    this.incrementalSince = target.now;
    this.#step = 'incremental';
    this.#backup = undefined;
    this.#restore = undefined;
  }

  #follow(): void {
    const { source, target } = this.ends;
    const waiting = this.#unconsumed();
    const oldest = waiting[0];
    const database = this.#source();
    const kept = seconds(Number(database.properties.get('binlog.ttl_seconds') ?? BINLOG_KEPT));
    if (oldest && later(oldest.at, kept) < source.now) {
      this.startOver();
      return;
    }
    const into = target.catalog.database(this.spec.dest.database);
    for (const { action, seq } of waiting.slice(0, ENTRIES_PER_LOOK)) {
      try {
        if (!replay(target, into, action)) {
          this.startOver();
          return;
        }
      } catch (error) {
        if (!this.skipsErrors) throw error;
      }
      this.committed = seq;
    }
  }

  #source(): Database {
    return this.ends.source.catalog.database(this.spec.src.database);
  }

  #unconsumed(): readonly Change[] {
    return this.#binlog(this.committed ?? 0n);
  }

  /** The source's entries behind a commit. */
  #binlog(from: CommitSeq): readonly Change[] {
    const { id } = this.#source();
    const { changes } = this.ends.source.catalog;
    const { table } = this.spec.src;
    return changes
      .slice(Number(from))
      .filter(({ databaseId, action }) => databaseId === id && (table === '' || tableIn(action) === table));
  }
}

const ALL = { partitions: undefined, temporary: false, alias: undefined } as const;

const tableIn = (action: Change['action']): string =>
  action.kind === 'create-table' ? action.table.name : action.table;
