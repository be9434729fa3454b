import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { connect, registerTransport } from '../../adapters/aws/clients.ts';
import { s3Bytes } from '../../adapters/aws/s3-bytes.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { tidbLogLayout } from '../../adapters/engines/tidb/log-layout.ts';
import { HoldfastError } from '../../core/errors/registry.ts';
import { chainId, type LogChain, logPrefix, newChain } from '../../core/log/chain.ts';
import { type Duration, instant, later, milliseconds, seconds } from '../../core/time/instant.ts';
import { TablesApplication } from '../../embedded/applications/tables.ts';
import { World } from '../../embedded/clock/world.ts';
import type { CallAws } from '../../embedded/ecs/container.ts';
import type { S3Event } from '../../embedded/s3/event-message.ts';
import { S3 } from '../../embedded/s3/s3.ts';
import { sdkError } from '../../embedded/sdk/transport.ts';
import { AwsError } from '../../embedded/service.ts';
import type { TidbCluster } from '../../embedded/tidb/cluster.ts';
import { TidbFleet } from '../../embedded/tidb/fleet.ts';
import {
  decodeChanges,
  decodeCheckpoint,
  type LogMeta,
  parseWithTso,
} from '../../embedded/tidb/log-files.ts';
import { type Tso, tsoOf } from '../../embedded/tidb/tso.ts';
import { follow } from '../../lambdas/log/follow-log/follow.ts';
import type { FollowLimits, FollowPorts } from '../../lambdas/log/follow-ports.ts';
import { heal } from '../../lambdas/log/heal-log/heal.ts';
import { LogWorld, markOf } from './log-world.ts';
import { MemoryDrills } from './memory-drills.ts';
import { HOME, RECOVERY } from './task-world.ts';

export const VAULTS = { [HOME]: 'vault-home', [RECOVERY]: 'vault-recovery' } as const;
const ACCOUNT = '111122223333';
const START = instant(Date.UTC(2026, 10, 21, 3));
const RETRY_AFTER = seconds(360);
const TRIES = 60;

/** What becomes of an event on its way: after which delays it is delivered; not at all when there is none. */
export type Fate = (event: S3Event, chance: () => number) => readonly Duration[];

const SOON: Fate = () => [seconds(1)];

/** A TiDB that writes its log into one vault, and the functions that follow it into another, with S3's events between. */
export class FollowWorld {
  readonly world: World;
  readonly s3: S3;
  readonly tasks = new LogWorld();
  readonly source: TidbCluster;
  readonly chain = chainId(START);
  readonly prefix = logPrefix('shop', this.chain);
  readonly dark = new Set<string>();
  fate: Fate = SOON;
  limits: FollowLimits | undefined;
  /** How long a call of S3 takes; a part of a second when it does not say. */
  takes: ((operation: string, input: object) => Duration | undefined) | undefined;

