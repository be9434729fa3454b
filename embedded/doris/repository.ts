import type { Instant } from '../../core/time/instant.ts';
import { isFromS3, type Location, ObjectStore, printS3Error, type S3Call } from '../tidb/object-store.ts';
import { md5Of } from './snapshot.ts';
import { type BackupMeta, briefOf, type JobInfo } from './snapshot-info.ts';
import { Failed } from './status.ts';

/** The reserved repository of snapshots that stay on the backends. */
export const KEEP_ON_LOCAL = '__keep_on_local__';

const NAMED = /^(.*)\.([0-9a-f]{32})$/;

interface RepositoryParts {
  readonly id: number;
  readonly name: string;
  readonly readOnly: boolean;
  /** As it was given. */
  readonly location: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly createdAt: string;
  /** S3 as the frontend's host sees it, with these properties. */
  readonly call: S3Call;
}

/** A prefix of a bucket in which snapshots lie, in Doris's own layout (backup/Repository.java). */
export class Repository {
  readonly parts: RepositoryParts;
  createdAt: string;
  /** What the last ping said; undefined when all was well. */
  trouble: string | undefined;
  pingedAt: Instant | undefined;
  readonly #store: ObjectStore;

  constructor(parts: RepositoryParts) {
    this.parts = parts;
    this.createdAt = parts.createdAt;
    this.#store = new ObjectStore(this.place, parts.call);
  }

  get name(): string {
    return this.parts.name;
  }

  /** Where it lies. */
  get place(): Location {
    const { location, properties, name } = this.parts;
    const [bucket = '', ...rest] = location.replace(/^s3:\/\//, '').split('/');
    const prefix = rest
      .filter((part) => part !== '')
      .map((part) => `${part}/`)
      .join('');
    return {
      bucket,
      prefix: `${prefix}__palo_repository_${name}/`,
      region: properties.get('s3.region') ?? properties.get('AWS_REGION') ?? 'us-east-1',
      put: {},
    };
  }

  /** Creates it, or attaches to the one that lies there. Throws `Failed`. */
  async init(): Promise<void> {
    const found = await this.#asked('errors while getting file status', () =>
      this.#store.list('__repo_info'),
    );
    if (found.length > 1)
      throw new Failed(
        'COMMON_ERROR',
        `Invalid repository dir. expected one repo info file. get more: ${found.length}`,
      );
    if (found.length === 0) {
      const info = JSON.stringify({ name: this.name, create_time: this.createdAt });
      await this.#asked('put object failed:', () => this.#store.put('__repo_info', info));
      return;
    }
    const bytes = await this.#asked('get file from s3 error:', () => this.#store.get('__repo_info'));
    const { name, create_time } = JSON.parse(bytes.toString('utf8')) as Record<string, string>;
    if (name !== this.name)
      throw new Failed(
        'COMMON_ERROR',
        `Invalid repository __repo_info, expected repo '${this.name}', but get name '${name}' from ${this.parts.location}`,
      );
    this.createdAt = create_time!;
  }

  async ping(now: string): Promise<boolean> {
    try {
      await this.#asked('headObject failed:', async () => {
        if (!(await this.#store.exists('__repo_info')))
          throw new Failed('NOT_FOUND', 'remote file does not exist: __repo_info');
      });
      this.trouble = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      this.trouble = `${now}: ${error.message}`;
      return false;
    }
  }

  /** Labels under which anything lies. */
  async labels(): Promise<Set<string>> {
    const listed = await this.#list('__ss_');
    return new Set(listed.map((key) => key.slice('__ss_'.length).split('/')[0]!));
  }

  /** Timestamps of a label's complete backups, in the order of their names. */
  async timestamps(label: string): Promise<string[]> {
    const folder = `__ss_${label}/__info_`;
    return (await this.#list(folder)).map((key) => {
      const name = key.slice(folder.length);
      return NAMED.exec(name)?.[1] ?? `Invalid: __info_${name}`;
    });
  }

  async info(label: string, timestamp: string): Promise<JobInfo> {
    return this.#json<JobInfo>(`__ss_${label}/__info_${timestamp}`);
  }

  async brief(label: string, timestamp: string): Promise<{ database: string; details: string }> {
    const info = await this.info(label, timestamp);
    return { database: info.database, details: briefOf(info) };
  }

  async meta(label: string): Promise<BackupMeta> {
    return this.#json<BackupMeta>(`__ss_${label}/__meta`);
  }

  /** Uploads under a name that carries the checksum. */
  async upload(key: string, bytes: Buffer): Promise<void> {
    await this.#asked('put object failed:', () => this.#store.put(`${key}.${md5Of(bytes)}`, bytes));
  }

  /** The one file of that name, whose bytes are as its name says. */
  async download(key: string): Promise<Buffer> {
    const found = await this.#list(key);
    if (found.length !== 1)
      throw new Failed(
        'COMMON_ERROR',
        `Expected one file with path: ${this.#store.uri}/${key}. get: ${found.length}`,
      );
    const [, name, md5] = NAMED.exec(found[0]!) ?? [];
    if (name === undefined)
      throw new Failed('COMMON_ERROR', `file name should contains checksum: ${this.#store.uri}/${found[0]}`);
    if (name !== key) throw new Failed('COMMON_ERROR', `File does not exist: ${this.#store.uri}/${key}`);
    const bytes = await this.#asked('get file from s3 error:', () => this.#store.get(found[0]!));
    const local = md5Of(bytes);
    if (local !== md5) throw new Failed('BAD_FILE', `md5sum does not equal. local: ${local}, remote: ${md5}`);
    return bytes;
  }

  async #json<Value>(key: string): Promise<Value> {
    const bytes = await this.download(key);
    try {
      return JSON.parse(bytes.toString('utf8')) as Value;
    } catch (error) {
      throw new Failed(
        'COMMON_ERROR',
        `Failed to create job info from file: ${key}. msg: ${(error as Error).message}`,
      );
    }
  }

  async #list(folder: string): Promise<string[]> {
    const found = await this.#asked('errors while getting file status', () => this.#store.list(folder));
    return found.map(({ key }) => key);
  }

  async #asked<Answer>(doing: string, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Failed || !isFromS3(error)) throw error;
      throw new Failed('COMMON_ERROR', `${doing} ${printS3Error(error)}`);
    }
  }
}
