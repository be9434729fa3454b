import type { Instant } from '../../core/time/instant.ts';
import { type Call, type EmbeddedService, NotModelled } from '../service.ts';
import { bucketOperations } from './api-buckets.ts';
import { copyOperations } from './api-copy.ts';
import { deletionOperations } from './api-deletion.ts';
import { listingOperations } from './api-listing.ts';
import { lockOperations } from './api-locks.ts';
import { multipartOperations } from './api-multipart.ts';
import { objectOperations } from './api-objects.ts';
import { taggingOperations } from './api-tags.ts';
import { uploadOperations } from './api-uploads.ts';
import { Bucket, type BucketSpec, type ObjectVersion, type Tag, type Version } from './bucket.ts';
import { type LifecycleRun, runLifecycle } from './lifecycle.ts';
import { checkRule } from './lifecycle-rule.ts';
import type { Operation } from './operation.ts';
import { findObject } from './read.ts';
import { type CopyInFlight, type S3Options, Store } from './store.ts';

/**
 * Amazon S3, all regions: buckets with versions, Object Lock, conditional writes, full-object checksums, server-side
 * copies within and across regions, multipart uploads, lifecycle expiration, EventBridge events.
 *
 * Does not model:
 * - permissions: bucket policies and public access blocks are stored and shown, the transport judges them;
 * - ACLs, websites, replication, inventory, access points, SSE-C, DSSE, the AWS managed key `aws/s3`; tags are set by
 *   the write and not changed later;
 * - storage class transitions and thawing: archived classes can be written, then reads answer as AWS does;
 * - checksums other than CRC64NVME, CRC32 and SHA256, and composite checksums; multipart uploads have CRC64NVME only,
 *   the checksum of a part is answered to UploadPartCopy only;
 * - lifecycle rules with tags, sizes, dates or transitions (refused when the bucket is made);
 * - eventual consistency: the 15 minutes after versioning is first turned on, the delay of event delivery;
 * - races: `ConditionalRequestConflict`, and 200 answers that carry an error, come from the transport's faults;
 * - keys that XML 1.0 cannot carry, which real listings show only with `EncodingType: url`;
 * - bytes are taken as they are, not copied: who puts a Buffer must not write into it afterwards, nor into one that
 *   a GET answered.
 *
 * Unverified: the codes for unusable keys are those that S3 passes on from KMS (`KMS.DisabledException`,
 * `KMS.KMSInvalidStateException`, `KMS.NotFoundException`), seen in AWS's own pages and in reports, but S3's list of
 * error codes does not have them; their status (400) is an assumption. A second CompleteMultipartUpload answers
 * `NoSuchUpload`; AWS may answer the first result again for a while.
 */
export class S3 implements EmbeddedService {
  readonly name = 's3';
  readonly #store: Store;
  readonly #changing = new Set<string>();
  readonly #requests = new Map<string, number>();

  constructor(options: S3Options) {
    this.#store = new Store(options);
  }

  call(operation: string, input: object, call: Call): object {
    const run = OPERATIONS[operation];
    if (!run) throw new NotModelled('s3', operation);
    count(this.#requests, operation);
    const bucket = this.#store.buckets.get((input as { Bucket?: string }).Bucket ?? '');
    if (bucket) count(bucket.requests, operation);
    return run(operation, this.#store, input, call);
  }

  /** Requests by operation, refused ones included; a copy counts once, at its destination. */
  get requests(): ReadonlyMap<string, number> {
    return this.#requests;
  }

  requestsOf(bucket: string): ReadonlyMap<string, number> {
    return this.#store.anywhere(bucket).requests;
  }

  /** The next bucket of this name is the one that is there, with other settings. */
  changeBucket(name: string): void {
    this.#changing.add(name);
  }

  createBucket(spec: BucketSpec): void {
    const there = this.#changing.delete(spec.name) ? this.#store.buckets.get(spec.name) : undefined;
    if (there) {
      for (const rule of spec.lifecycleRules ?? []) checkRule(rule);
      there.spec = spec;
      return;
    }
    if (this.#store.buckets.has(spec.name))
      throw new Error(`bucket ${spec.name} exists already; bucket names are global, choose another one`);
    if (spec.objectLock?.enabled && !spec.versioning)
      throw new Error(`bucket ${spec.name} has Object Lock and no versioning; turn versioning on`);
    for (const rule of spec.lifecycleRules ?? []) checkRule(rule);
    this.#store.buckets.set(spec.name, new Bucket(spec));
  }

  /** A bucket policy is a resource of its own, made after its bucket. */
  putBucketPolicy(bucket: string, policy: object | undefined): void {
    this.#store.anywhere(bucket).policy = policy;
  }

  /** Undefined when there is no such bucket. */
  bucket(name: string): (BucketSpec & { readonly arn: string }) | undefined {
    const found = this.#store.buckets.get(name);
    return found && { ...found.spec, arn: found.arn, policy: found.policy };
  }

  /** The tags of an object or a version, for whoever judges what reading it needs. Undefined when it is not there. */
  tagsOf(bucket: string, key: string, versionId?: string): readonly Tag[] | undefined {
    const found = this.#store.buckets.get(bucket);
    const version = versionId === undefined ? found?.current(key) : found?.find(key, versionId);
    return version?.kind === 'object' ? version.tags : undefined;
  }

  /** What a bucket holds now, key by key, without a request: for demos and checkers, never for handlers. */
  *current(bucket: string, prefix = ''): Generator<readonly [key: string, version: ObjectVersion]> {
    for (const [key, versions] of this.versions(bucket, prefix)) {
      const newest = versions.at(-1)!;
      if (newest.kind === 'object') yield [key, newest];
    }
  }

  /** All versions of a bucket, key by key, oldest first; as `current`. */
  *versions(bucket: string, prefix = ''): Generator<readonly [key: string, versions: readonly Version[]]> {
    for (const [key, versions] of this.#store.anywhere(bucket).keys.from(prefix)) {
      if (!key.startsWith(prefix)) return;
      yield [key, versions];
    }
  }

  /** Applies the lifecycle rules of all buckets, as S3 does about once a day. */
  runLifecycle(now: Instant): LifecycleRun {
    return runLifecycle(this.#store, now);
  }

  /**
   * Bit rot: one byte of a stored version flips, its recorded checksum and ETag stay. Copies made before are spared.
   *
   * @param versionId the newest unless said
   * @param place of the byte; the middle unless said
   */
  corrupt(bucket: string, key: string, versionId?: string, place?: number): void {
    const version = findObject(this.#store.anywhere(bucket), key, versionId);
    if (version.body.length === 0) throw new Error(`object ${key} is empty: there is no byte to rot`);
    const rotten = Buffer.from(version.body);
    const at = place ?? rotten.length >>> 1;
    rotten[at] = rotten[at]! ^ 0x01;
    version.body = rotten;
  }

  /** Lets a test alter the bytes of a copy on their way; undefined lets them pass. */
  set tamperCopy(hook: ((copy: CopyInFlight) => Buffer | undefined) | undefined) {
    this.#store.tamperCopy = hook;
  }
}

function count(counter: Map<string, number>, operation: string): void {
  counter.set(operation, (counter.get(operation) ?? 0) + 1);
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...objectOperations,
  ...copyOperations,
  ...multipartOperations,
  ...uploadOperations,
  ...listingOperations,
  ...deletionOperations,
  ...taggingOperations,
  ...lockOperations,
  ...bucketOperations,
};
