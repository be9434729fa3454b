import { seconds } from '../../../core/time/instant.ts';
import type { ContainerRun } from '../../ecs/container.ts';
import { ObjectStore } from '../../tidb/object-store.ts';
import type { MilvusFleet } from '../fleet.ts';
import type { Milvus } from '../milvus.ts';
import type { Line } from './line.ts';
import { type StorageSettings, settingsOf, ToolError, type ToolSettings } from './settings.ts';

const ASKS_EVERY = seconds(30);
/** Of its work. */
const FAILS_AT = 0.4;

/** Killed in the middle of its work. */
export class Killed extends Error {}

/** One run of milvus-backup in its container: what it was told, and whom it works with. */
export class ToolProcess {
  readonly run: ContainerRun;
  readonly line: Line;
  readonly settings: ToolSettings;
  readonly milvus: Milvus;
  readonly fleet: MilvusFleet;
  readonly #death: number | undefined;
  readonly #failure: string | undefined;

  constructor(run: ContainerRun, line: Line, fleet: MilvusFleet) {
    this.run = run;
    this.line = line;
    this.fleet = fleet;
    this.settings = settingsOf(line.overrides, run.environment);
    this.milvus = this.#connect();
    this.#death = fleet.deathOf(line.command);
    this.#failure = fleet.faults.failureOf?.(line.command);
  }

  #connect(): Milvus {
    const { host, port, user, password } = this.settings;
    const found = this.fleet.at(this.run.region, host, port);
    const open = found?.options.reachableFrom.some((group) =>
      this.run.network.securityGroups.includes(group),
    );
    const { command } = this.line;
    const wrap = command === 'create' ? 'create: execute task: backup' : 'restore';
    if (!found || !open || this.fleet.isDown(found))
      throw new ToolError(
        `${wrap}: create grpc client: dial tcp ${host}:${port}: connect: connection refused`,
      );
    const { login } = found.options;
    if (login && (login.username !== user || login.password !== password))
      throw new ToolError(
        `${wrap}: create grpc client: rpc error: code = Unauthenticated desc = auth check failure, please check api key is correct`,
      );
    return found;
  }

  /** A key of a bucket, not of a root path. */
  objects({ bucket, region }: StorageSettings, prefix = ''): ObjectStore {
    return new ObjectStore({ bucket, prefix, region, put: {} }, async (operation, input) => {
      const answer = await this.run.call('s3', region, operation, input);
      if (!this.run.alive()) await new Promise<never>(() => {});
      return answer;
    });
  }

  /** The client of the backup's storage begins with a listing of one key, and makes the bucket when that says that there is none. */
  async probe(side: StorageSettings): Promise<void> {
    const store = this.objects(side);
    try {
      await store.call('ListObjectsV2', { Bucket: side.bucket, Prefix: '', MaxKeys: 1 });
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'NoSuchBucket') throw error;
      throw new ToolError(`create backup storage: create bucket ${side.bucket}: AccessDenied: Access Denied`);
    }
  }

  /** S3 copies by itself, called with the destination's client. */
  async copy(from: string, fromKey: string, to: StorageSettings, key: string): Promise<void> {
    await this.objects(to).call('CopyObject', {
      Bucket: to.bucket,
      Key: key,
      CopySource: `${from}/${fromKey.split('/').map(encodeURIComponent).join('/')}`,
      // It asks for none, and S3 then works out this one.
      ChecksumAlgorithm: 'CRC64NVME',
    });
  }

  /** Lets the time pass that a piece takes, and is killed at the share that somebody asked for. */
  async spend(bytes: number, share: number): Promise<void> {
    await this.run.sleep(this.milvus.timeFor(bytes));
    if (this.#death !== undefined && share >= this.#death) throw new Killed('killed');
    if (this.#failure !== undefined && share >= FAILS_AT) throw new ToolError(this.#failure);
  }

  /** The tool asks again and again how far Milvus's import is, as long as it takes. */
  async whileImportStalls(): Promise<void> {
    const stalls = (begins: boolean) => this.fleet.faults.importStalls?.(this.milvus.options.name, begins);
    for (let going = stalls(true); going; going = stalls(false)) await this.run.sleep(ASKS_EVERY);
  }

  /** A line of its log. */
  warn(message: string, fields: string): void {
    const at = new Date(this.fleet.world.now())
      .toISOString()
      .replace('T', ' ')
      .replaceAll('-', '/')
      .replace('Z', ' +00:00');
    this.run.print(`[${at}] [WARN] [backup/gc_controller.go:55] [${JSON.stringify(message)}] ${fields}`);
  }
}
