/** Where objects lie: what BR makes of `--storage` and hands on to the stores. */
export interface Location {
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  readonly region: string;
  /** Encryption and storage class, as members of PutObject. */
  readonly put: Readonly<Record<string, string>>;
}

/** One call of S3 in the location's region, as whoever holds the store. Throws as the SDK does. */
export type S3Call = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

export interface Listed {
  /** Relative to the location's prefix. */
  readonly key: string;
  readonly bytes: number;
}

/** A prefix of a bucket as BR and TiKV use it: keys are relative to it. */
export class ObjectStore {
  readonly location: Location;
  readonly call: S3Call;

  constructor(location: Location, call: S3Call) {
    this.location = location;
    this.call = call;
  }

  get uri(): string {
    return uriOf(this.location);
  }

  async put(key: string, body: Uint8Array | string): Promise<void> {
    await this.call('PutObject', {
      ...this.#at(key),
      Body: typeof body === 'string' ? Buffer.from(body, 'utf8') : body,
      // BR and TiKV send none; S3 then works out this one by itself.
      ChecksumAlgorithm: 'CRC64NVME',
      ...this.location.put,
    });
  }

  async get(key: string): Promise<Buffer> {
    const { Body } = (await this.call('GetObject', this.#at(key))) as {
      Body: { transformToByteArray(): Promise<Uint8Array> };
    };
    return Buffer.from(await Body.transformToByteArray());
  }

  /** Undefined when there is no such object. */
  async find(key: string): Promise<Buffer | undefined> {
    try {
      return await this.get(key);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async exists(key: string): Promise<boolean> {
    try {
      await this.call('HeadObject', this.#at(key));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await this.call('DeleteObject', this.#at(key));
  }

  /** All objects below a folder of the prefix, in the order of their keys. */
  async list(folder = ''): Promise<Listed[]> {
    const { bucket, prefix } = this.location;
    const found: Listed[] = [];
    let token: string | undefined;
    do {
      const page = (await this.call('ListObjectsV2', {
        Bucket: bucket,
        Prefix: prefix + folder,
        ...(token !== undefined && { ContinuationToken: token }),
      })) as { Contents?: { Key: string; Size: number }[]; NextContinuationToken?: string };
      for (const { Key, Size } of page.Contents ?? [])
        found.push({ key: Key.slice(prefix.length), bytes: Size });
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.location.bucket, Key: this.location.prefix + key };
  }
}

export const uriOf = ({ bucket, prefix }: Pick<Location, 'bucket' | 'prefix'>): string =>
  `s3://${bucket}/${prefix.replace(/\/$/, '')}`;

const named = (error: unknown, ...names: string[]): boolean =>
  error instanceof Error && names.includes(error.name);

export const isMissing = (error: unknown): boolean => named(error, 'NoSuchKey', 'NotFound');

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** S3 says no, and will say it again. */
export const isRefused = (error: unknown): boolean =>
  named(error, 'AccessDenied', 'ExpiredToken', 'NoSuchBucket') || statusOf(error) === 403;

/** Did S3 answer this, or not answer at all? Anything else is a defect of the double. */
export const isFromS3 = (error: unknown): error is Error =>
  error instanceof Error && ('$fault' in error || error.name === 'TimeoutError');

/** An error of a call as the tools print it: `AccessDenied: Access Denied`. */
export const printS3Error = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** An error as S3 answers it, for what the double refuses by itself. */
export function s3Refusal(name: string, message: string, httpStatusCode = 403): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode } });
}
