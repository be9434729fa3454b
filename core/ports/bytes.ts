/** Some bytes of one version of an object. */
export interface Stretch {
  readonly bytes: Uint8Array;
  /** Of the whole object. */
  readonly size: number;
  readonly etag: string;
}

/**
 * One bucket's objects as their bytes are. Everywhere else what S3 has recorded about an object is believed; here it is
 * what is put to the test.
 */
export interface Bytes {
  readonly bucket: string;
  /**
   * At most `most` bytes from `from` on.
   * @param etag `replaced` is answered when the object is another one by now
   */
  stretch(key: string, from: number, most: number, etag?: string): Promise<Stretch | 'missing' | 'replaced'>;
  /** An object of some megabytes, or one version of it; undefined when it is not there. */
  whole(key: string, version?: string): Promise<Uint8Array | undefined>;
  /** The checksum that S3 recorded when the object was written; undefined when it is not there. */
  recorded(key: string, version?: string): Promise<string | undefined>;
  /**
   * The versions that are still there, the newest first: behind a delete marker what was discarded stays for a week at
   * least, and so does what was there before a mending.
   */
  versions(key: string): Promise<readonly string[]>;
}
