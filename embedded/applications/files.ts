import { Buffer } from 'node:buffer';
import type { Instant } from '../../core/time/instant.ts';
import { days, instant, later, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { EmbeddedService } from '../service.ts';
import { type Comparison, compare } from './compare.ts';
import { History } from './history.ts';

interface FilesSettings {
  readonly world: World;
  readonly s3: EmbeddedService;
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** S3 tells when an object was written to the second only, so its truth is kept at that grain. */
const grain = (at: Instant): Instant => instant(Math.floor(at / 1_000) * 1_000);

/** An application that keeps files in a bucket and goes on changing, adding and deleting some of them. */
export class FilesApplication {
  readonly history = new History<Buffer>();
  readonly #settings: FilesSettings;

  constructor(settings: FilesSettings) {
    this.#settings = settings;
  }

  write(key: string, body: Buffer): void {
    this.#call('PutObject', { Bucket: this.#settings.bucket, Key: this.#settings.prefix + key, Body: body });
    this.history.record(key, body, grain(this.#settings.world.now()));
  }

  remove(key: string): void {
    this.#call('DeleteObject', { Bucket: this.#settings.bucket, Key: this.#settings.prefix + key });
    this.history.record(key, undefined, grain(this.#settings.world.now()));
  }

  /** Spreads a day's work over the 24 hours that follow: about one file in a hundred changes, a few come and go. */
  scheduleDay(dayNumber: number): void {
    const { world } = this.#settings;
    const chance = world.random('files');
    const keys = [...this.history.keys()];
    const start = world.now();
    const changes = Math.max(3, Math.round(keys.length / 100));
    for (let i = 0; i < changes; i++) {
      const at = later(start, milliseconds(chance.between(0, days(1) - 1)));
      const key = keys.length > 0 ? chance.pick(keys) : `new/day-${dayNumber}-${i}`;
      const kind = chance.next();
      world.at(at, () => {
        if (kind < 0.7) this.#change(key, at);
        else if (kind < 0.85)
          this.write(
            `new/day ${dayNumber}/${i} + ünïcode & 100%.txt`,
            Buffer.from(`written on day ${dayNumber}\n`),
          );
        else if (this.history.current(key) !== undefined) this.remove(key);
      });
    }
  }

  #change(key: string, at: Instant): void {
    const before = this.history.current(key) ?? Buffer.alloc(0);
    this.write(key, Buffer.concat([before, Buffer.from(`changed at ${at}\n`)]));
  }

  /** Compares a bucket's current content below `prefix` with what the application had at `at`. */
  compareWith(region: string, bucket: string, prefix: string, at: Instant): Comparison {
    const restored = new Map<string, Buffer>();
    let token: string | undefined;
    do {
      const page = this.#callIn(region, 'ListObjectsV2', {
        Bucket: bucket,
        Prefix: prefix,
        ...(token ? { ContinuationToken: token } : {}),
      }) as ListPage;
      for (const { Key } of page.Contents ?? [])
        restored.set(Key.slice(prefix.length), this.#read(region, bucket, Key));
      token = page.NextContinuationToken;
    } while (token);
    return compare(
      this.history.at(at),
      restored,
      (a, b) => a === b || a.equals(b),
      (body) => body.length,
    );
  }

  #read(region: string, bucket: string, key: string): Buffer {
    const { Body } = this.#callIn(region, 'GetObject', { Bucket: bucket, Key: key }) as {
      Body: { readonly bytes: Buffer };
    };
    return Body.bytes;
  }

  #call(operation: string, input: object): object {
    return this.#callIn(this.#settings.region, operation, input);
  }

  #callIn(region: string, operation: string, input: object): object {
    const { s3, account, world } = this.#settings;
    return s3.call(operation, input, {
      account,
      region,
      principal: `arn:aws:iam::${account}:role/application`,
      now: world.now(),
    });
  }
}

interface ListPage {
  readonly Contents?: readonly { readonly Key: string }[];
  readonly NextContinuationToken?: string;
}
