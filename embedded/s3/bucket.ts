import type { Instant } from '../../core/time/instant.ts';
import type { ChecksumName } from './checksum.ts';
import { KeyIndex } from './key-index.ts';
import type { LifecycleRule } from './lifecycle-rule.ts';

export type LockMode = 'GOVERNANCE' | 'COMPLIANCE';

export interface Retention {
  readonly mode: LockMode;
  readonly until: Instant;
}

export interface Checksum {
  readonly algorithm: ChecksumName;
  /** Base64, over the whole object. */
  readonly value: string;
}

/** How an object is encrypted: under S3's own keys, or under the KMS key named here. */
export type Encryption =
  | { readonly kind: 'AES256' }
  | { readonly kind: 'aws:kms'; readonly keyArn: string; readonly bucketKey: boolean };

/** What travels in headers and is copied along by default. */
export interface Headers {
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly ContentDisposition?: string;
  readonly ContentLanguage?: string;
  readonly CacheControl?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface Placed {
  /** `null` in a bucket without versioning. */
  readonly id: string;
  /** When it was made; of a multipart upload, when it was started. Listings show the whole second. */
  readonly createdAt: Instant;
  /** Breaks ties between versions of the same instant; grows with every write of the store. */
  readonly order: number;
}

export interface DeleteMarker extends Placed {
  readonly kind: 'marker';
}

export interface ObjectVersion extends Placed {
  readonly kind: 'object';
  /** Immutable, and shared by every copy of these bytes. Only `corrupt` puts another Buffer here. */
  body: Buffer;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum: Checksum;
  /** Number of parts of a multipart upload. */
  readonly parts?: number;
  readonly headers: Headers;
  readonly tags: readonly Tag[];
  readonly storageClass: string;
  readonly encryption: Encryption;
  retention: Retention | undefined;
  legalHold: boolean;
}

export type Version = ObjectVersion | DeleteMarker;

export interface Part {
  readonly number: number;
  readonly bytes: Buffer;
  /** The body that `bytes` is a slice of: slices that meet again share it. */
  readonly whole: Buffer;
  readonly etag: string;
  readonly modifiedAt: Instant;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly startedAt: Instant;
  readonly headers: Headers;
  readonly tags: readonly Tag[];
  readonly storageClass: string;
  readonly encryption: Encryption;
  /** What the request asked for; without it the bucket's default lock applies when the object is made. */
  readonly retention: Retention | undefined;
  readonly legalHold: boolean;
  readonly parts: Map<number, Part>;
}

/** How the deployer makes a bucket. */
export interface BucketSpec {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly versioning: boolean;
  readonly objectLock?: {
    readonly enabled: boolean;
    readonly mode?: LockMode | undefined;
    readonly days?: number | undefined;
  };
  /** `LifecycleConfiguration.Rules` of the template. */
  readonly lifecycleRules?: readonly LifecycleRule[];
  /** Default encryption: a key ARN, or an alias ARN. Without it, S3's own keys. */
  readonly kmsKeyArn?: string | undefined;
  readonly eventBridge: boolean;
  /** Stored for whoever evaluates permissions; S3 itself does not read them. */
  readonly policy?: object | undefined;
  readonly publicAccessBlock?: object | undefined;
}

export class Bucket {
  spec: BucketSpec;
  readonly arn: string;
  versioning: 'Enabled' | 'Suspended' | undefined;
  policy: object | undefined;
  /** Versions of a key, oldest first. A key without versions is not in the index. */
  readonly keys = new KeyIndex<Version[]>();
  readonly uploads = new Map<string, Upload>();
  /** Where permanently deleted versions stood, so that a listing whose marker names one can go on. */
  readonly gone = new Map<string, { readonly createdAt: Instant; readonly order: number }>();
  readonly requests = new Map<string, number>();

  constructor(spec: BucketSpec) {
    this.spec = spec;
    this.arn = `arn:aws:s3:::${spec.name}`;
    this.versioning = spec.versioning ? 'Enabled' : undefined;
    this.policy = spec.policy;
  }

  current(key: string): Version | undefined {
    return this.keys.get(key)?.at(-1);
  }

  find(key: string, id: string): Version | undefined {
    return this.keys.get(key)?.findLast((version) => version.id === id);
  }

  /** Newest last, by the time of creation: an upload that started before a newer version never becomes current. */
  add(key: string, version: Version): void {
    const versions = this.keys.get(key);
    if (!versions) {
      this.keys.set(key, [version]);
      return;
    }
    let at = versions.length;
    while (at > 0 && versions[at - 1]!.createdAt > version.createdAt) at--;
    versions.splice(at, 0, version);
  }

  remove(key: string, version: Version): void {
    const versions = this.keys.get(key);
    const at = versions ? versions.indexOf(version) : -1;
    if (!versions || at < 0) return;
    if (versions.length === 1) this.keys.delete(key);
    else versions.splice(at, 1);
    if (version.id !== 'null')
      this.gone.set(version.id, { createdAt: version.createdAt, order: version.order });
  }
}
