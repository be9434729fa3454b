import type { Instant } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';
import type { Call } from '../service.ts';
import type { Bucket } from './bucket.ts';
import { accessDenied, noSuchBucket, permanentRedirect } from './errors.ts';
import type { S3Event } from './event-message.ts';

/** What S3 asks of KMS. Throws KMS's own errors; answers the ARN of the key that will be used. */
export interface KeyCheck {
  check(region: string, key: string, use: 'GenerateDataKey' | 'Decrypt', now: Instant): string;
}

/** One copy on its way, as the `tamperCopy` hook sees it. */
export interface CopyInFlight {
  readonly from: { readonly bucket: string; readonly key: string; readonly version: string };
  readonly to: { readonly bucket: string; readonly key: string };
  readonly bytes: Buffer;
}

export interface S3Options {
  /** The stream that version ids, upload ids and event ids are drawn from. */
  readonly random: RandomStream;
  /** Receives what S3 sends to the default bus of the bucket's region. */
  readonly onEvent?: (event: S3Event) => void;
  /** True for a region that nobody reaches: copies out of it fail. */
  readonly isDark?: (region: string) => boolean;
  /** Without it, keys are not checked. */
  readonly kms?: KeyCheck;
  /** @default 5 GiB, the limit of CopyObject and PutObject; tests of multipart copying lower it */
  readonly singleBytesMax?: number;
}

/** S3: CopyObject and PutObject take at most 5 GB (docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html). */
const SINGLE_BYTES_MAX = 5 * 1_024 ** 3;

/** Version ids are made of these; 32 of them, as S3's are. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._';

/** All buckets of all regions: names are global. */
export class Store {
  readonly buckets = new Map<string, Bucket>();
  readonly options: S3Options;
  readonly singleBytesMax: number;
  tamperCopy: ((copy: CopyInFlight) => Buffer | undefined) | undefined;
  #order = 0;

  constructor(options: S3Options) {
    this.options = options;
    this.singleBytesMax = options.singleBytesMax ?? SINGLE_BYTES_MAX;
  }

  nextOrder(): number {
    return ++this.#order;
  }

  nextId(): string {
    let id = '';
    while (id.length < 32) {
      let bits = Math.floor(this.options.random.next() * 2 ** 30);
      for (let i = 0; i < 5 && id.length < 32; i++, bits >>>= 6) id += ALPHABET[bits & 63];
    }
    return id;
  }

  /** The bucket, wherever it lies. */
  anywhere(name: string | undefined): Bucket {
    const bucket = this.buckets.get(name ?? '');
    if (!bucket) throw noSuchBucket(name ?? '');
    return bucket;
  }

  /** The bucket, addressed through the endpoint of its region. */
  bucket(name: string | undefined, call: Call, expectedOwner?: string): Bucket {
    const bucket = this.anywhere(name);
    if (bucket.spec.region !== call.region) throw permanentRedirect(bucket.spec.name, bucket.spec.region);
    if (expectedOwner !== undefined && expectedOwner !== bucket.spec.account) throw accessDenied();
    return bucket;
  }
}