  constructor(seed = 1) {
    this.world = new World(START, seed);
    this.s3 = new S3({
      random: this.world.random('s3'),
      onEvent: (event) => this.#send(event),
      isDark: (region) => this.dark.has(region),
    });
    for (const [region, name] of Object.entries(VAULTS))
      this.s3.createBucket({
        name,
        region,
        account: ACCOUNT,
        versioning: true,
        eventBridge: region === HOME,
      });
    registerTransport((_service, region) => (operation, input) => this.#call(region, operation, input));
    const fleet = new TidbFleet(this.world, { isDark: (region) => this.dark.has(region) });
    const tikv: CallAws = async (_service, region, operation, input) =>
      (await this.#call(region, operation, input)) as Readonly<Record<string, unknown>>;
    this.source = fleet.addCluster({ name: 'shop', region: HOME, pd: ['shop:2379'], tikv });
  }

  /** Begins the log, with its record at home, and lets it run under load. */
  async begin(): Promise<this> {
    const name = { cluster: 'shop', region: HOME, chain: this.chain };
    await this.tasks.catalog.openChain(newChain(name, markOf(START), START));
    const application = new TablesApplication(this.world, this.source);
    application.scheduleDay(1_500);
    const storage = { bucket: VAULTS[HOME], prefix: this.prefix, region: HOME, put: {} };
    this.source.log.start({ name: 'holdfast', startTs: tsoOf(START), endTs: 1n << 62n, storage });
    return this;
  }

  async pass(duration: Duration): Promise<void> {
    await this.world.runUntil(later(this.world.now(), duration));
  }

  ports(): FollowPorts {
    const vaultIn = (region: typeof HOME | typeof RECOVERY) => {
      const client = connect(new S3Client({ region }), 's3', region);
      const bucket = VAULTS[region];
      return { bucket, store: s3ObjectStore(client, region), bytes: s3Bytes(client, bucket) };
    };
    return {
      ...this.tasks.ports(RECOVERY),
      home: HOME,
      source: vaultIn(HOME),
      own: vaultIn(RECOVERY),
      layouts: (engine) => (engine === 'tidb' ? tidbLogLayout : undefined),
      ...(this.limits && { limits: this.limits }),
    };
  }

  async follow(event: S3Event) {
    return this.wait(follow(event as never, this.ports(), this.world.now()));
  }

  async heal() {
    return this.wait(heal({}, { ...this.ports(), drills: new MemoryDrills() }, this.world.now()));
  }

  /** This region's record; undefined before anything came. */
  own(): Promise<LogChain | undefined> {
    return this.tasks.catalog.chain({ cluster: 'shop', region: RECOVERY, chain: this.chain });
  }

  /** The current objects of a vault, by their path in the chain. */
  files(region: typeof HOME | typeof RECOVERY): Map<string, Buffer> {
    const found = [...this.s3.current(VAULTS[region], this.prefix)];
    return new Map(found.map(([key, { body }]) => [key.slice(this.prefix.length), body]));
  }

  put(region: string, path: string, body: Uint8Array): void {
    this.#direct(region, 'PutObject', path, { Body: body, ChecksumAlgorithm: 'CRC64NVME' });
  }

  hide(region: string, path: string): void {
    this.#direct(region, 'DeleteObject', path, {});
  }

  /** Takes every version and every trace away: what no role may do, and no system survives unharmed. */
  destroy(region: typeof HOME | typeof RECOVERY, path: string): void {
    for (const [key, versions] of this.s3.versions(VAULTS[region]))
      if (key === this.prefix + path)
        for (const { id } of [...versions]) this.#direct(region, 'DeleteObject', path, { VersionId: id });
  }

  /**
   * Reads the recovery vault as BR does, up to where the catalog says it is covered, and up to where BR would go by
   * itself: every file that is named is there and sound, and together they hold every change and no other.
   */
  async expectNoHole(): Promise<Tso> {
    const files = this.files(RECOVERY);
    const changes = new Set<Tso>();
    for (const [path, body] of files) {
      if (!path.endsWith('.meta')) continue;
      for (const file of parseWithTso<LogMeta>(body.toString('utf8')).files) {
        const data = files.get(file.path);
        expect(data && createHash('sha256').update(data).digest('hex'), `${file.path} of ${path}`).toBe(
          file.sha256,
        );
        for (const { ts } of decodeChanges(data!)) changes.add(ts);
      }
    }
    const checkpoints = [...files].filter(([path]) => path.endsWith('.ts'));
    const written = checkpoints.map(([, body]) => decodeCheckpoint(body));
    const claimed = BigInt((await this.own())?.checkpointMark ?? '0');
    const greatest = written.toSorted((a, b) => (a < b ? -1 : 1)).at(-1) ?? 0n;
    expect(
      claimed <= greatest || written.length === 0,
      'the catalog claims no more than the vault says',
    ).toBe(true);
    const truth = this.source.changesBetween(tsoOf(START), greatest > claimed ? greatest : claimed);
    expect(truth.filter(({ ts }) => !changes.has(ts)).map(({ ts }) => String(ts))).toEqual([]);
    return claimed;
  }

  #send(event: S3Event): void {
    const chance = this.world.random('fates');
    for (const delay of this.fate(event, () => chance.next()))
      this.world.after(delay, () => this.#deliver(event, 1));
  }

  /** As a queue does: what fails comes again. */
  async #deliver(event: S3Event, attempt: number): Promise<void> {
    if (this.dark.has(RECOVERY)) return this.#again(event, attempt);
    try {
      await follow(event as never, this.ports(), this.world.now());
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.name === 'InvariantViolation') throw error;
      this.#again(event, attempt);
    }
  }

  #again(event: S3Event, attempt: number): void {
    if (attempt < TRIES) this.world.after(RETRY_AFTER, () => this.#deliver(event, attempt + 1));
  }

  /** Lets the world go on until something has come of it. */
  async wait<T>(work: Promise<T>): Promise<T> {
    let going = true;
    const done = work.finally(() => {
      going = false;
    });
    done.catch(() => {});
    await this.world.runWhile(() => going);
    return done;
  }

  async #call(region: string, operation: string, input: object): Promise<object> {
    const usual = milliseconds(this.world.random('latency').between(10, 400));
    await this.world.sleep(this.takes?.(operation, input) ?? usual);
    try {
      if (this.dark.has(region)) throw new AwsError('ServiceUnavailable', 'dark', { status: 503 });
      const principal = `arn:aws:iam::${ACCOUNT}:role/holdfast-test`;
      const call = { account: ACCOUNT, region, principal, now: this.world.now() };
      return { $metadata: { httpStatusCode: 200, attempts: 1 }, ...this.s3.call(operation, input, call) };
    } catch (error) {
      throw error instanceof AwsError ? sdkError(error) : error;
    }
  }

  #direct(region: string, operation: string, path: string, more: object): void {
    const call = { account: ACCOUNT, region, principal: 'somebody', now: this.world.now() };
    const bucket = VAULTS[region as typeof HOME];
    this.s3.call(operation, { Bucket: bucket, Key: this.prefix + path, ...more }, call);
  }
}
