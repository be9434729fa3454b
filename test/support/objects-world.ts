import { gunzipSync, gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { connect, registerTransport } from '../../adapters/aws/clients.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { objectsDriver } from '../../adapters/engines/objects/driver.ts';
import type { Lap } from '../../adapters/engines/objects/ports.ts';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { RestoreTarget } from '../../core/engines/driver.ts';
import { shardKey } from '../../core/manifest/layout.ts';
import type { ObjectsCluster } from '../../core/plan/installation.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { type Instant, instant, later, seconds, wholeSecond } from '../../core/time/instant.ts';
import { Streams } from '../../embedded/random/streams.ts';
import { S3 } from '../../embedded/s3/s3.ts';
import type { DriverFixture } from '../conformance/driver-suite.ts';
import { ACCOUNT, type DirectCall, directTransport } from './direct-transport.ts';

export const HOME = 'eu-west-1';
export const RECOVERY = 'eu-central-1';
export const SOURCE = 'the-files';
export const VAULTS: Readonly<Record<string, string>> = {
  [HOME]: 'vault-home',
  [RECOVERY]: 'vault-recovery',
};

/** Keys that have cost others data: characters with a meaning in URLs, headers and XML, depth, length, nothing. */
export const WEIRD_KEYS = [
  'plain.txt',
  'a b/c d.txt',
  'plus+plus.txt',
  '100%.txt',
  'literally%20encoded%2Bname',
  'a&b=c?d#e.txt',
  'quotes\'and"more(1)!*.txt',
  'ünï/cödé/日本語/🦊.bin',
  '\uffee-after-surrogates.txt',
  'deep/'.repeat(60),
  `long/${'x'.repeat(900)}`,
  `long/${'ü'.repeat(509)}`,
  'empty.dat',
  'double//slash',
  '/leading-slash',
  'dots/../and/./dots',
];

const asText = (bytes: Buffer): string => bytes.toString('base64');

/** A bucket of files in an embedded S3, vaults and landing buckets in two regions, and a driver over them. */
export class ObjectsWorld implements DriverFixture {
  readonly s3 = new S3({ random: new Streams(1).stream('s3') });
  readonly home = HOME;
  readonly recovery = RECOVERY;
  readonly cluster: ObjectsCluster = {
    name: 'files',
    engine: 'objects',
    plan: 'standard',
    bucket: SOURCE,
    prefix: '',
    expectedBytes: 1,
    restoreBytesPerSecond: 1,
    restoreInto: {},
  };
  /** What the application's client computes: S3's own default, or what the SDK sends. */
  checksums: 'CRC64NVME' | 'CRC32' = 'CRC64NVME';
  /** A test sets these to interfere with calls. */
  before: ((call: DirectCall) => void) | undefined;
  after: ((call: DirectCall, answer: object) => void) | undefined;
  readonly store: (region: string) => ObjectStore;
  readonly driver;
  readonly #history = new Map<string, { readonly at: Instant; readonly body: string | undefined }[]>();
  #now = instant(Date.UTC(2026, 10, 21, 3, 0, 0, 250));
  #targets = 0;

  constructor(options: { readonly sourceVersioned?: boolean; readonly lap?: Lap } = {}) {
    this.#bucket(SOURCE, HOME, options.sourceVersioned ?? true);
    for (const region of [HOME, RECOVERY]) this.#bucket(VAULTS[region]!, region);
    registerTransport(
      directTransport([this.s3], {
        now: () => this.#now,
        before: (call) => this.before?.(call),
        after: (call, answer) => this.after?.(call, answer),
      }),
    );
    const stores = new Map(
      [HOME, RECOVERY].map((region) => {
        const client = connect(new S3Client({ region }), 's3', region);
        return [region, s3ObjectStore(client, region)] as const;
      }),
    );
    this.store = (region) => stores.get(region)!;
    this.driver = objectsDriver({
      store: this.store,
      vaults: VAULTS,
      home: HOME,
      ...(options.lap && { lap: options.lap }),
    });
  }

  #bucket(name: string, region: string, versioning = true): void {
    this.s3.createBucket({ name, region, account: ACCOUNT, versioning, eventBridge: false });
  }

  now(): Instant {
    return this.#now;
  }

  wait(s: number): void {
    this.#now = later(this.#now, seconds(s));
  }

  call(operation: string, input: object, region = HOME): object {
    const principal = `arn:aws:iam::${ACCOUNT}:root`;
    return this.s3.call(operation, input, { account: ACCOUNT, region, principal, now: this.#now });
  }

  write(key: string, body: string): void {
    const ChecksumAlgorithm = this.checksums;
    this.call('PutObject', { Bucket: SOURCE, Key: key, Body: Buffer.from(body), ChecksumAlgorithm });
    this.#record(key, asText(Buffer.from(body)));
  }

  remove(key: string): void {
    this.call('DeleteObject', { Bucket: SOURCE, Key: key });
    this.#record(key, undefined);
  }

  #record(key: string, body: string | undefined): void {
    const changes = this.#history.get(key) ?? [];
    changes.push({ at: wholeSecond(this.#now), body });
    this.#history.set(key, changes);
  }

  create(): void {
    for (const key of WEIRD_KEYS) this.write(key, key === 'empty.dat' ? '' : `first content of ${key}`);
    for (let n = 0; n < 40; n++) this.write(`many/${n}`, `number ${n}`);
  }

  mutate(round: number): void {
    this.write('plain.txt', `changed in round ${round}`);
    this.write(`many/${round}`, `changed in round ${round}`);
    this.write(`added/in round ${round} + more.txt`, `new in round ${round}`);
    this.remove(`many/${20 + round}`);
    this.remove('a&b=c?d#e.txt');
    if (round === 1) this.write('a&b=c?d#e.txt', 'here again');
    if (round === 2) this.write(`long/${'x'.repeat(900)}`, 'a long name, changed');
  }

  truth(at: Instant): ReadonlyMap<string, string> {
    const content = new Map<string, string>();
    for (const [key, changes] of this.#history) {
      const body = changes.findLast((change) => change.at <= at)?.body;
      if (body !== undefined) content.set(key, body);
    }
    return content;
  }

  /** A bucket of its own: the longest keys leave no room for a prefix. */
  target(region: string): RestoreTarget {
    const bucket = `landing-${++this.#targets}`;
    this.#bucket(bucket, region);
    return { bucket, prefix: '' };
  }

  restored(_region: string, { bucket = '', prefix = '' }: RestoreTarget): ReadonlyMap<string, string> {
    return new Map(
      [...this.s3.current(bucket, prefix)].map(([key, version]) => [
        key.slice(prefix.length),
        asText(version.body),
      ]),
    );
  }

  /** Rewrites one shard of a manifest, as someone with too many rights would. */
  alterShard(region: string, point: RecoveryPoint, shard: number, change: (text: string) => string): void {
    const [bucket, key] = [VAULTS[region]!, shardKey(point.cluster, point.id, shard)];
    const [found] = this.s3.current(bucket, key);
    const text = change(gunzipSync(found![1].body).toString('utf8'));
    this.call('PutObject', { Bucket: bucket, Key: key, Body: gzipSync(text) }, region);
  }

  /** Hides an object of a vault. */
  loseFromVault(region: string, key: string): void {
    this.call('DeleteObject', { Bucket: VAULTS[region]!, Key: key }, region);
  }

  /** Items that have been stored so far, in all vaults together. */
  copies(): number {
    let stored = 0;
    for (const vault of Object.values(VAULTS))
      for (const [key, versions] of this.s3.versions(vault))
        if (/\/(data|long)\//.test(key)) stored += versions.length;
    return stored;
  }
}
