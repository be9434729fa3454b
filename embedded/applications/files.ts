import { Buffer } from 'node:buffer';
import type { Instant } from '../../core/time/instant.ts';
import { days, instant, later, milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { S3 } from '../s3/s3.ts';
import { type Comparison, compare, withoutHoldfasts } from './compare.ts';
import { History } from './history.ts';

interface FilesSettings {
  readonly world: World;
  readonly s3: S3;
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
  /** While it says so, the application does nothing by itself: it is pointed elsewhere, or stopped. */
  idle: () => boolean = () => false;
  readonly #settings: FilesSettings;

  constructor(settings: FilesSettings) {
    this.#settings = settings;
  }

  get bucket(): string {
    return this.#settings.bucket;
  }

  /** The name by which it knows an object of its bucket; undefined when the object is not its own. */
  ownKey(objectKey: string): string | undefined {
    const { prefix } = this.#settings;
    return objectKey.startsWith(prefix) ? objectKey.slice(prefix.length) : undefined;
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
    const keys = this.history.living;
    const start = world.now();
    const changes = Math.max(3, Math.round(keys.length / 100));
    for (let i = 0; i < changes; i++) {
      const at = later(start, milliseconds(chance.between(0, days(1) - 1)));
      const key = keys.length > 0 ? chance.pick(keys) : `new/day-${dayNumber}-${i}`;
      const kind = chance.next();
      world.at(at, () => {
        if (this.idle()) return;
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
  compareWith(bucket: string, prefix: string, at: Instant): Comparison {
    const restored = new Map<string, Buffer>();
    for (const [key, { body }] of this.#settings.s3.current(bucket, prefix))
      restored.set(key.slice(prefix.length), body);
    return compare(
      this.history.at(at),
      withoutHoldfasts(restored),
      (a, b) => a === b || a.equals(b),
      (body) => body.length,
    );
  }

  #call(operation: string, input: object): void {
    const { s3, account, region, world } = this.#settings;
    s3.call(operation, input, {
      account,
      region,
      principal: `arn:aws:iam::${account}:role/application`,
      now: world.now(),
    });
  }
}
