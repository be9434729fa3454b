import type { Instant } from '../time/instant.ts';

/** An object as a listing shows it. */
export interface Listed {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** One version as a listing of versions shows it; of one key, the newest comes first. */
export interface ListedVersion extends Listed {
  readonly version: string;
  /** Epoch milliseconds, at S3's grain of one second. */
  readonly modifiedAt: number;
  readonly deleted: boolean;
}

export interface VersionPage {
  readonly versions: readonly ListedVersion[];
  /** Where the next page starts; absent after the last. */
  readonly next?: { readonly key: string; readonly version: string };
}

export interface CopyRequest {
  readonly from: {
    readonly bucket: string;
    readonly key: string;
    readonly version?: string;
    /** Copy only what still has this ETag: the version `null` of a bucket can be overwritten. */
    readonly etag?: string;
  };
  readonly to: {
    readonly bucket: string;
    readonly key: string;
    /** Write only over what has this ETag: `ConcurrentUpdate` when something else lies there by now. */
    readonly etag?: string;
  };
  readonly bytes: number;
  /** Refuse to write over an object that is there: what is found instead is described in the answer. */
  readonly createOnly: boolean;
}

/**
 * `checksum` is `crc64nvme:<base64>` over the whole object, as S3 computed it where the copy lies; `etag` is that of what
 * was written, so that nothing else is written over by its name.
 */
export type Copied =
  | { readonly outcome: 'copied'; readonly checksum: string; readonly etag: string }
  | { readonly outcome: 'already-there'; readonly checksum: string };

/**
 * Objects in the buckets of one region. No bytes of backup data pass through (a scrub reads them by `Bytes`): `copy` runs on S3's side, and `get` and
 * `put` serve manifests only. `copy` is called on the store of the region that receives.
 *
 * Throws `Throttled`, `ServiceUnavailable`, `PermissionMissing`, `KeyNotUsable`, `ResourceMissing` (no such bucket),
 * `SourceVersionGone` (no such version to copy).
 */
export interface ObjectStore {
  readonly region: string;
  put(bucket: string, key: string, body: Uint8Array): Promise<void>;
  get(bucket: string, key: string): Promise<Uint8Array | undefined>;
  /**
   * Puts an empty object unless it is there, and answers when it was written: by S3's clock, at its grain of one second,
   * and the same for whoever asks again.
   */
  mark(bucket: string, key: string): Promise<Instant>;
  list(bucket: string, prefix: string, after?: string): AsyncIterable<Listed>;
  /** A page of versions behind `from`, at most a thousand, or at most so many. */
  versions(
    bucket: string,
    prefix: string,
    from?: { readonly key: string; readonly version: string },
    most?: number,
  ): Promise<VersionPage>;
  copy(request: CopyRequest): Promise<Copied>;
  /**
   * The checksum of an object, or of one version of it; undefined when it is not there. `etag:<etag>`, which equals no
   * other, for an object of which S3 holds no CRC64NVME.
   */
  checksum(bucket: string, key: string, version?: string): Promise<string | undefined>;
  /** Hides objects behind delete markers. The bucket's lifecycle removes what stays hidden; locked versions stay. */
  hide(bucket: string, keys: readonly string[]): Promise<void>;
  /** Removes versions and delete markers for good. Succeeds when they are gone. */
  erase(
    bucket: string,
    versions: readonly { readonly key: string; readonly version: string }[],
  ): Promise<void>;
  keepsVersions(bucket: string): Promise<boolean>;
}
