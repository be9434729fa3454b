import type { Instant } from '../../core/time/instant.ts';
import { Job, type JobParts } from './job.ts';
import { hyphened } from './local-time.ts';
import { copyTables, md5Of, type Scope, type Snapshot, tabletsOf } from './snapshot.ts';
import { jobInfoOf, metaOf } from './snapshot-info.ts';
import { Failed, OK_STATUS } from './status.ts';
import { backendStore, runTask, tasksOf } from './transfer.ts';

type State =
  | 'PENDING'
  | 'SNAPSHOTING'
  | 'UPLOAD_SNAPSHOT'
  | 'UPLOADING'
  | 'SAVE_META'
  | 'UPLOAD_INFO'
  | 'FINISHED'
  | 'CANCELLED';

interface BackupParts extends JobParts {
  readonly scope: Scope;
  readonly content: 'ALL' | 'METADATA_ONLY';
}

/** BACKUP SNAPSHOT: its state is fixed at the first step, and uploaded by the backends after it. */
export class BackupJob extends Job<State> {
  readonly kind = 'backup';
  override readonly parts: BackupParts;
  state: State = 'PENDING';
  uploadFinishedAt: Instant | undefined;
  snapshot: Snapshot | undefined;
  #resumed = false;
  #merged = false;

  constructor(parts: BackupParts) {
    super(parts);
    this.parts = parts;
  }

  /** As `__info_*` has it: in the frontend's own zone. */
  get timestamp(): string {
    return hyphened(this.createdAt, this.cluster.timeZone);
  }

  protected async step(): Promise<void> {
    switch (this.state) {
      case 'PENDING':
        return this.#snapshot();
      case 'SNAPSHOTING':
        return this.#snapshotted();
      case 'UPLOAD_SNAPSHOT':
        return this.#upload();
      case 'UPLOADING':
        if (this.unfinished.size > 0) return;
        this.uploadFinishedAt = this.cluster.now;
        this.state = 'SAVE_META';
        return;
      case 'SAVE_META':
        this.state = 'UPLOAD_INFO';
        return;
      case 'UPLOAD_INFO':
        return this.#uploadInfo();
    }
  }

  protected rollback(): void {}

  protected back(): void {
    this.#resumed = true;
    if (this.state === 'SNAPSHOTING') this.state = 'PENDING';
    if (this.state === 'UPLOADING') this.state = 'UPLOAD_SNAPSHOT';
  }

  #snapshot(): void {
    const { databaseId, scope, label, content } = this.parts;
    this.id = this.cluster.catalog.nextId();
    this.#check();
    const database = this.cluster.catalog.databaseById(databaseId)!;
    this.snapshot = {
      ...{ label, content, databaseId, database: database.name },
      createdAt: this.createdAt,
      takenAt: this.cluster.now,
      seq: this.cluster.catalog.seq,
      tables: copyTables(database, scope),
    };
    this.#merged = this.cluster.faults.versionsMerged(this.cluster.name);
    this.soon(this.snapshot.tables.flatMap(({ partitions }) => partitions.flatMap(({ tablets }) => tablets)));
    this.state = 'SNAPSHOTING';
  }

  /** Throws when something that is to be backed up is gone. */
  #check(): void {
    const database = this.cluster.catalog.databaseById(this.parts.databaseId);
    if (!database) throw new Failed('NOT_FOUND', `database ${this.parts.databaseId} does not exist`);
    for (const [name, partitions] of this.parts.scope) {
      const table = database.tables.get(name);
      if (!table) throw new Failed('NOT_FOUND', `table ${name} does not exist`);
      for (const partition of partitions ?? [])
        if (!table.partitions.has(partition))
          throw new Failed('NOT_FOUND', `partition ${partition} does not exist  in table${name}`);
    }
  }

  #snapshotted(): void {
    // What is dropped now takes its tablets with it, before the backends have linked their files.
    this.#check();
    if (this.#merged) {
      const tablet = this.unfinished.keys().next().value ?? 0;
      throw new Failed(
        'OLAP_VERSION_ALREADY_MERGED',
        `make snapshot failed, version already merged. tablet: ${tablet}`,
      );
    }
    if (this.unfinished.size > 0 || this.cluster.faults.snapshotHangs(this.cluster.name)) return;
    this.snapshotFinishedAt = this.cluster.now;
    this.cluster.snapshotTaken(this.parts.repository?.name, this.snapshot!);
    this.state = this.parts.repository ? 'UPLOAD_SNAPSHOT' : 'SAVE_META';
  }

  #upload(): void {
    const { repository, content, label } = this.parts;
    const { cluster, round } = this;
    const tablets = content === 'ALL' ? tabletsOf(this.snapshot!) : [];
    this.unfinished.clear();
    for (const task of tasksOf(cluster, tablets)) {
      const { signature, backend } = task;
      const store = backendStore(cluster, backend, repository!);
      const progress = { done: 0, total: task.items.length };
      this.unfinished.set(signature, backend);
      this.progress.set(signature, progress);
      const work = () =>
        runTask({
          cluster,
          task,
          going: () => round === this.round,
          bytesOf: ({ rowCount }) => rowCount * cluster.bytesPerRow,
          move: async ({ path, files }) => {
            const folder = `__ss_${label}/__ss_content/${path}`;
            // Of an upload that was cut short, what is there with the same checksum stays.
            const there = this.#resumed ? (await store.list(folder)).map(({ key }) => key) : [];
            for (const { name, bytes } of files) {
              const key = `${folder}${name}.${md5Of(bytes)}`;
              if (!there.includes(key)) await store.put(key, bytes);
            }
          },
          stepped: (done) => {
            progress.done = done;
            this.taskErrors.delete(signature);
          },
          failing: (why) => this.taskErrors.set(signature, why),
        });
      cluster.begin(work, (failed) => {
        if (round !== this.round) return;
        if (failed) this.fatal = failed;
        else this.unfinished.delete(signature);
      });
    }
    this.state = 'UPLOADING';
  }

  async #uploadInfo(): Promise<void> {
    const { repository, label } = this.parts;
    const { cluster, round } = this;
    const snapshot = this.snapshot!;
    if (repository) {
      const info = Buffer.from(JSON.stringify(jobInfoOf(snapshot, cluster.version)));
      const folder = `__ss_${label}`;
      try {
        await repository.upload(`${folder}/__meta`, Buffer.from(JSON.stringify(metaOf(snapshot))));
        if (round !== this.round) return;
        await repository.upload(`${folder}/__info_${this.timestamp}`, info);
        if (cluster.faults.duplicates(cluster.name))
          await repository.upload(
            `${folder}/__info_${this.timestamp}`,
            Buffer.concat([info, Buffer.from(' ')]),
          );
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        // Tried again at every step, until the job's time is over.
        if (round === this.round) this.status = error.status;
        return;
      }
      if (round !== this.round) return;
    } else cluster.localSnapshots.set(label, snapshot);
    this.status = OK_STATUS;
    this.state = 'FINISHED';
    this.finishedAt = cluster.now;
  }
}
